"""The parts that the parser makes of DELETE, UPDATE and MERGE. All know their place."""

from dataclasses import dataclass

from localstack_lab.athena.sql.tree import Node, Table


@dataclass(slots=True, eq=False)
class Assignment(Node):
    """`column = value` of SET."""

    column: str
    value: Node


@dataclass(slots=True, eq=False)
class Delete(Node):
    """DELETE FROM table [WHERE where]."""

    table: Table
    where: Node | None


@dataclass(slots=True, eq=False)
class Update(Node):
    """UPDATE table SET assignments [WHERE where]."""

    table: Table
    assignments: list[Assignment]
    where: Node | None


@dataclass(slots=True, eq=False)
class MergeCase(Node):
    """WHEN … THEN: `action` is UPDATE or DELETE of a row that matches, or INSERT of one that does not.

    :ivar columns: of SET or INSERT; an INSERT without a list has none
    """

    action: str
    condition: Node | None
    columns: list[str]
    values: list[Node]


@dataclass(slots=True, eq=False)
class Merge(Node):
    """MERGE INTO table [AS alias] USING source ON condition cases."""

    table: Table
    alias: str | None
    source: Node
    condition: Node
    cases: list[MergeCase]


type Change = Delete | Update | Merge
