"""OpenCSVSerDe: quoted fields; whatever the column's type, a text first, then by rules of its own.

DATE is a number of days and TIMESTAMP one of milliseconds since 1970; an empty field is an error for every
type but string. See https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html.
"""

import re

from localstack_lab.athena.reading import values
from localstack_lab.athena.reading.errors import lacking, literal
from localstack_lab.athena.reading.layout import Layout
from localstack_lab.athena.sql.errors import QueryError


def columns(layout: Layout, wanted: list[str]) -> tuple[str, dict[str, str]]:
    """SQL of a line's fields over ``line``, and for each wanted column SQL over ``fields``."""
    separator = (layout.serde.get("separatorChar") or ",")[0]
    quote = (layout.serde.get("quoteChar") or '"')[0]
    escape = (layout.serde.get("escapeChar") or "\\")[0]
    if (
        escape == '"'
    ):  # Hive then builds its reader without an escape character, whose own one is the backslash
        escape = "\\"
    if separator in (quote, escape) or quote == escape:
        raise QueryError(
            "HIVE_INVALID_METADATA", "The separator, quote, and escape characters must be different"
        )
    names = f"{literal(separator)}, {literal(quote)}, {literal(escape)}"
    q, s = _class(quote), literal(quote + separator + quote)
    special = f"[^{_class(quote)}{_class(escape)}]*"
    one = f"{re.escape(quote)}{special}{re.escape(quote)}"
    whole = f"{one}(?:{re.escape(separator)}{one})*"
    marks = f"[{q}{_class(escape)}]"
    fields = (
        f"CASE WHEN line = '' THEN NULL WHEN NOT regexp_matches(line, {literal(marks)}) "
        f"THEN string_split(line, {literal(separator)}) "
        f"WHEN regexp_full_match(line, {literal(whole)}) THEN string_split(line[2:-2], {s}) "
        f"ELSE lab_csv_fields(line, {names}) END"
    )
    answer = {}
    for index, (name, type_) in enumerate(layout.columns):
        if name not in wanted:
            continue
        if type_.name in ("array", "map", "struct", "binary", "uniontype"):
            raise lacking(f"OpenCSVSerDe with a column of type {type_.name}")
        answer[name] = values.scalar(f"fields[{index + 1}]", type_, values.CSV, index)
    return fields, answer


def _class(character: str) -> str:
    return "\\" + character if character in "\\]^-[" else character


def parse(line: str, separator: str, quote: str, escape: str) -> list[str | None]:
    """The fields of one line, with all that OpenCSV makes of quotes in odd places.

    A quote inside an unquoted field counts as text, if it is neither among the first three characters of the
    line nor beside a separator; a last field whose quote never ends is null.
    """
    fields: list[str | None] = []
    held: list[str] = []
    in_quotes = in_field = False
    at, length = 0, len(line)
    while at < length:
        c = line[at]
        following = line[at + 1] if at + 1 < length else ""
        if c == escape:
            if (in_quotes or in_field) and following and following in (quote, escape):
                held.append(following)
                at += 1
        elif c == quote:
            if (in_quotes or in_field) and following == quote:
                held.append(quote)
                at += 1
            else:
                if at > 2 and line[at - 1] != separator and following and following != separator:
                    if held and not "".join(held).strip():
                        held.clear()
                    else:
                        held.append(quote)
                in_quotes = not in_quotes
            in_field = not in_field
        elif c == separator and not in_quotes:
            fields.append("".join(held))
            held.clear()
            in_field = False
        else:
            held.append(c)
            in_field = True
        at += 1
    fields.append(None if in_quotes else "".join(held))
    return fields
