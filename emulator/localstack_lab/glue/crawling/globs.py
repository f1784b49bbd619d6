"""Exclude patterns, relative to the include path.

https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html#crawler-data-stores-exclude
"""

import re
from functools import cache

import regex

_SECONDS = 1.0  # for one key: Java's own matcher has no end for patterns of many stars


class BadPattern(ValueError):
    """An exclude pattern that is none."""


@cache
def compiled(pattern: str) -> "regex.Pattern[str]":
    """A pattern as a regular expression over the part of a key behind the include path.

    :raises BadPattern: when brackets or braces are not closed, or braces are nested
    """
    translated = _translated(pattern.removeprefix("/"), in_group=False)
    try:
        return regex.compile(translated, regex.DOTALL | regex.VERSION0)
    except regex.error as error:
        raise BadPattern(f"The exclude pattern '{pattern}' cannot be read: {error}") from error


def _translated(pattern: str, *, in_group: bool) -> str:
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "\\":
            if at == len(pattern):
                raise BadPattern(f"The exclude pattern '{pattern}' ends in a backslash.")
            out.append(re.escape(pattern[at]))
            at += 1
        elif char == "*":
            double = pattern[at : at + 1] == "*"
            out.append(".*" if double else "[^/]*")
            at += double
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                raise BadPattern(f"A bracket of the exclude pattern '{pattern}' is not closed.")
            out.append(_bracket(pattern[at:end]))
            at = end + 1
        elif char == "{":
            if in_group:
                raise BadPattern(f"Groups of an exclude pattern cannot be nested: '{pattern}'.")
            end = _closing(pattern, at)
            parts = _split(pattern[at:end])
            out.append("(?:" + "|".join(_translated(part, in_group=True) for part in parts) + ")")
            at = end + 1
        else:
            out.append(re.escape(char))
    return "".join(out)


def _bracket(inner: str) -> str:
    negated = inner.startswith("!")
    body = inner[1:] if negated else inner
    escaped = body.replace("\\", "\\\\").replace("^", "\\^").replace("[", "\\[").replace("&&", "&\\&")
    return f"(?!/)[{'^' if negated else ''}{escaped}]"


def _closing(pattern: str, at: int) -> int:
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "}":
            return at
        at += 1
    raise BadPattern(f"A brace of the exclude pattern '{pattern}' is not closed.")


def _split(text: str) -> list[str]:
    """The parts of a group: at commas that are neither escaped nor in brackets."""
    return re.findall(r"(?:\\.|\[[^\]]*\]|[^,])+|(?<=,)(?=,|$)|^(?=,)", text) or [""]


def excluded(relative: str, patterns: list[str]) -> bool:
    """Whether a key, relative to the include path, is left out.

    :raises BadPattern: when a pattern takes too long on it
    """
    for pattern in patterns:
        try:
            if compiled(pattern).fullmatch(relative, concurrent=True, timeout=_SECONDS):
                return True
        except TimeoutError as error:
            raise BadPattern(
                f"The exclude pattern '{pattern}' takes too long on the key {relative}"
            ) from error
    return False
