"""The first check of a control-plane request: the constraints of the service's model, reported together.

AWS answers ``2 validation errors detected: Value '…' at '…' failed to satisfy constraint: …; Value …`` before
it looks at anything else. Paths are written with a small first letter and list members are counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from localstack_lab.dynamodb.engine.errors import validation

_MOST_REPORTED = 10
NAME_PATTERN = "[a-zA-Z0-9_.-]+"


@dataclass(frozen=True)
class Text:
    """A string member."""

    required: bool = False
    pattern: str | None = None
    shortest: int | None = None
    longest: int | None = None
    values: tuple[str, ...] | None = None

    def problems(self, value: str) -> Iterator[str]:
        """What is wrong with the value, in AWS's words."""
        if self.pattern is not None and not re.fullmatch(self.pattern, value):
            yield f"Member must satisfy regular expression pattern: {self.pattern}"
        yield from _lengths(len(value), self.shortest, self.longest)
        if self.values is not None and value not in self.values:
            yield f"Member must satisfy enum value set: [{', '.join(self.values)}]"


@dataclass(frozen=True)
class Number:
    """An integer member."""

    required: bool = False
    least: int | None = None
    most: int | None = None

    def problems(self, value: int) -> Iterator[str]:
        """What is wrong with the value, in AWS's words."""
        if self.least is not None and value < self.least:
            yield f"Member must have value greater than or equal to {self.least}"
        if self.most is not None and value > self.most:
            yield f"Member must have value less than or equal to {self.most}"


@dataclass(frozen=True)
class Flag:
    """A boolean member."""

    required: bool = False

    def problems(self, value: bool) -> Iterator[str]:
        """A boolean is never wrong."""
        return iter(())


@dataclass(frozen=True)
class Many:
    """A list member whose elements obey ``member``."""

    member: Text | Struct
    required: bool = False
    shortest: int | None = None
    longest: int | None = None

    def problems(self, value: list[Any]) -> Iterator[str]:
        """What is wrong with the list itself, in AWS's words."""
        return _lengths(len(value), self.shortest, self.longest)


@dataclass(frozen=True)
class Struct:
    """A structure; ``name`` is how AWS's echo of a list of them calls it."""

    members: Mapping[str, Text | Number | Flag | Many | Struct] = field(default_factory=dict)
    required: bool = False
    name: str = ""

    def problems(self, value: Mapping[str, Any]) -> Iterator[str]:
        """A structure itself is never wrong; its members may be."""
        return iter(())


type Rule = Text | Number | Flag | Many | Struct


def check(members: Mapping[str, Rule], request: Mapping[str, Any]) -> None:
    """Raise ValidationException naming every broken constraint (AWS stops at ten)."""
    found = list(_walk(Struct(members), request, ""))[:_MOST_REPORTED]
    if found:
        plural = "s" if len(found) > 1 else ""
        raise validation(f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


def _walk(rule: Rule, value: Any, path: str) -> Iterator[str]:
    for problem in rule.problems(value):
        yield f"Value '{_echo(rule, value)}' at '{path}' failed to satisfy constraint: {problem}"
    if isinstance(rule, Struct):
        for name, inner in rule.members.items():
            yield from _member(inner, value.get(name), f"{path}.{_small(name)}" if path else _small(name))
    elif isinstance(rule, Many):
        for number, element in enumerate(value, 1):
            yield from _member(rule.member, element, f"{path}.{number}.member")


def _member(rule: Rule, value: Any, path: str) -> Iterator[str]:
    if value is not None:
        yield from _walk(rule, value, path)
    elif rule.required:
        yield f"Value null at '{path}' failed to satisfy constraint: Member must not be null"


def _echo(rule: Rule, value: Any) -> str:
    if isinstance(rule, Many):
        return f"[{', '.join(_echo(rule.member, element) for element in value)}]"
    if isinstance(rule, Struct):
        shown = (f"{_small(name)}={_echo(inner, value.get(name))}" for name, inner in rule.members.items())
        return f"{rule.name}({', '.join(shown)})"
    return "null" if value is None else str(value)


def _lengths(length: int, shortest: int | None, longest: int | None) -> Iterator[str]:
    if shortest is not None and length < shortest:
        yield f"Member must have length greater than or equal to {shortest}"
    if longest is not None and length > longest:
        yield f"Member must have length less than or equal to {longest}"


def _small(name: str) -> str:
    return name[0].lower() + name[1:]
