"""CSV: the built-in classifier's rules, and custom CSV classifiers.

https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-builtin-rules
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from localstack_lab.glue.crawling import types
from localstack_lab.glue.crawling.schema import Format, Schema

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
DELIMITERS = (",", "|", "\t", ";", "\x01")
ROWS = 1_000
_LONGEST_HEADING = 150
_COMMENT = "#"
csv.field_size_limit(1 << 20)  # of the whole process; else a value of more than 128 KiB is an error
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_WHOLE = re.compile(r"[+-]?[0-9]{1,25}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEADING = re.compile("[\\u0020-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF\\t]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a custom classifier lays down; without any, the built-in one's."""

    delimiters: tuple[str, ...] = DELIMITERS
    quote: str = '"'
    header: str = "UNKNOWN"
    names: tuple[str, ...] = ()
    single_column: bool = False
    trim: bool = True
    datatypes: tuple[str, ...] = ()
    serde: str = LAZY
    custom: bool = False


def of_classifier(definition: dict[str, Any]) -> Rules:
    """The rules of a CsvClassifier.

    OpenCSVSerDe where the classifier asks for it, or names a quote symbol and leaves the choice.
    """
    quote = definition.get("QuoteSymbol")
    wanted = definition.get("Serde") or "None"
    open_csv = wanted == "OpenCSVSerDe" or (wanted == "None" and bool(quote))
    delimiter = definition.get("Delimiter")
    return Rules(
        delimiters=(delimiter,) if delimiter else DELIMITERS,
        quote=quote or '"',
        header=definition.get("ContainsHeader") or "UNKNOWN",
        names=tuple(definition.get("Header") or ()),
        single_column=bool(definition.get("AllowSingleColumn")),
        trim=not definition.get("DisableValueTrimming"),
        datatypes=tuple(definition.get("CustomDatatypes") or ())
        if definition.get("CustomDatatypeConfigured")
        else (),
        serde=OPEN_CSV if open_csv else LAZY,
        custom=True,
    )


def classify(text: str, rules: Rules = Rules(), *, whole: bool, compression: str = "none") -> Schema | None:
    """Columns of a delimited file; None when it is none: every row must have as many columns as the first,
    two at least, and there must be two rows.
    """
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        return None
    if not whole:  # the sample may have cut the last row
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    for delimiter in rules.delimiters:
        lines = _Lines(text)
        rows = _rows(lines, delimiter, rules.quote)
        if not whole and 1 < len(rows) < ROWS and len(rows[-1]) < len(rows[0]):
            del rows[-1]  # it was cut within quotes
        if _fits(rows, rules):
            whole_file = whole and len(rows) < ROWS
            found = _schema(rows, lines.size, delimiter, rules, whole=whole_file, compression=compression)
            return replace(found, comments=lines.comments)
    return None


class _Lines:
    """The lines of a text for a reader of records, without the comments between records.

    Tables that AWS's crawlers made of files with lines like ``#Version: 1.0`` have the commentCharacter
    ``#``.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.between_records = True
        self.comments = False
        self.size = 0

    def __iter__(self) -> Iterator[str]:
        for match in _LINE.finditer(self._text):
            line = match[0]
            self.size += len(line)
            if self.between_records and line.startswith(_COMMENT):
                self.comments = True
                continue
            self.between_records = False
            yield line


def _rows(lines: _Lines, delimiter: str, quote: str) -> list[list[str]]:
    """Up to a thousand rows."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(iter(lines), delimiter=delimiter, quotechar=quote, strict=False):
            lines.between_records = True
            if row and row != [""]:
                rows.append(row)
                if len(rows) == ROWS:
                    break
    except csv.Error:
        return []
    return rows


def ragged(text: str, delimiter: str) -> tuple[int, int, int] | None:
    """Columns of the first row and of the first that differs, and its number, where most rows are alike."""
    rows = _rows(_Lines(text), delimiter, '"')
    width = len(rows[0]) if rows else 0
    if width < 2 or sum(len(row) == width for row in rows) * 2 <= len(rows):
        return None
    found = next(((number, row) for number, row in enumerate(rows, 1) if len(row) != width), None)
    return (width, len(found[1]), found[0]) if found else None


def _fits(rows: list[list[str]], rules: Rules) -> bool:
    if not rows:
        return False
    width = len(rows[0])
    if width < (1 if rules.single_column else 2):
        return False
    if rules.names and len(rules.names) != width:
        return False
    if len(rows) < 2 and not rules.custom:
        return False
    return all(len(row) == width for row in rows)


def _schema(
    rows: list[list[str]], size: int, delimiter: str, rules: Rules, *, whole: bool, compression: str
) -> Schema:
    header = _has_header(rows, rules)
    body = rows[1:] if header else rows
    width = len(rows[0])
    kinds = [column_type((row[at] for row in body), trim=rules.trim) for at in range(width)]
    for at, given in enumerate(rules.datatypes[:width]):
        kinds[at] = _CUSTOM_TYPES.get(given.upper(), given.lower())
    names = rules.names or (
        [value.strip() or f"col{at}" for at, value in enumerate(rows[0])] if header else ()
    )
    generated = not names
    if generated:
        names = [f"col{at}" for at in range(width)]
    parameters = {
        "areColumnsQuoted": "true" if rules.serde == OPEN_CSV else "false",
        "columnsOrdered": "true",
        "delimiter": delimiter,
    }
    if header:
        parameters["skip.header.line.count"] = "1"
    if rules.serde == OPEN_CSV:
        serde_parameters: dict[str, str] = {"quoteChar": rules.quote, "separatorChar": delimiter}
    else:
        serde_parameters = {"field.delim": delimiter}
    return Schema(
        Format(
            "csv",
            rules.serde,
            parameters=tuple(sorted(parameters.items())),
            serde_parameters=tuple(sorted(serde_parameters.items())),
            generated_names=generated,
        ),
        tuple(zip(names, kinds, strict=True)),
        compression,
        records=len(body),
        record_bytes=size,
        whole=whole,
    )


_CUSTOM_TYPES = {"LONG": "bigint", "SHORT": "smallint", "BYTE": "tinyint", "DECIMAL": "decimal(10,2)"}


def _has_header(rows: list[list[str]], rules: Rules) -> bool:
    """The documented rules: a first row all of text, short, of names, over rows that are not all of text.

    A crawler's published table has named columns and ``col17``, ``col18``: some headings may be empty.
    """
    if rules.header != "UNKNOWN":
        return rules.header == "PRESENT"
    first, body = rows[0], rows[1:]
    if sum(not value.strip() for value in first) * 2 > len(first):
        return False
    for at, value in enumerate(first):
        last = at == len(first) - 1
        if not value.strip():
            continue
        if value_type(value.strip()) != "string":
            return False
        if not last and len(value) >= _LONGEST_HEADING:
            return False
        if not _HEADING.fullmatch(value):
            return False
    return any(value_type(value.strip()) not in ("string", types.NULL) for row in body for value in row)


def value_type(value: str) -> str:
    """What a trimmed value parses as."""
    if not value:
        return types.NULL
    if _WHOLE.fullmatch(value):
        return "bigint" if -(2**63) <= int(value) < 2**63 else "double"
    if _NUMBER.fullmatch(value):
        return "double"
    if value.lower() in ("true", "false"):
        return "boolean"
    return "string"


def column_type(values: Iterable[str], *, trim: bool = True) -> types.Type:
    """The type of a column's values; `string` ends the search."""
    merged: types.Type = types.NULL
    for value in values:
        merged = types.merge(merged, value_type(value.strip() if trim else value))
        if merged == "string":
            break
    return merged
