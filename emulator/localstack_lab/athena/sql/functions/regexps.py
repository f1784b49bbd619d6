r"""Regular expression functions.

https://trino.io/docs/current/functions/regexp.html
https://github.com/trinodb/trino/tree/master/core/trino-main/src/main/java/io/trino/operator/scalar

A constant pattern that RE2 reads as Joni does stays in DuckDB; every other one is matched by Python functions
over `java_regex`.
"""

import functools
from typing import Any

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, java_regex, registry
from localstack_lab.athena.sql.functions.emitting import constant_int, constant_text
from localstack_lab.athena.sql.functions.java_regex import Pattern, PatternError
from localstack_lab.athena.sql.functions.lengths import sized
from localstack_lab.athena.sql.functions.registry import scalar
from localstack_lab.athena.sql.functions.values import Call, text

BAD = "INVALID_FUNCTION_ARGUMENT"


def _pattern(source: str) -> Pattern:
    try:
        return java_regex.compile_java(source)
    except PatternError as fault:
        raise QueryError(BAD, str(fault)) from fault


def _fast(call: Call, form: str) -> str | None:
    """The pattern for RE2 where it is a constant that RE2 may have; the constant is checked at once."""
    source = constant_text(call.arguments[1])
    if source is None:
        return None
    try:
        found: str | None = getattr(java_regex.compile_java(source), form)
    except PatternError as fault:
        raise call.invalid(str(fault)) from fault
    return None if found is None else text(found)


def _timed(function: Any) -> Any:
    """A Python function that answers None for a null and ends a match that takes too long."""

    @functools.wraps(function)
    def called(*arguments: Any) -> Any:
        if None in arguments:
            return None
        try:
            return function(*arguments)
        except TimeoutError as fault:
            message = f"Regexp matching took more than {java_regex.TIME_LIMIT:.0f} seconds"
            raise QueryError("REGEXP_TIMEOUT", message) from fault

    return called


_LIMIT = {"timeout": java_regex.TIME_LIMIT}


def _group(pattern: Pattern, group: int) -> int:
    if group < 0:
        raise QueryError(BAD, "Group cannot be negative")
    if group > pattern.groups:
        raise QueryError(BAD, f"Pattern has {pattern.groups} groups. Cannot access group {group}")
    return group


def _like(value: str, source: str) -> bool:
    return _pattern(source).compiled.search(value, **_LIMIT) is not None


def _extract(value: str, source: str, group: int) -> str | None:
    pattern = _pattern(source)
    _group(pattern, group)
    found = pattern.compiled.search(value, **_LIMIT)
    return None if found is None else found.group(group)


def _extract_all(value: str, source: str, group: int) -> list[str | None]:
    pattern = _pattern(source)
    _group(pattern, group)
    return [found.group(group) for found in pattern.compiled.finditer(value, **_LIMIT)]


def _count(value: str, source: str) -> int:
    return sum(1 for _ in _pattern(source).compiled.finditer(value, **_LIMIT))


def _position(value: str, source: str, start: int, occurrence: int) -> int:
    if start < 1:
        raise QueryError(BAD, "start position cannot be smaller than 1")
    if occurrence < 1:
        raise QueryError(BAD, "occurrence cannot be smaller than 1")
    if start > len(value) and value:
        return -1
    for number, found in enumerate(_pattern(source).compiled.finditer(value, start - 1, **_LIMIT), 1):
        if number == occurrence:
            return int(found.start()) + 1
    return -1


def _split(value: str, source: str) -> list[str]:
    parts, last = [], 0
    for found in _pattern(source).compiled.finditer(value, **_LIMIT):
        parts.append(value[last : found.start()])
        last = found.end()
    return [*parts, value[last:]]


