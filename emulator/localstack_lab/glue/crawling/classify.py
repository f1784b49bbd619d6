"""One file: custom classifiers in the crawler's order, then the built-in ones in AWS's.

https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html lists them. Of a text file a megabyte is looked
at, of a JSON file in which no record ends before, more:
https://repost.aws/knowledge-center/glue-crawler-detect-schema
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from localstack_lab.glue.crawling import compression, unknown
from localstack_lab.glue.crawling.formats import avro, delimited, grok, json_documents, orc, parquet, xml_rows
from localstack_lab.glue.crawling.schema import Format, Schema
from localstack_lab.glue.crawling.types import depth, hive

MEBI = 1 << 20
LACKS_ENGINE = "The file needs a worker process to be looked at."
MOST = 10 * MEBI
_TAIL = 16 << 10
_WHOLE_ZIP = 64 * MEBI
_LONGEST_NAME = 255
_LONGEST_TYPE = 131_072
_DEEPEST = 100
"""How deep a type may be: Python's stack, on which types are merged and written, is not endless."""
_NOT_IN_NAMES = re.compile("[\\x00-\\x08\\x0a-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
UNKNOWN = Format("UNKNOWN", input_format="", output_format="")

type Read = Callable[[int, int], bytes]
"""Bytes of an object: (start, length) → at most so many."""


def classify(read: Read, size: int, custom: Iterable[dict[str, Any]] = ()) -> Schema:
    """Format and columns of an object.

    :param read: gives its bytes as stored
    :param size: how many these are
    :param custom: classifiers as GetClassifier answers them
    :return: with the classification UNKNOWN when no classifier knows it; `notes` say what was in the way
    """
    try:
        return checked(_classify(read, size, custom))
    except RecursionError:
        return Schema(UNKNOWN, (), notes=(f"The file is nested more than {_DEEPEST} deep.",))


def checked(schema: Schema) -> Schema:
    """The schema, or UNKNOWN where the catalog can hold none of its name: one file must not end a crawl.

    https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html
    """
    for name, kind in schema.columns:
        if not name:
            why = "has no name"
        elif len(name) > _LONGEST_NAME:
            why = f"has more than {_LONGEST_NAME} characters"
        elif len(hive(kind)) > _LONGEST_TYPE:
            why = f"has a type of more than {_LONGEST_TYPE} characters"
        elif depth(kind) > _DEEPEST:
            why = f"is nested more than {_DEEPEST} deep"
        elif _NOT_IN_NAMES.search(name) or _NOT_IN_NAMES.search(hive(kind)):
            why = "has a name, or a field in it has one, with characters that the Data Catalog does not take"
        else:
            continue
        note = f"The {schema.format.classification} file is left out: the column {name[:80]!a} {why}."
        return Schema(UNKNOWN, (), schema.compression, notes=(note,))
    return schema


def _classify(read: Read, size: int, custom: Iterable[dict[str, Any]]) -> Schema:
    start = read(0, min(size, MEBI))
    try:
        binary = _binary(start, read, size)
    except orc.LacksCodec:
        return Schema(UNKNOWN, (), notes=(LACKS_ENGINE,))
    except (avro.Damaged, orc.Damaged, parquet.Damaged) as error:
        return Schema(UNKNOWN, (), notes=(str(error),))
    if binary is not None:
        return binary
    sample = _Sample(read, size, start)
    if sample.compression == "none" and (lacking := unknown.binary(start)):
        return Schema(UNKNOWN, (), notes=(lacking,))
    best: Schema | None = None
    try:
        for attempt in _attempts(list(custom)):
            found = sample.try_with(attempt)
            if found is not None and found.certainty >= 1.0:
                return found
            if found is not None and (best is None or found.certainty > best.certainty):
                best = found
    except (compression.Unreadable, UnicodeDecodeError) as error:
        why = "The file is no text in UTF-8." if isinstance(error, UnicodeDecodeError) else str(error)
        return Schema(UNKNOWN, (), sample.compression, notes=(why,))
    return best or Schema(UNKNOWN, (), sample.compression, notes=unknown.notes(sample.text))


type _Attempt = Callable[[str, bool, str], Schema | None]


class _Sample:
    """The start of a text file, which grows while an attempt finds no whole record in it."""

    def __init__(self, read: Read, size: int, start: bytes) -> None:
        self._read = read
        self._size = size
        self._data = start
        self.compression = compression.kind(start)
        self._most = MEBI
        self._text: tuple[str, bool] | None = None
        self._bytes = 0

    def try_with(self, attempt: _Attempt) -> Schema | None:
        while True:
            text, whole = self._plain()
            try:
                found = attempt(text, whole, self.compression)
                return replace(found, record_bytes=self._bytes) if found and found.whole else found
            except json_documents.Incomplete:
                if whole or self._most >= MOST:
                    return None
                self._most += MEBI
                self._text = None

    @property
    def text(self) -> str:
        """What was looked at."""
        return self._plain()[0]

    def _plain(self) -> tuple[str, bool]:
        if self._text is None:
            wanted = min(self._size, _WHOLE_ZIP if self.compression == "zip" else self._most)
            if len(self._data) < wanted:
                self._data = self._read(0, wanted)
            cut = len(self._data) < self._size
            data, whole = compression.plain(self._data, self.compression, self._most, cut=cut)
            self._bytes = len(data)
            decoder = codecs.getincrementaldecoder("utf-8")()
            self._text = (decoder.decode(data, final=whole), whole)
        return self._text


def _binary(start: bytes, read: Read, size: int) -> Schema | None:
    """Avro, ORC, Parquet."""
    if start.startswith(avro.MAGIC):
        literal, columns, records, record_bytes, whole = avro.header(start)
        form = Format(
            "avro", avro.SERDE, avro.INPUT, avro.OUTPUT, serde_parameters=(("serialization.format", "1"),)
        )
        return Schema(
            form,
            columns,
            records=records,
            record_bytes=record_bytes,
            whole=whole and len(start) == size,
            literal=literal,
        )
    if start.startswith(orc.MAGIC) and size > len(orc.MAGIC):
        tail = read(max(0, size - _TAIL), min(size, _TAIL))
        wanted = orc.tail_size(tail)
        if wanted > len(tail):
            tail = read(max(0, size - wanted), wanted)
        columns, rows = orc.columns(tail)
        form = Format("orc", orc.SERDE, orc.INPUT, orc.OUTPUT)
        return Schema(form, columns, records=rows, record_bytes=size)
    if start.startswith(parquet.MAGIC):
        footer = parquet.footer_size(read(max(0, size - 8), 8))
        if footer is None or footer > size:
            raise parquet.Damaged("The Parquet file has no footer.")
        columns, rows, data = parquet.columns(read(size - footer, footer))
        form = Format(
            "parquet",
            parquet.SERDE,
            parquet.INPUT,
            parquet.OUTPUT,
            serde_parameters=(("serialization.format", "1"),),
        )
        return Schema(form, columns, records=rows, record_bytes=data)
    return None


def _attempts(custom: list[dict[str, Any]]) -> Iterator[_Attempt]:
    for definition in custom:
        yield _of(definition)
    yield lambda text, whole, packed: json_documents.classify(text, whole=whole, compression=packed)
    yield lambda text, whole, packed: xml_rows.classify(text, whole=whole, compression=packed)
    for name, pattern in grok.LOGS:
        yield _grok(pattern, "", name, least=1.0)
    yield _lacking
    yield lambda text, whole, packed: delimited.classify(text, whole=whole, compression=packed)


def _lacking(text: str, whole: bool, packed: str) -> Schema | None:
    """A format that AWS's classifiers take before CSV, and this emulator lacks."""
    said = unknown.lacking(text)
    return Schema(UNKNOWN, (), packed, notes=(said,)) if said else None


def _of(definition: dict[str, Any]) -> _Attempt:
    """A custom classifier as a function of the text."""
    ((kind, made),) = definition.items()
    match kind:
        case "JsonClassifier":
            path = made["JsonPath"]
            return lambda text, whole, packed: json_documents.classify_path(
                path, text, whole=whole, compression=packed
            )
        case "CsvClassifier":
            rules = delimited.of_classifier(made)
            return lambda text, whole, packed: delimited.classify(
                text, rules, whole=whole, compression=packed
            )
        case "XMLClassifier":
            tag, name = made.get("RowTag", ""), made["Classification"]
            return lambda text, whole, packed: xml_rows.classify(
                text, tag, classification=name, whole=whole, compression=packed
            )
        case "GrokClassifier":
            return _grok(made["GrokPattern"], made.get("CustomPatterns", ""), made["Classification"])
    raise ValueError(f"no classifier: {kind}")


def _grok(pattern: str, custom: str, name: str, least: float = 0.0) -> _Attempt:
    def attempt(text: str, whole: bool, packed: str) -> Schema | None:
        found = grok.classify(text, pattern, custom, name, whole=whole, compression=packed)
        if found is None or found.certainty < least:
            return None
        return replace(found, certainty=round(found.certainty, 4))

    return attempt
