"""RegexSerDe and GrokSerDe: a column for each group of a pattern that a line must match as a whole.

A line that does not match is a row of nulls, as is one on which the pattern takes too long.
See https://docs.aws.amazon.com/athena/latest/ug/regex-serde.html and grok-serde.html beside it.
"""

from functools import cache

import regex

from localstack_lab.athena.reading import values
from localstack_lab.athena.reading.errors import lacking, literal
from localstack_lab.athena.reading.layout import Layout
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions.java_regex import PatternError, compile_java
from localstack_lab.lake import grok

_SECONDS = 0.5  # for one line


def columns(layout: Layout, wanted: list[str]) -> tuple[str, dict[str, str]]:
    """SQL of a line's fields over ``line``, and for each wanted column SQL over ``fields``.

    :raises QueryError: for a pattern that is none
    """
    if layout.kind == "regex":
        expression = layout.serde.get("input.regex", "")
        folded = str(layout.serde.get("input.regex.case.insensitive", "")).lower() == "true"
        pattern = f"(?i){expression}" if folded else expression
        groups = _groups(pattern)
        if groups != len(layout.columns):
            raise QueryError(
                "HIVE_CURSOR_ERROR",
                f"Number of matching groups doesn't match the number of columns: {groups} groups, "
                f"{len(layout.columns)} columns",
            )
        fields = f"lab_regex_fields(line, {literal(pattern)})"
        order = {name: place for place, (name, _) in enumerate(layout.columns)}
    else:
        given = (layout.serde.get("input.format", ""), layout.serde.get("input.grokCustomPatterns", ""))
        try:
            names = [name.lower() for name, _ in grok.compiled(*given).fields]
        except grok.BadGrok as error:
            raise QueryError("HIVE_INVALID_METADATA", f"The table's input.format: {error}") from error
        fields = f"lab_grok_fields(line, {literal(given[0])}, {literal(given[1])})"
        order = {name: names.index(name) for name, _ in layout.columns if name in names}
    answer = {}
    for index, (name, type_) in enumerate(layout.columns):
        if name in wanted:
            if type_.name in ("array", "map", "struct", "binary", "uniontype"):
                raise lacking(f"A column of type {type_} with this SerDe")
            text = f"fields[{order[name] + 1}]" if name in order else "CAST(NULL AS VARCHAR)"
            answer[name] = values.scalar(text, type_, values.GROUPS, index)
    return fields, answer


@cache
def _compiled(pattern: str) -> "regex.Pattern[str]":
    return compile_java(pattern).compiled


def _groups(pattern: str) -> int:
    try:
        return int(_compiled(pattern).groups)
    except PatternError as error:
        raise QueryError("HIVE_INVALID_METADATA", f"The table's input.regex: {error}") from error


def regex_fields(line: str, pattern: str) -> list[str | None] | None:
    """The groups of a Java pattern, None where the line does not match it."""
    try:
        found = _compiled(pattern).fullmatch(line, timeout=_SECONDS)
    except TimeoutError:
        return None
    return None if found is None else list(found.groups())


def grok_fields(line: str, pattern: str, custom: str) -> list[str | None] | None:
    """The fields of a Grok pattern, None where the line does not match it."""
    found = grok.compiled(pattern, custom).values(line)
    return None if found is None else list(found)
