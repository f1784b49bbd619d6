"""JSON: lines, documents one after another, arrays; and custom classifiers with a JSON path.

https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-json
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from localstack_lab.glue.crawling import types
from localstack_lab.glue.crawling.schema import Format, Schema

SERDE = "org.openx.data.jsonserde.JsonSerDe"
_SPACE = re.compile(r"[\s\ufeff]*")
_BETWEEN = re.compile(r"[\s,]*")


class Incomplete(Exception):
    """No record is complete in what was read of the file: more of it is needed."""


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def documents(text: str, *, whole: bool) -> list[tuple[Any, int]]:
    """The JSON values of a text, each with its length in characters.

    What follows a fault is left out, as is a last value that the end of the sample cut.

    :raises Incomplete: when the sample ends in the first value
    """
    found: list[tuple[Any, int]] = []
    at = _end(_SPACE, text, 0)
    while at < len(text):
        try:
            value, end = _DECODER.raw_decode(text, at)
        except RecursionError:
            break
        except ValueError as error:
            if not found and not whole and _cut(error, text):
                raise Incomplete from error
            break
        found.append((value, end - at))
        at = _end(_SPACE, text, end)
    return found


def _cut(error: ValueError, text: str) -> bool:
    return (
        not isinstance(error, json.JSONDecodeError)
        or error.pos >= len(text) - 1
        or "Unterminated" in error.msg
    )


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def elements(text: str) -> list[tuple[Any, int]]:
    """The complete elements of an array whose end may be cut off."""
    found = []
    at = _end(_SPACE, text, 0) + 1
    while (at := _end(_BETWEEN, text, at)) < len(text):
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append((value, end - at))
        at = end
    return found


def classify(text: str, *, whole: bool, compression: str = "none") -> Schema | None:
    """The built-in JSON classifier.

    A file that is one array becomes one column ``array``, as Glue makes it.

    :raises Incomplete: when more of the file is needed
    """
    start = text[_end(_SPACE, text, 0) :][:1]
    if start not in ("{", "["):
        return None
    values = documents(text, whole=whole)
    records = [(value, size) for value, size in values if isinstance(value, dict | list)]
    if not records:
        return None
    rows = [(row if isinstance(row, dict) else {"array": row}, size) for row, size in records]
    return _schema(rows, whole=whole, compression=compression)


def classify_path(path: str, text: str, *, whole: bool, compression: str = "none") -> Schema | None:
    """A custom JSON classifier; None when the file has nothing at its path.

    A path that leads to objects gives their members as columns; one that leads to other values gives one
    column, ``record``. A list of paths with commas between them gives a column for each, named after its
    last member; a file that lacks one of them does not match.

    :raises Incomplete: when more of the file is needed
    """
    start = text[_end(_SPACE, text, 0) :][:1]
    if start not in ("{", "["):
        return None
    paths = split_paths(path)
    try:
        values = documents(text, whole=whole)
    except Incomplete:
        if start != "[" or len(paths) > 1 or not paths[0].startswith("$[*]"):
            raise
        values, paths = elements(text), ["$" + paths[0][4:]]
        if not values:
            raise
    rows = _listed(paths, values) if len(paths) > 1 else _reached(paths[0], values)
    return _schema(rows, whole=whole, compression=compression) if rows else None


def _reached(path: str, values: list[tuple[Any, int]]) -> list[tuple[dict[str, Any], int]]:
    steps = parse_path(path)
    rows = []
    for value, size in values:
        reached = list(_follow(value, steps))
        for one in reached:
            row = one if isinstance(one, dict) else {"record": one}
            rows.append((row, max(1, size // len(reached))))
    return rows


def _listed(paths: list[str], values: list[tuple[Any, int]]) -> list[tuple[dict[str, Any], int]]:
    parsed = [parse_path(path) for path in paths]
    names = [_name(steps) for steps in parsed]
    rows = []
    seen: set[str] = set()
    for value, size in values:
        row = {}
        for name, steps in zip(names, parsed, strict=True):
            reached = list(_follow(value, steps))
            if reached:
                row[name] = reached[0] if len(reached) == 1 else reached
                seen.add(name)
        if row:
            rows.append(({name: row.get(name) for name in names}, size))
    return rows if len(seen) == len(set(names)) else []


def _name(steps: tuple[str | int | None, ...]) -> str:
    return next((step for step in reversed(steps) if isinstance(step, str)), "record")


_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]*,'"\s]+) | \.\* (?P<dot_all>) | \[\*\] (?P<all>) | \[(?P<index>\d+)\]
    | \[(?P<quote>['"])(?P<quoted>.+?)(?P=quote)\]""",
    re.VERBOSE,
)


def split_paths(path: str) -> list[str]:
    """``$.a,$.b`` → its paths; the commas of brackets and quotes do not divide."""
    return [part.strip() for part in re.split(r",(?=\s*\$)", path.strip())]


def parse_path(path: str) -> tuple[str | int | None, ...]:
    """A path's steps: a member's name, an element's index, or None for every one of them.

    :raises ValueError: when it is not of the operators that Glue supports
    """
    if not path.startswith("$"):
        raise ValueError(f"{path!r} does not start with $")
    steps: list[str | int | None] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise ValueError(f"{path[at:]!r} of {path!r} is no step of a JSON path")
        if match["index"] is not None:
            steps.append(int(match["index"]))
        else:
            steps.append(match["name"] or match["quoted"])
        at = match.end()
    return tuple(steps)


def _follow(value: Any, steps: tuple[str | int | None, ...]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step is None:
        inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        for one in inner:
            yield from _follow(one, rest)
    elif isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            yield from _follow(value[step], rest)
    elif isinstance(value, dict) and step in value:
        yield from _follow(value[step], rest)


def _schema(rows: list[tuple[dict[str, Any], int]], *, whole: bool, compression: str) -> Schema:
    columns: dict[str, types.Type] = {}
    first: dict[str, str] = {}  # each name → how it was written first, whatever its case
    for row, _ in rows:
        for name, value in row.items():
            kind = types.of_value(value)
            if name not in first:
                first[name] = first.setdefault(name.lower(), name)
            known = columns.setdefault(first[name], kind)
            if known != kind:
                columns[first[name]] = types.merge(known, kind)
    return Schema(
        Format("json", SERDE, names_paths=True),
        tuple(columns.items()),
        compression,
        records=len(rows),
        record_bytes=sum(size for _, size in rows) + len(rows),
        whole=whole,
    )
