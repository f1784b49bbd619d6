"""Why a file is UNKNOWN, for the crawler's log: what AWS's classifiers would know, and what is odd in it.

https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html lists the formats that AWS's classifiers know.
"""

import re

from localstack_lab.glue.crawling.formats.delimited import DELIMITERS, ragged

_ION = b"\xe0\x01\x00\xea"
_BSON_TYPES = frozenset(range(0x01, 0x14)) | {0x7F, 0xFF}
_JSON = re.compile(r"[\s\ufeff]*(?:\{|\[\s*[{\[\"])")
_MICROSOFT = re.compile(r"#Software: Microsoft", re.IGNORECASE)


def binary(start: bytes) -> str:
    """A sentence for a binary format that AWS's crawlers read and this emulator does not; else ""."""
    if start.startswith(_ION):
        return "Amazon Ion (ion) cannot be read by this emulator."
    if len(start) > 6 and start[4] in _BSON_TYPES and b"\0" in start[5:261]:
        size = int.from_bytes(start[:4], "little")
        if 5 <= size <= len(start) and start[size - 1] == 0:
            return "Binary JSON (bson) cannot be read by this emulator."
    return ""


def lacking(text: str) -> str:
    """The same for a text."""
    if text.startswith("$ion_1_0"):
        return "Amazon Ion (ion) cannot be read by this emulator."
    if _MICROSOFT.match(text):
        return "Logs of Microsoft's servers (microsoft_log) cannot be read by this emulator."
    return ""


def notes(text: str) -> tuple[str, ...]:
    """Sentences about a text that no classifier knows."""
    if _JSON.match(text):
        return ("The file begins like JSON, and no record can be read at its beginning.",)
    for delimiter in DELIMITERS:
        if widths := ragged(text, delimiter):
            first, other, number = widths
            return (
                f"The file is no CSV: by the delimiter {delimiter!r} its first row has {first} columns, and "
                f"row {number} has {other}.",
            )
    return ()
