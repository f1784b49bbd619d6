"""What a function is given: its arguments as emitted SQL with their types."""

from dataclasses import dataclass, field
from typing import Final

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import Position, QueryError, at, unsupported


class _Varies:
    def __repr__(self) -> str:
        return "VARIES"


VARIES: Final = _Varies()
"""The `constant` of a value that is not known before the statement runs."""


LIFTED: Final = "__lab_t"
"""The parameter of a lambda that holds what has been worked out before: the subqueries of a TRY."""


@dataclass(frozen=True, slots=True)
class Value:
    """An expression: DuckDB SQL that yields a value of `type` in the representation that `types` lists.

    `constant` is its Python value where the statement's text gives it (None for NULL, str, int, Decimal,
    float, bool, bytes), else `VARIES`.
    `sql` may be put anywhere an operand may stand: it is an atom, a call or in parentheses.
    """

    sql: str
    type: t.Type
    constant: object = VARIES
    parameters: tuple[str, ...] = ()
    """For a lambda: its parameter names; `sql` is then `lambda x, y: body`."""
    body: str = ""
    """For a lambda: the SQL of its body."""

    @property
    def is_constant(self) -> bool:
        """Whether the statement's text gives the value."""
        return self.constant is not VARIES


@dataclass(slots=True)
class Call:
    """One call of a function, arguments already coerced to the chosen signature."""

    name: str
    arguments: list[Value]
    type: t.Type
    bindings: dict[str, "t.Type | int"] = field(default_factory=dict)
    position: Position | None = None
    distinct: bool = False
    order: str = ""
    """`ORDER BY …` inside an aggregate, or empty."""
    filter: str = ""
    """`FILTER (WHERE …)`, or empty."""
    nulls: str = ""
    """`IGNORE NULLS`, or empty."""
    over: str = ""
    """`OVER (…)` where the function is used as a window, or empty."""
    used: set[str] = field(default_factory=set)
    session: dict[str, object] = field(default_factory=dict)
    """What the statement runs with: `now` (datetime in UTC), `zone`, `user`, `catalog`, `schema`."""

    def sql(self, index: int) -> str:
        """The SQL of an argument."""
        return self.arguments[index].sql

    def aggregate(self, name: str, *arguments: str) -> str:
        """The call of a DuckDB function, with this call's DISTINCT, ORDER BY, FILTER and OVER."""
        inside = ("DISTINCT " if self.distinct else "") + ", ".join(arguments)
        for clause in (self.order, self.nulls):
            if clause:
                inside += " " + clause
        text = f"{name}({inside})"
        for clause in (self.filter, self.over):
            if clause:
                text += " " + clause
        return text

    def udf(self, name: str) -> str:
        """The name of a registered Python function, noted as needed by the statement."""
        self.used.add(name)
        return name

    def invalid(self, message: str, name: str = "INVALID_FUNCTION_ARGUMENT") -> QueryError:
        """The error of an argument that is already wrong in the statement's text."""
        return at(self.position, name, message)


def text(value: str) -> str:
    """A Python string as a DuckDB literal.

    :raises QueryError: for U+0000, which DuckDB's SQL cannot hold
    """
    if "\x00" in value:
        raise unsupported("The character U+0000 in a string")
    return "'" + value.replace("'", "''") + "'"


def fail(name: str, message: str) -> str:
    """SQL that raises Trino's error `name` with a fixed message when it is evaluated. It fits any type."""
    return f"{_raiser(name)}({text(name + ': ' + message)})"


def fail_with(name: str, *parts: str) -> str:
    """Like `fail`, with a message joined from pieces of SQL: `fail_with("X", "'bad: '", "a")`.

    A null piece counts as 'null', so that the error is raised all the same.
    """
    pieces = " || ".join(p if p.startswith("'") else f"coalesce(CAST({p} AS VARCHAR), 'null')" for p in parts)
    return f"{_raiser(name)}({text(name + ': ')} || {pieces})"


_TRIED = (
    "DIVISION_BY_ZERO",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "NUMERIC_VALUE_OUT_OF_RANGE",
)


def _raiser(name: str) -> str:
    """The macro that raises an error: one that TRY makes null of, or not.

    https://trino.io/docs/current/functions/conditional.html#try
    """
    return "lab_fail" if name in _TRIED else "lab_refuse"
