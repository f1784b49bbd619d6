"""The JSON SerDes: one JSON object a line, keys in any case, values by the declared types.

See https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html and
https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html. Keys that the data write in capitals are
found by looking at the data once; lines in which that is not enough are written anew before they are read
(:mod:`json_rewriting`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from localstack_lab.athena.reading import json_rewriting, timestamp_formats, values
from localstack_lab.athena.reading.errors import lacking, literal
from localstack_lab.athena.reading.layout import Layout
from localstack_lab.lake.hive_types import HiveType

_CAPITAL_KEY = r'"[^"\\]*\p{Lu}[^"\\]*"\s*:'


@dataclass
class Spelling:
    """How the data write a key and those below it: key in lower case → (as written, what is below)."""

    keys: dict[str, tuple[str, "Spelling"]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, "Spelling"]:
        """The key as the data write it."""
        return self.keys.get(name.lower(), (name, Spelling()))


class _Ambiguous(Exception):
    """One key has several spellings, or what is below it is not always of one kind."""


def columns(
    connection: duckdb.DuckDBPyConnection, layout: Layout, wanted: list[str], lines: str
) -> tuple[str, dict[str, str]]:
    """SQL of a line's fields over ``line``, and for each wanted column SQL over ``fields``.

    :param lines: the relation of lines, which is read once for the spelling of its keys
    """
    openx = layout.kind == "openx"
    serde = layout.serde
    rules = values.JSON
    if serde.get("timestamp.formats"):
        if openx:
            raise lacking("The property timestamp.formats of the OpenX JSON SerDe")
        rules = values.with_formats(rules, timestamp_formats.checked(serde["timestamp.formats"]))
    ignore = _true(serde, "ignore.malformed.json", False)
    dots = openx and _true(serde, "dots.in.keys", False)
    insensitive = not openx or _true(serde, "case.insensitive", True)
    keys_of = mapping(serde) if openx else {}
    odd = f"lab_json_line(line, {str(ignore).lower()}, {str(openx).lower()})"
    if not wanted:
        return f"CASE WHEN json_valid(line) THEN '' ELSE {odd} END", {}
    rewrite = dots
    spelling = Spelling()
    if insensitive and not dots:
        try:
            spelling = _spelling(connection, lines)
        except _Ambiguous:
            rewrite = True
        types = [type_ for name, type_ in layout.columns if name in wanted]
        if spelling.keys and any(map(json_rewriting.has_rows_in_map, types)):
            rewrite, spelling = True, Spelling()
    written, paths, places, parts = [], [], [], {}
    keys = [keys_of.get(name, name) for name, _ in layout.columns]
    for index, (name, type_) in enumerate(layout.columns):
        if name in wanted:
            key, below = spelling.of(keys[index].lower() if insensitive else keys[index])
            written.append(key)
            paths.append(literal(path(key)))
            places.append(literal(f"$[{index}]"))
            parts[name] = value(f"fields[{len(paths)}]", type_, below, _How(index, openx, rules), 0)

    def taken(text: str) -> str:
        members = f"json_extract_string({text}, [{', '.join(paths)}])"
        if not openx:
            return members
        # a line that is an array gives its elements to the columns in order
        elements = f"json_extract_string({text}, [{', '.join(places)}])"
        return f"CASE WHEN starts_with(ltrim(line), '[') THEN {elements} ELSE {members} END"

    declared = json_rewriting.shape(
        [(key.lower(), type_) for key, (_, type_) in zip(keys, layout.columns, strict=True)]
    )
    flags = [str(flag).lower() for flag in (rewrite and insensitive, dots, openx, ignore and openx)]
    options = ", ".join([*flags[:2], literal(declared), *flags[2:]])
    if rewrite:
        valid = f"CASE WHEN json_valid(line) THEN line ELSE {odd} END"
        return taken(f"lab_json_plain({valid}, {options})"), parts
    decimals = any(json_rewriting.has_decimal(type_) for name, type_ in layout.columns if name in wanted)

    def plain(text: str) -> str:
        # LIKE finds the few lines that are worth a look at all their keys, which takes ten times as long
        again = " OR ".join(f"{text} LIKE {literal(f'%"{key}"%"{key}"%')}" for key in written)
        needed = f"({again}) AND len(json_keys({text})) <> len(list_distinct(json_keys({text})))"
        if decimals:
            needed += f" OR regexp_matches({text}, {literal(json_rewriting.LONG_NUMBER)})"
        return f"CASE WHEN {needed} THEN lab_json_plain({text}, {options}) ELSE {text} END"

    return f"coalesce(TRY({taken(plain('line'))}), {taken(plain(odd))})", parts


def _true(serde: Mapping[str, str], name: str, default: bool) -> bool:
    return str(serde.get(name, default)).lower() == "true"


def mapping(serde: Mapping[str, str]) -> dict[str, str]:
    """Column → the key that stands for it, by the properties ``mapping.…`` of the OpenX SerDe."""
    return {
        name.removeprefix("mapping.").lower(): key
        for name, key in serde.items()
        if name.startswith("mapping.")
    }


def path(key: str) -> str:
    """The JSON path of a member."""
    if '"' in key or "\\" in key:
        raise lacking(f"A JSON key with a quote or a backslash ({key})")
    return f'$."{key}"'


def _spelling(connection: duckdb.DuckDBPyConnection, lines: str) -> Spelling:
    capital = connection.execute(
        f"SELECT 1 FROM {lines} WHERE regexp_matches(line, {literal(_CAPITAL_KEY)}) LIMIT 1"
    ).fetchone()
    if capital is None:
        return Spelling()
    array = connection.execute(
        f"SELECT 1 FROM {lines} WHERE starts_with(ltrim(line), '[') LIMIT 1"
    ).fetchone()
    if array is not None:
        raise _Ambiguous  # what is below its elements has no key to be told by
    found = connection.execute(
        "SELECT CAST(json_group_structure(CAST(line AS JSON)) AS VARCHAR) FROM "
        f"{lines} WHERE json_valid(line) AND starts_with(ltrim(line), '{{')"
    ).fetchone()
    return _told(json.loads(found[0])) if found and found[0] else Spelling()


def _told(structure: Any) -> Spelling:
    if isinstance(structure, list):
        return _told(structure[0]) if structure else Spelling()
    if structure == "JSON":
        raise _Ambiguous
    answer = Spelling()
    if isinstance(structure, dict):
        for key, below in structure.items():
            if key.lower() in answer.keys:
                raise _Ambiguous
            answer.keys[key.lower()] = (key, _told(below))
    return answer


@dataclass(frozen=True)
class _How:
    """How a column is read.

    :param index: its number, for messages
    :param openx: by the OpenX SerDe's rules, which make more of what does not fit
    """

    index: int
    openx: bool
    rules: values.Rules


def value(text: str, type_: HiveType, spelling: Spelling, how: _How, depth: int) -> str:
    """SQL of the value of a JSON value's text: a string's content, else the JSON itself."""
    if type_.name not in ("array", "map", "struct"):
        return values.scalar(text, type_, how.rules, how.index)
    blank = f"{text} IS NULL OR trim({text}) = ''" if how.openx else f"{text} IS NULL"
    kind = f"CASE WHEN json_valid({text}) THEN json_type({text}) ELSE 'VARCHAR' END"
    item = f"item{depth}"
    if type_.name == "array":
        inner = value(item, type_.parts[0], spelling, how, depth + 1)
        # OpenX takes what is no array for one of a single element
        other = f"[{text}]" if how.openx else _wrong(text, "JSONArray", how.index)
        items = f"CASE WHEN {kind} = 'ARRAY' THEN json_extract_string({text}, '$[*]') ELSE {other} END"
        many = f"list_transform({items}, lambda {item}: {inner})"
        return f"CASE WHEN {blank} THEN NULL ELSE {many} END"
    if type_.name == "map":
        key = value(f"{item}.key", type_.parts[0], Spelling(), how, depth + 1)
        held = value(f"{item}.value", type_.parts[1], Spelling(), how, depth + 1)
        entries = f"map_entries(from_json({text}, '\"MAP(VARCHAR, VARCHAR)\"'))"
        made = (
            f"map_from_entries(list_transform({entries}, lambda {item}: {{'key': {key}, 'value': {held}}}))"
        )
        return _object(blank, kind, made, _wrong(text, "JSONObject", how.index))
    paths, parts = [], []
    for number, (name, part) in enumerate(zip(type_.fields, type_.parts, strict=True)):
        written, below = spelling.of(name)
        paths.append(literal(path(written if spelling.keys else name.lower())))
        inner = value(f"{item}[{number + 1}]", part, below, how, depth + 1)
        parts.append(f"{literal(name.lower())}: {inner}")
    fields = f"json_extract_string({text}, [{', '.join(paths)}])"
    made = f"list_transform([{fields}], lambda {item}: {{{', '.join(parts)}}})[1]"
    return _object(blank, kind, made, _wrong(text, "JSONObject", how.index))


def _object(blank: str, kind: str, made: str, other: str) -> str:
    return f"CASE WHEN {blank} THEN NULL WHEN {kind} = 'OBJECT' THEN {made} ELSE {other} END"


def _wrong(text: str, wanted: str, index: int) -> str:
    return (
        f"error('HIVE_BAD_DATA: Error parsing field value for field {index}: ' || "
        f"'org.openx.data.jsonserde.json.{wanted} expected, found: ' || left({text}, 100))"
    )
