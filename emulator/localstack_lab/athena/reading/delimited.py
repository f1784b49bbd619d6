"""LazySimpleSerDe: fields between delimiters, no quotes; what does not fit its type is null.

See https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html.
"""

from collections.abc import Mapping

from localstack_lab.athena.reading import values
from localstack_lab.athena.reading.errors import lacking, literal
from localstack_lab.athena.reading.layout import Layout
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.lake.hive_types import HiveType


def separators(serde: Mapping[str, str]) -> list[str]:
    """The separator of each level of nesting, the outermost first."""
    given = [
        serde.get("field.delim") or serde.get("serialization.format") or "\x01",
        serde.get("collection.delim") or serde.get("colelction.delim") or "\x02",  # Hive's own misspelling
        serde.get("mapkey.delim") or "\x03",
    ]
    return [_byte(text) for text in given] + [chr(code) for code in range(4, 9)]


def _byte(text: str) -> str:
    """Hive takes a number for the code of the character, else the first character."""
    try:
        code = int(text)
    except ValueError:
        return text[0]
    return chr(code % 256) if -128 <= code <= 127 else text[0]


def columns(layout: Layout, wanted: list[str]) -> tuple[str, dict[str, str]]:
    """SQL of a line's fields over ``line``, and for each wanted column SQL over ``fields``."""
    serde = layout.serde
    if serde.get("line.delim") not in (None, "", "\n"):
        raise lacking("A line.delim other than the newline")
    levels = separators(serde)
    escape = serde.get("escape.delim")
    if escape:
        fields = f"lab_split_escaped(line, {literal(levels[0])}, {literal(_byte(escape))})"
    else:
        fields = f"string_split(line, {literal(levels[0])})"
    null = serde.get("serialization.null.format", "\\N")
    last_takes_rest = str(serde.get("serialization.last.column.takes.rest", "")).lower() == "true"
    if last_takes_rest:
        raise lacking("serialization.last.column.takes.rest")
    answer = {}
    for index, (name, type_) in enumerate(layout.columns):
        if name in wanted:
            text = f"nullif(fields[{index + 1}], {literal(null)})"
            answer[name] = value(text, type_, levels, 1, null, index, _byte(escape) if escape else "")
    return fields, answer


def value(
    text: str, type_: HiveType, levels: list[str], level: int, null: str, field: int, escape: str = ""
) -> str:
    """SQL of the value of a field's text."""
    if type_.name not in ("array", "map", "struct"):
        plain = _unescaped(text, escape) if escape and type_.name in ("string", "varchar", "char") else text
        return values.scalar(plain, type_, values.LAZY, field)
    if escape:
        raise lacking(f"escape.delim with a column of type {type_.name}")
    if level >= len(levels) - 1:
        raise QueryError("HIVE_INVALID_METADATA", f"Nesting of {type_} is deeper than LazySimpleSerDe reads")
    split = f"string_split({text}, {literal(levels[level])})"
    item, pair = f"item{level}", f"pair{level}"
    if type_.name == "array":
        inner = value(f"nullif({item}, {literal(null)})", type_.parts[0], levels, level + 1, null, field)
        return f"CASE WHEN {text} = '' THEN [] ELSE list_transform({split}, lambda {item}: {inner}) END"
    if type_.name == "map":
        sides = f"list_transform({split}, lambda {item}: string_split({item}, {literal(levels[level + 1])}))"
        key = value(f"nullif({pair}[1], {literal(null)})", type_.parts[0], levels, level + 2, null, field)
        held = value(f"nullif({pair}[2], {literal(null)})", type_.parts[1], levels, level + 2, null, field)
        entries = (
            f"list_filter(list_transform({sides}, lambda {pair}: {{'key': {key}, 'value': {held}}}), "
            f"lambda {pair}: {pair}.key IS NOT NULL)"
        )
        empty = f"CAST(MAP() AS {values.duckdb_type(type_)})"
        return f"CASE WHEN {text} = '' THEN {empty} ELSE map_from_entries({entries}) END"
    parts = []
    for index, (name, part) in enumerate(zip(type_.fields, type_.parts, strict=True)):
        inner = value(f"nullif({item}[{index + 1}], {literal(null)})", part, levels, level + 1, null, field)
        parts.append(f"{literal(name.lower())}: {inner}")
    made = f"list_transform([{split}], lambda {item}: {{{', '.join(parts)}}})[1]"
    return f"CASE WHEN {text} IS NULL THEN NULL ELSE {made} END"


def _unescaped(text: str, escape: str) -> str:
    return f"lab_unescape({text}, {literal(escape)})"


def split_escaped(line: str, separator: str, escape: str) -> list[str]:
    """Fields between separators that no escape character stands before; escapes are kept."""
    fields, start, at = [], 0, 0
    while at < len(line):
        if line[at] == separator:
            fields.append(line[start:at])
            start = at + 1
        elif line[at] == escape:
            at += 1
        at += 1
    fields.append(line[start:])
    return fields


def unescape(text: str | None, escape: str) -> str | None:
    """The text without its escape characters; ``\\r`` and ``\\n`` are what they say, as in Hive."""
    if text is None or escape not in text:
        return text
    answer, at = [], 0
    while at < len(text):
        if text[at] == escape and at + 1 < len(text):
            at += 1
            answer.append({"r": "\r", "n": "\n"}.get(text[at], text[at]))
        else:
            answer.append(text[at])
        at += 1
    return "".join(answer)
