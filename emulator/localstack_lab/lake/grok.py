"""Grok patterns, as Glue's classifiers and Athena's GrokSerDe understand them.

https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-grok
"""

from dataclasses import dataclass
from functools import cache

import regex

from localstack_lab.lake.grok_patterns import BUILT_IN

_DEEP = 40
_LARGEST = 200_000
"""Characters of all that is put in for names: patterns that use each other twice grow without end."""
_REFERENCE = regex.compile(r"%\{(?P<pattern>\w+)(?:[:;](?P<name>[^:;{}=]+))?(?:[:;](?P<type>[^{}]*))?\}")
_NAMED = regex.compile(r"\(\?<(?!field_)([A-Za-z]\w*)>")
_TYPES = {
    "byte": "tinyint",
    "boolean": "boolean",
    "double": "double",
    "short": "smallint",
    "int": "int",
    "integer": "int",
    "long": "bigint",
    "float": "float",
    "string": "string",
}


class BadGrok(ValueError):
    """A pattern that cannot be used; the text says why."""


@dataclass(frozen=True)
class Grok:
    """A pattern ready for use.

    :param fields: column names and types, in the pattern's order
    """

    expression: "regex.Pattern[str]"
    fields: tuple[tuple[str, str], ...]

    def values(self, line: str, seconds: float = 0.5) -> tuple[str | None, ...] | None:
        """What a line has for each field; None for a line that does not match, or not within that time."""
        try:
            match = self.expression.fullmatch(line, timeout=seconds, concurrent=True)
        except TimeoutError:
            return None
        if match is None:
            return None
        return tuple(match[f"field_{at}"] for at in range(len(self.fields)))


@cache
def compiled(pattern: str, custom: str = "") -> Grok:
    """Put the named patterns into a pattern.

    :param custom: lines of ``NAME expression``
    :raises BadGrok: for an unknown name, a type that there is not, or an expression that is none
    """
    library = dict(BUILT_IN)
    for line in custom.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            name, _, expression = line.strip().partition(" ")
            library[name] = expression.strip()
    fields: dict[str, str] = {}
    size = 0

    def expanded(text: str, depth: int) -> str:
        if depth > _DEEP:
            raise BadGrok(f"The pattern {pattern!r} refers to itself.")

        def put(match: "regex.Match[str]") -> str:
            nonlocal size
            known = library.get(match["pattern"])
            if known is None:
                raise BadGrok(f"There is no grok pattern {match['pattern']}.")
            size += len(known) + 1
            if size > _LARGEST:
                raise BadGrok(f"The pattern {pattern[:100]!r} grows beyond {_LARGEST} characters.")
            name = (match["name"] or "").strip()
            if not name or name == "UNWANTED":
                return f"(?:{expanded(known, depth + 1)})"
            kind = (match["type"] or "string").strip()
            if kind not in _TYPES:
                raise BadGrok(f"There is no grok data type {kind}.")
            fields.setdefault(name, _TYPES[kind])
            group = f"field_{list(fields).index(name)}"  # of the same name: regex takes the last that matched
            return f"(?P<{group}>{expanded(known, depth + 1)})"

        return str(_REFERENCE.sub(put, text))

    expression = expanded(pattern, 0)

    def named(match: "regex.Match[str]") -> str:
        fields.setdefault(match[1], "string")
        return f"(?P<field_{list(fields).index(match[1])}>"

    expression = str(_NAMED.sub(named, expression))
    try:
        made = regex.compile(expression, regex.V0)
    except regex.error as error:
        raise BadGrok(f"The grok pattern {pattern!r} is no regular expression: {error}") from error
    return Grok(made, tuple(fields.items()))
