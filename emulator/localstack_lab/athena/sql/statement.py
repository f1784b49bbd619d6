"""What one analysis has gathered so far: scans, names given out, functions used, texts to settle."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from localstack_lab.athena.sql import tree
from localstack_lab.athena.sql.plan import Scan, Session, TableSource
from localstack_lab.athena.sql.scope import Field, Uses

_LATE = re.compile("\x00([0-9]+)\x00")


@dataclass(slots=True, eq=False)
class NamedQuery:
    """A query of WITH that has been analysed: `sql_name` is what FROM reads."""

    name: str
    sql_name: str
    fields: list[Field]


@dataclass(slots=True)
class Statement:
    """The state of one analysis."""

    source: TableSource
    session: Session
    parameters: Sequence[tree.Node]
    scans: list[Scan] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    tables: dict[tuple[str, str], None] = field(default_factory=dict)
    views: list[tuple[str, str]] = field(default_factory=list)
    uses: Uses = field(default_factory=Uses)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    asked: int = 0
    """How many parameters the statement has turned out to ask for."""
    _count: int = 0
    _late: list[Callable[[], str]] = field(default_factory=list)

    def fresh(self, letter: str) -> str:
        """A name that nothing else in the emitted SQL has."""
        self._count += 1
        return f"{letter}{self._count}"

    def late(self, text: Callable[[], str]) -> str:
        """A piece of SQL that is only known when it is known which columns are used."""
        self._late.append(text)
        return f"\x00{len(self._late) - 1}\x00"

    def settle(self, sql: str) -> str:
        """`sql` with its late pieces filled in."""
        while "\x00" in sql:
            sql = _LATE.sub(lambda found: self._late[int(found[1])](), sql)
        return sql
