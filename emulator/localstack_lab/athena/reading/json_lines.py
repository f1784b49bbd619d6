"""The JSON SerDes: one JSON object a line, keys in any case, values by the declared types.

See https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html and
https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html. Keys that the data write in capitals are
found by looking at the data once; lines in which that is not enough (several spellings of one key,
dots.in.keys) are rewritten with plain keys before they are read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from localstack_lab.athena.reading import timestamp_formats, values
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
    mapping = _mapping(serde) if openx else {}
    odd = f"lab_json_line(line, {str(ignore).lower()}, {str(openx).lower()})"
    if not wanted:
        return f"CASE WHEN json_valid(line) THEN '' ELSE {odd} END", {}
    rewrite = ""
    spelling = Spelling()
    if dots:
        rewrite = f"{str(insensitive).lower()}, true"
    elif insensitive:
        try:
            spelling = _spelling(connection, lines)
        except _Ambiguous:
            rewrite = "true, false"
    paths, places, parts = [], [], {}
    for index, (name, type_) in enumerate(layout.columns):
        if name in wanted:
            key, below = spelling.of(mapping.get(name, name))
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

    if rewrite:
        plain = f"lab_plain_keys(CASE WHEN json_valid(line) THEN line ELSE {odd} END, {rewrite})"
        return taken(plain), parts
    return f"coalesce(TRY({taken('line')}), {taken(odd)})", parts


def _true(serde: Mapping[str, str], name: str, default: bool) -> bool:
    return str(serde.get(name, default)).lower() == "true"


def _mapping(serde: Mapping[str, str]) -> dict[str, str]:
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
        many = f"list_transform(json_extract_string({text}, '$[*]'), lambda {item}: {inner})"
        single = value(text, type_.parts[0], spelling, how, depth + 1)
        other = f"[{single}]" if how.openx else _wrong(text, "JSONArray", how.index)
        return f"CASE WHEN {blank} THEN NULL WHEN {kind} = 'ARRAY' THEN {many} ELSE {other} END"
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


def json_line(line: str, ignore: bool, openx: bool) -> str | None:
    """The object of a line that is not plain JSON: what follows after it does not count; null for a row of
    nulls.

    :raises ValueError: with Athena's words for a malformed line
    """
    text = line.strip()
    if not text.startswith(("{", "[")) and openx:
        return None
    try:
        found, _ = json.JSONDecoder(parse_float=_Raw, parse_int=_Raw, parse_constant=_Raw).raw_decode(text)
    except ValueError as error:
        if ignore and openx:
            return None
        raise ValueError(
            f"HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: {error}"
        ) from error
    return _dumped(found)


class _Raw(str):
    """A number as it was written."""


def plain_keys(line: str | None, lower: bool, dots: bool) -> str | None:
    """The JSON text with its keys as Hive names columns; of several that become the same, the last counts."""
    if line is None:
        return None
    found, _ = json.JSONDecoder(parse_float=_Raw, parse_int=_Raw, parse_constant=_Raw).raw_decode(
        line.strip()
    )
    return _dumped(_plain(found, lower, dots))


def _plain(found: Any, lower: bool, dots: bool) -> Any:
    if isinstance(found, list):
        return [_plain(item, lower, dots) for item in found]
    if not isinstance(found, dict):
        return found
    answer = {}
    for key, held in found.items():
        name = key.lower() if lower else key
        answer[name.replace(".", "_") if dots else name] = _plain(held, lower, dots)
    return answer


def _dumped(found: Any) -> str:
    if isinstance(found, _Raw):
        return str(found)
    if isinstance(found, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{_dumped(v)}" for k, v in found.items()) + "}"
    if isinstance(found, list):
        return "[" + ",".join(map(_dumped, found)) + "]"
    return json.dumps(found)
