"""String functions that compare, check and normalise.

https://trino.io/docs/current/functions/string.html
"""

import unicodedata

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions.emitting import python
from localstack_lab.athena.sql.functions.registry import scalar

BAD = "INVALID_FUNCTION_ARGUMENT"


def _levenshtein(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def _hamming(one: str, other: str) -> int:
    if len(one) != len(other):
        raise QueryError(BAD, "The input strings to hamming_distance function must have the same length")
    return sum(a != b for a, b in zip(one, other, strict=True))


_SOUNDEX = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01230120022455012623010202", strict=True))


def _soundex(value: str) -> str:
    """https://en.wikipedia.org/wiki/Soundex (American), as Apache Commons Codec computes it."""
    letters = [c for c in value.upper() if c.isalpha()]
    for c in letters:
        if c not in _SOUNDEX:
            raise QueryError(BAD, f"The character is not mapped: {c} (index={ord(c)})")
    if not letters:
        return ""
    code, last = letters[0], _SOUNDEX[letters[0]]
    for c in letters[1:]:
        if c in "HW":
            continue
        digit = _SOUNDEX[c]
        if digit not in ("0", last):
            code += digit
            if len(code) == 4:
                return code
        last = digit
    return code.ljust(4, "0")


def _luhn(value: str) -> bool:
    if not value:
        return False
    if not all(c in "0123456789" for c in value):
        raise QueryError(BAD, "Input should only contain numeric characters")
    digits = [int(c) for c in reversed(value)]
    return sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)) % 10 == 0


def _normalize(value: str, form: str) -> str:
    for known in ("NFC", "NFD", "NFKC", "NFKD"):
        if form.upper() == known:
            return unicodedata.normalize(known, value)
    raise QueryError(BAD, "Normalization form must be one of [NFD, NFC, NFKD, NFKC]")


scalar(
    "levenshtein_distance",
    "(varchar(x), varchar(y)) -> bigint",
    python("lab_levenshtein", _levenshtein, "VARCHAR; VARCHAR", "BIGINT"),
)
scalar(
    "hamming_distance",
    "(varchar(x), varchar(y)) -> bigint",
    python("lab_hamming", _hamming, "VARCHAR; VARCHAR", "BIGINT"),
)
scalar("soundex", "(varchar) -> varchar(4)", python("lab_soundex", _soundex, "VARCHAR", "VARCHAR"))
scalar("luhn_check", "(varchar) -> boolean", python("lab_luhn", _luhn, "VARCHAR", "BOOLEAN"))
scalar(
    "normalize",
    "(varchar(x), varchar(y)) -> varchar",
    python("lab_normalize", _normalize, "VARCHAR; VARCHAR", "VARCHAR"),
)
