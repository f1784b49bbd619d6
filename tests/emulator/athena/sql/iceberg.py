"""A catalog with a table of Apache Iceberg, as DuckDB tables that have its files' names and rows' places."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.changes import ChangePlan, analyze_change
from localstack_lab.athena.sql.errors import QueryError, from_duckdb
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.plan import Plan, Session, TableInfo

from tests.emulator.athena.sql.running import NOW, Catalog, Runner

_TYPES: dict[str, t.Type] = {
    "id": t.INTEGER,
    "product": t.VARCHAR,
    "price": t.decimal(10, 2),
    "sold": t.timestamp(6),
    "seen": t.timestamp_tz(6),
}
STOCK = TableInfo("shop", "stock", [(n, "") for n in _TYPES], iceberg=True, types=_TYPES)
SNAPSHOTS = TableInfo(
    "shop",
    "stock$snapshots",
    [("committed_at", ""), ("snapshot_id", "")],
    iceberg=True,
    types={"committed_at": t.timestamp_tz(3), "snapshot_id": t.BIGINT},
)
PARTITIONS = replace(
    SNAPSHOTS, name="stock$partitions", columns=[("record_count", "")], types={"record_count": t.BIGINT}
)
ZONED = "struct_pack(instant := TIMESTAMP '{}', zone := '{}')"
CONTENTS = {
    "stock": f"""SELECT * FROM (VALUES
        (1, 'pen', 1.50::DECIMAL(10,2), TIMESTAMP '2024-01-01 10:00:00',
         {ZONED.format("2024-01-01 09:00:00", "UTC")}, 's3://b/1', 0::BIGINT),
        (2, 'ink', 2.25, TIMESTAMP '2024-01-02 10:00:00', NULL, 's3://b/1', 1),
        (3, NULL, NULL, NULL, NULL, 's3://b/2', 0),
        (4, 'pad', 4.00, TIMESTAMP '2024-01-04 10:00:00', NULL, 's3://b/2', 1))
        AS t(id, product, price, sold, seen, "$path", "$row_place")""",
    "stock$snapshots": "SELECT 7::BIGINT AS snapshot_id",
    "stock$partitions": "SELECT 4::BIGINT AS record_count",
}


class Lake(Catalog):
    """`shop` with the Iceberg table `stock` besides; what `table_as_of` is asked is kept in `asked`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._connection = connection
        self.infos |= {i.name: i for i in (STOCK, SNAPSHOTS, PARTITIONS)}
        self.asked: list[tuple[Any, ...]] = []

    def table_as_of(
        self, database: str, name: str, kind: str, sql: str, functions: Sequence[str] = ()
    ) -> TableInfo:
        try:
            pointer = self._connection.execute(f"SELECT {sql}").fetchall()[0][0]
        except duckdb.Error as error:
            raise from_duckdb(str(error)) or error from error
        self.asked.append((database, name, kind, pointer, tuple(functions)))
        return (
            replace(STOCK, columns=[("id", "")], types={"id": t.BIGINT}, snapshot=7)
            if (kind == "VERSION")
            else replace(STOCK, snapshot=7)
        )


class LakeRunner(Runner):
    """Runs queries over the lake, and analyses statements that change its rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self.lake = self.catalog = Lake(connection)

    def change(self, sql: str, *parameters: str) -> ChangePlan:
        session = Session(database="shop", now=NOW, user="tester")
        return analyze_change(sql, self.catalog, session=session, parameters=parameters)

    def changed(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        """The rows that a statement changes, in the order of their files, deleted ones first."""
        found = self.run(self.change(sql, *parameters).plan)
        return sorted(found, key=lambda row: (row[0] or "~", row[1] or 0, row[2], str(row[3:])))

    def run(self, plan: Plan) -> list[tuple[Any, ...]]:
        """The rows of a plan."""
        self._read(plan)
        try:
            return self.connection.execute(plan.sql).fetchall()
        except duckdb.Error as error:
            named = from_duckdb(str(error))
            if named is None:
                raise
            raise named from error

    def change_error(self, sql: str, *parameters: str) -> str:
        """How a statement that changes rows fails."""
        try:
            rows = self.changed(sql, *parameters)
        except QueryError as error:
            return str(error)
        raise AssertionError(f"{sql} changed {rows}")

    def _read(self, plan: Plan) -> None:
        for scan in plan.scans:
            columns = ", ".join(f'"{c}"' for c in [*scan.columns, *scan.hidden]) or "1 AS one"
            self.connection.execute(
                f'CREATE OR REPLACE TEMP VIEW {scan.name} AS SELECT {columns} FROM "{scan.table}"'
            )


def lake_runner() -> LakeRunner:
    """A runner of its own, whose tables are there."""
    from tests.emulator.athena.sql.running import CONTENTS as PLAIN

    connection = duckdb.connect()
    registry.prepare(connection)
    for name, query in (PLAIN | CONTENTS).items():
        connection.execute(f'CREATE TABLE "{name}" AS {query}')
    return LakeRunner(connection)
