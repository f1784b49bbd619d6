"""LazySimpleSerDe: fields between delimiters, no quotes; what does not fit its type is null.

See https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from localstack_lab.athena.reading import timestamp_formats, values
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
    return [byte(text) for text in given] + [chr(code) for code in range(4, 9)]


def byte(text: str) -> str:
    """Hive takes a number for the code of the character, else the first character."""
    try:
        code = int(text)
    except ValueError:
        return text[0]
    return chr(code % 256) if -128 <= code <= 127 else text[0]


@dataclass(frozen=True)
class _How:
    """How a table's lines are taken apart.

    :param levels: the separator of each level
    :param escape: the escape character, or nothing
    """

    levels: list[str]
    null: str
    escape: str
    rules: values.Rules

    def split(self, text: str, level: int) -> str:
        """SQL of the parts between a level's separators; escapes stay in them."""
        separator = literal(self.levels[level])
        if self.escape:
            return f"lab_split_escaped({text}, {separator}, {literal(self.escape)})"
        return f"string_split({text}, {separator})"

    def given(self, text: str) -> str:
        """SQL of a text that is null where the table's null format stands."""
        return f"nullif({text}, {literal(self.null)})"


def columns(layout: Layout, wanted: list[str]) -> tuple[str, dict[str, str]]:
    """SQL of a line's fields over ``line``, and for each wanted column SQL over ``fields``."""
    serde = layout.serde
    if serde.get("line.delim") not in (None, "", "\n"):
        raise lacking("A line.delim other than the newline")
    if str(serde.get("serialization.last.column.takes.rest", "")).lower() == "true":
        raise lacking("serialization.last.column.takes.rest")
    escape = serde.get("escape.delim")
    rules = values.LAZY
    if serde.get("timestamp.formats"):
        rules = values.with_formats(rules, timestamp_formats.checked(serde["timestamp.formats"]))
    null = serde.get("serialization.null.format", "\\N")
    how = _How(separators(serde), null, byte(escape) if escape else "", rules)
    answer = {
        name: _value(how.given(f"fields[{index + 1}]"), type_, how, 1, index)
        for index, (name, type_) in enumerate(layout.columns)
        if name in wanted
    }
    return how.split("line", 0), answer


def _value(text: str, type_: HiveType, how: _How, level: int, field: int) -> str:
    """SQL of the value of a field's text."""
    if type_.name not in ("array", "map", "struct"):
        plain = text
        if how.escape and type_.name in ("string", "varchar", "char"):
            plain = f"lab_unescape({text}, {literal(how.escape)})"
        return values.scalar(plain, type_, how.rules, field)
    if level >= len(how.levels) - 1:
        raise QueryError("HIVE_INVALID_METADATA", f"Nesting of {type_} is deeper than LazySimpleSerDe reads")
    split = how.split(text, level)
    item = f"item{level}"
    if type_.name == "array":
        inner = _value(how.given(item), type_.parts[0], how, level + 1, field)
        return f"CASE WHEN {text} = '' THEN [] ELSE list_transform({split}, lambda {item}: {inner}) END"
    if type_.name == "map":
        empty = f"CAST(MAP() AS {values.duckdb_type(type_)})"
        return f"CASE WHEN {text} = '' THEN {empty} ELSE {_map(split, type_, how, level, field)} END"
    parts = []
    for index, (name, part) in enumerate(zip(type_.fields, type_.parts, strict=True)):
        inner = _value(how.given(f"{item}[{index + 1}]"), part, how, level + 1, field)
        parts.append(f"{literal(name.lower())}: {inner}")
    made = f"list_transform([{split}], lambda {item}: {{{', '.join(parts)}}})[1]"
    return f"CASE WHEN {text} IS NULL THEN NULL ELSE {made} END"


def _map(split: str, type_: HiveType, how: _How, level: int, field: int) -> str:
    """SQL of a map: of a key that comes twice the first entry counts, and one without a key does not.

    https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/encodings/text/MapEncoding.java
    """
    item, pair, all_ = f"item{level}", f"pair{level}", f"all{level}"
    sides = f"list_transform({split}, lambda {item}: {how.split(item, level + 1)})"
    # a value may have the keys' separator in it: only the first one ends the key
    rest = f"CASE WHEN len({pair}) > 1 THEN array_to_string({pair}[2:], {literal(how.levels[level + 1])}) END"
    key = _value(how.given(f"{pair}[1]"), type_.parts[0], how, level + 2, field)
    held = _value(how.given(f"({rest})"), type_.parts[1], how, level + 2, field)
    entries = f"list_transform({sides}, lambda {pair}: {{'key': {key}, 'value': {held}}})"
    keys = f"list_transform({all_}, lambda {item}: {item}.key)"
    first = f"{item}.key IS NOT NULL AND list_position({keys}, {item}.key) = place{level}"
    kept = (
        f"CASE WHEN len(list_distinct({keys})) = len({all_}) THEN {all_} "
        f"ELSE list_filter({all_}, lambda {item}, place{level}: {first}) END"
    )
    return f"map_from_entries(list_transform([{entries}], lambda {all_}: {kept})[1])"


def split_escaped(line: str | None, separator: str, escape: str) -> list[str] | None:
    """Fields between separators that no escape character stands before; escapes are kept."""
    if line is None:
        return None
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