@functools.lru_cache(maxsize=256)
def _template(replacement: str, source: str) -> tuple[str | int, ...]:
    r"""Literal text and group numbers of a replacement: ``$1``, ``${name}``, a backslash escapes."""
    pattern = _pattern(source)
    pieces: list[str | int] = []
    at = 0
    while at < len(replacement):
        char = replacement[at]
        if char == "\\":
            if at + 1 == len(replacement):
                raise QueryError(BAD, f"Illegal replacement sequence: {replacement}")
            pieces.append(replacement[at + 1])
            at += 2
        elif char != "$":
            pieces.append(char)
            at += 1
        elif replacement.startswith("${", at):
            end = replacement.find("}", at)
            name = replacement[at + 2 : end] if end >= 0 else ""
            if end < 0 or name not in pattern.names:
                raise QueryError(BAD, f"Illegal replacement sequence: unknown group {{ {name} }}")
            pieces.append(pattern.names[name])
            at = end + 1
        else:
            at = _numbered(replacement, at + 1, pattern, pieces)
    return tuple(pieces)


def _numbered(replacement: str, at: int, pattern: Pattern, pieces: list[str | int]) -> int:
    """Read the group number at a place: as many digits as still name a group."""
    if at == len(replacement) or replacement[at] not in "0123456789":
        raise QueryError(BAD, f"Illegal replacement sequence: {replacement}")
    number = int(replacement[at])
    at += 1
    if number > pattern.groups:
        raise QueryError(BAD, f"Illegal replacement sequence: unknown group {number}")
    while at < len(replacement) and replacement[at] in "0123456789":
        wider = number * 10 + int(replacement[at])
        if wider > pattern.groups:
            break
        number = wider
        at += 1
    pieces.append(number)
    return at


def _replace(value: str, source: str, replacement: str) -> str:
    pieces = _template(replacement, source)

    def filled(found: Any) -> str:
        return "".join(p if isinstance(p, str) else found.group(p) or "" for p in pieces)

    return str(_pattern(source).compiled.sub(filled, value, **_LIMIT))


def _pieces(value: str, source: str) -> dict[str, list[Any]]:
    """What is around the matches, and the groups of each, for a replacement by a lambda."""
    around, groups, last = [], [], 0
    for found in _pattern(source).compiled.finditer(value, **_LIMIT):
        around.append(value[last : found.start()])
        groups.append(list(found.groups()))
        last = found.end()
    return {"around": [*around, value[last:]], "groups": groups}


