"""Which names an expression can see, and which columns are really used.

Emitted SQL never depends on names of the statement: every relation is called r1, r2 …, so that no name can be
captured and a correlated subquery just refers outwards.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from localstack_lab.athena.sql.errors import Position, at
from localstack_lab.athena.sql.functions.values import Value
from localstack_lab.athena.sql.plan import Scan
from localstack_lab.athena.sql.types import Type

CANNOT_RESOLVE = "Column '{}' cannot be resolved or requester is not authorized to access requested resources"


@dataclass(slots=True, eq=False)
class Field:
    """A column of a relation as an expression sees it.

    `sql` refers to it; `relation` is the name (in lower case) that it can be qualified with, `qualifier` the
    catalog, schema and table of one that is not aliased. `sources` are the columns that it is made of: only
    what the answer needs is read.
    """

    name: str | None
    type: Type
    sql: str
    relation: str | None = None
    qualifier: tuple[str, ...] = ()
    hidden: bool = False
    sources: list["Field"] = field(default_factory=list)
    on_use: Callable[[], None] | None = None
    partition: tuple[Scan, str] | None = None
    """The scan and the partition key that it passes on unchanged, while rows may still be dropped by it."""
    origin: tuple[str, str] = ("", "")
    """Database and table that it comes from unchanged."""
    ungrouped: bool = False
    used: bool = False

    def mark(self) -> None:
        """Note that the statement needs this column."""
        if self.used:
            return
        self.used = True
        if self.on_use is not None:
            self.on_use()
        for each in self.sources:
            each.mark()

    def qualified_by(self, prefix: list[str]) -> bool:
        """Whether these names (in lower case) before its own mean it."""
        if len(prefix) == 1:
            return self.relation == prefix[0]
        return bool(self.qualifier) and list(self.qualifier[-len(prefix) :]) == prefix

    def derived(self, sql: str, relation: str | None) -> "Field":
        """The same column one relation further out."""
        return Field(
            self.name,
            self.type,
            sql,
            relation=self.relation if relation is None else relation,
            qualifier=self.qualifier if relation is None else (),
            hidden=self.hidden,
            sources=[self],
            partition=self.partition,
            origin=self.origin,
        )


class Scope:
    """The columns that a query's expressions see, and behind them those of the query around it."""

    def __init__(self, fields: list[Field], parent: "Scope | None" = None) -> None:
        self.fields = fields
        self.parent = parent
        self._names: dict[str, list[Field]] | None = None
        self.grouped = False

    @property
    def names(self) -> dict[str, list[Field]]:
        """The columns by their name in lower case."""
        if self._names is None:
            self._names = {}
            for each in self.fields:
                if each.name is not None:
                    self._names.setdefault(each.name.lower(), []).append(each)
        return self._names

    def find(self, parts: list[str], position: Position) -> tuple[Field, "Scope"] | None:
        """The column that a name of one or more parts means, looked for outwards; None if there is none.

        Raises `AMBIGUOUS_NAME` where one query has several.
        """
        *prefix, name = [p.lower() for p in parts]
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name, ())
            if prefix:
                found = [f for f in found if f.qualified_by(prefix)]
            if len(found) > 1:
                raise at(position, "AMBIGUOUS_NAME", f"Column '{'.'.join(parts)}' is ambiguous")
            if found:
                return found[0], scope
            scope = scope.parent
        return None

    def has_relation(self, parts: list[str]) -> bool:
        """Whether a relation of this name is in sight, innermost query only."""
        prefix = [p.lower() for p in parts]
        return any(f.qualified_by(prefix) for f in self.fields)


class Uses:
    """Collects the columns that a piece of the statement touches, or marks them as needed at once."""

    def __init__(self) -> None:
        self._collecting: list[list[Field]] = []

    def touch(self, field_: Field) -> None:
        """A column has been referred to."""
        if self._collecting:
            self._collecting[-1].append(field_)
        else:
            field_.mark()

    @contextmanager
    def collected(self) -> Iterator[list[Field]]:
        """The columns touched inside are listed and not marked."""
        fields: list[Field] = []
        self._collecting.append(fields)
        try:
            yield fields
        finally:
            self._collecting.pop()


def value_of(field_: Field) -> Value:
    """A column as an operand."""
    return Value(field_.sql, field_.type)
