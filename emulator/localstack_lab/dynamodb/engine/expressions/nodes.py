"""Syntax trees of expressions.

The parsers write `Alias` and `Placeholder` for what a request names apart (``#n``, ``:v``); binding puts the
attribute's name and a `Literal` in their place. Evaluators only see bound trees, so a tree
that was built by hand (legacy parameters, PartiQL) runs through the same code.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Alias(str):
    """An expression attribute name as written, ``#n``."""

    __slots__ = ()


class Path(NamedTuple):
    """A document path: attribute name first, then map keys (str) and list indexes (int)."""

    elements: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"[{', '.join(f'[{e}]' if isinstance(e, int) else e for e in self.elements)}]"


class Placeholder(NamedTuple):
    """An expression attribute value as written, ``:v``."""

    name: str


class Literal(NamedTuple):
    """A value in wire form, normal (see `values.normalise`)."""

    value: dict[str, Any]


class Function(NamedTuple):
    """A call. In conditions: attribute_exists, attribute_not_exists, attribute_type, begins_with, contains
    and size; in updates: if_not_exists and list_append.
    """

    name: str
    operands: tuple[Operand, ...]


class Arithmetic(NamedTuple):
    """``left + right`` or ``left - right`` in a SET action."""

    operator: str
    left: Operand
    right: Operand


type Operand = Path | Placeholder | Literal | Function | Arithmetic


class Comparison(NamedTuple):
    """``operator`` is one of = <> < <= > >=."""

    operator: str
    left: Operand
    right: Operand


class Between(NamedTuple):
    """low <= operand <= high, all of one type."""

    operand: Operand
    low: Operand
    high: Operand


class In(NamedTuple):
    """operand equals one of the options."""

    operand: Operand
    options: tuple[Operand, ...]


class Not(NamedTuple):
    """The opposite of a condition."""

    condition: Condition


class And(NamedTuple):
    """Both conditions hold."""

    left: Condition
    right: Condition


class Or(NamedTuple):
    """One of the conditions holds."""

    left: Condition
    right: Condition


type Condition = Comparison | Between | In | Function | Not | And | Or


class Set(NamedTuple):
    """SET path = value."""

    path: Path
    value: Operand


class Remove(NamedTuple):
    """REMOVE path."""

    path: Path


class Add(NamedTuple):
    """ADD path value: a number to a number, a set to a set."""

    path: Path
    value: Operand


class Delete(NamedTuple):
    """DELETE path value: members from a set."""

    path: Path
    value: Operand


type Action = Set | Remove | Add | Delete