def _declare_udfs() -> None:
    plain = (
        ("like", _like, ["VARCHAR", "VARCHAR"], "BOOLEAN"),
        ("extract", _extract, ["VARCHAR", "VARCHAR", "BIGINT"], "VARCHAR"),
        ("extract_all", _extract_all, ["VARCHAR", "VARCHAR", "BIGINT"], "VARCHAR[]"),
        ("count", _count, ["VARCHAR", "VARCHAR"], "BIGINT"),
        ("position", _position, ["VARCHAR", "VARCHAR", "BIGINT", "BIGINT"], "INTEGER"),
        ("split", _split, ["VARCHAR", "VARCHAR"], "VARCHAR[]"),
        ("replace", _replace, ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR"),
        ("pieces", _pieces, ["VARCHAR", "VARCHAR"], "STRUCT(around VARCHAR[], groups VARCHAR[][])"),
    )
    for name, function, arguments, returns in plain:
        registry.udf(f"lab_regexp_{name}", _timed(function), arguments, returns, nulls="special")


def _call(name: str, *defaults: str) -> "registry.Emit":
    def emit(call: Call) -> str:
        _fast(call, "contains")  # a constant pattern is checked before the statement runs
        given = [each.sql for each in call.arguments]
        missing = len(registry.UDFS[f"lab_regexp_{name}"].arguments) - len(given)
        padded = [*given, *(defaults[-missing:] if missing else ())]
        return f"{call.udf(f'lab_regexp_{name}')}({', '.join(padded)})"

    return emit


def _emit_like(call: Call) -> str:
    fast = _fast(call, "contains")
    if fast is not None:
        return f"regexp_matches({call.sql(0)}, {fast})"
    source = constant_text(call.arguments[1])
    if source is not None and source.startswith("(?i)") and source.isascii():
        plain = java_regex.compile_java(source.removeprefix("(?i)")).contains
        if plain is not None:
            # Joni also folds ligatures and the German sharp s, but no text in ASCII has any
            return emitting.bind(
                lambda s: (
                    f"(CASE WHEN strlen({s}) = length({s}) THEN regexp_matches({s}, {text('(?i)' + plain)}) "
                    f"ELSE {call.udf('lab_regexp_like')}({s}, {call.sql(1)}) END)"
                ),
                call.sql(0),
            )
    return f"{call.udf('lab_regexp_like')}({call.sql(0)}, {call.sql(1)})"


def _emit_extract(call: Call) -> str:
    fast = _fast(call, "extracts")
    group = constant_int(call.arguments[2]) if len(call.arguments) == 3 else 0
    if fast is not None and group is not None:
        groups = java_regex.compile_java(str(call.arguments[1].constant)).groups
        if 0 <= group <= groups and group <= 9:
            return emitting.bind(
                lambda s: (
                    f"(CASE WHEN regexp_matches({s}, {fast}) THEN regexp_extract({s}, {fast}, {group}) END)"
                ),
                call.sql(0),
            )
    third = call.sql(2) if len(call.arguments) == 3 else "0"
    return f"{call.udf('lab_regexp_extract')}({call.sql(0)}, {call.sql(1)}, {third})"


def _emit_replace(call: Call) -> str:
    fast = _fast(call, "extracts")
    source = constant_text(call.arguments[1])
    replacement = constant_text(call.arguments[2]) if len(call.arguments) == 3 else ""
    if source is not None and replacement is not None:
        try:
            pieces = _template(replacement, source)
        except QueryError as fault:
            raise call.invalid(fault.message) from fault
        if fast is not None and all(isinstance(p, str) or p <= 9 for p in pieces):
            rewritten = "".join(p.replace("\\", "\\\\") if isinstance(p, str) else f"\\{p}" for p in pieces)
            return f"regexp_replace({call.sql(0)}, {fast}, {text(rewritten)}, 'g')"
    third = call.sql(2) if len(call.arguments) == 3 else "''"
    return f"{call.udf('lab_regexp_replace')}({call.sql(0)}, {call.sql(1)}, {third})"


def _emit_replace_with(call: Call) -> str:
    """The lambda gets the groups of each match; what it yields goes between the pieces around them."""
    _fast(call, "contains")
    made = f"{call.udf('lab_regexp_pieces')}({call.sql(0)}, {call.sql(1)})"

    def body(pieces: str) -> str:
        # A null from the lambda leaves nothing in its place
        yielded = f"list_transform({pieces}.groups, {call.sql(2)})"
        texts = f"list_transform({yielded}, lambda lab_e: coalesce(lab_e, ''))"
        both = f"list_zip({pieces}.around[2:], {texts})"
        parts = f"list_transform({both}, lambda lab_e: lab_e[2] || lab_e[1])"
        rest = f"list_reduce({parts}, lambda lab_a, lab_b: lab_a || lab_b, {pieces}.around[1])"
        return f"(CASE WHEN {pieces} IS NOT NULL THEN {rest} END)"

    return emitting.bind(body, made)


_declare_udfs()

scalar("regexp_like", "(varchar(x), varchar) -> boolean", _emit_like)
scalar("regexp_count", "(varchar(x), varchar) -> bigint", _call("count"))
scalar(
    "regexp_extract",
    ("(varchar(x), varchar) -> varchar(x)", "(varchar(x), varchar, bigint) -> varchar(x)"),
    _emit_extract,
)
scalar(
    "regexp_extract_all",
    ("(varchar(x), varchar) -> array(varchar(x))", "(varchar(x), varchar, bigint) -> array(varchar(x))"),
    _call("extract_all", "0"),
)
scalar(
    "regexp_position",
    (
        "(varchar(x), varchar) -> integer",
        "(varchar(x), varchar, bigint) -> integer",
        "(varchar(x), varchar, bigint, bigint) -> integer",
    ),
    _call("position", "1", "1"),
)
scalar("regexp_split", "(varchar(x), varchar) -> array(varchar(x))", _call("split"))
scalar(
    "regexp_replace",
    "(varchar(x), varchar) -> varchar(x)",
    _emit_replace,
)
scalar(
    "regexp_replace",
    "(varchar(x), varchar, varchar(y)) -> varchar",
    _emit_replace,
    result=sized(lambda x, pattern, y: x + max(x * y // 2, y) * (x + 1)),
)
scalar(
    "regexp_replace",
    "(varchar, varchar, function(array(varchar), varchar)) -> varchar",
    _emit_replace_with,
)
