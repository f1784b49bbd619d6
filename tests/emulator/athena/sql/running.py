"""Queries analysed and run on DuckDB, over tables instead of files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
from localstack_lab.athena.sql.analyze import analyze
from localstack_lab.athena.sql.errors import QueryError, from_duckdb
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.plan import Plan, Session, TableInfo

NOW = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)

ORDERS = TableInfo(
    "shop",
    "orders",
    [
        ("id", "int"),
        ("customer", "string"),
        ("price", "double"),
        ("items", "array<struct<sku:string,n:int>>"),
        ("tags", "array<string>"),
        ("attrs", "map<string,int>"),
        ("placed", "timestamp"),
    ],
    [("dt", "string"), ("hour", "int")],
)
CUSTOMERS = TableInfo("shop", "customers", [("name", "string"), ("credit", "decimal(10,2)"), ("id", "int")])

CONTENTS = {
    "orders": """SELECT * FROM (VALUES
        (1, 'ann', 1.5::DOUBLE, [{'sku': 'a', 'n': 1}, {'sku': 'b', 'n': 2}], ['x', 'y'], MAP {'k': 1},
         TIMESTAMP '2024-01-01 10:00:00', '2024-01-01', 10, 's3://b/1'),
        (2, 'bob', 'nan'::DOUBLE, [{'sku': 'a', 'n': 5}], ['z'], MAP {'k': 2},
         TIMESTAMP '2024-01-02 11:00:00', '2024-01-02', 11, 's3://b/2'),
        (3, NULL, NULL, [], [], NULL, NULL, '2024-01-02', 12, 's3://b/2'))
        AS t(id, customer, price, items, tags, attrs, placed, dt, hour, "$path")""",
    "customers": """SELECT * FROM (VALUES ('ann', 10.25::DECIMAL(10,2), 7), ('cid', 20.50, 8))
        AS t(name, credit, id)""",
}


class Catalog:
    """A table source with two tables and the views that a test adds."""

    def __init__(self) -> None:
        self.infos = {"orders": ORDERS, "customers": CUSTOMERS}

    def view(self, name: str, text: str) -> None:
        self.infos[name] = TableInfo("shop", name, [], view_text=text)

    def table(self, database: str, name: str) -> TableInfo | None:
        return self.infos.get(name) if database == "shop" else None

    def databases(self) -> Sequence[str]:
        return ["shop", "empty"]

    def tables(self, database: str) -> Sequence[TableInfo]:
        return list(self.infos.values()) if database == "shop" else []


class Runner:
    """Runs queries; its errors are Trino's as text."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.catalog = Catalog()

    def plan(self, sql: str, *parameters: str) -> Plan:
        session = Session(database="shop", now=NOW, user="tester")
        return analyze(sql, self.catalog, session=session, parameters=parameters)

    def rows(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        plan = self.plan(sql, *parameters)
        for scan in plan.scans:
            columns = ", ".join(f'"{c}"' for c in [*scan.columns, *scan.hidden]) or "1 AS one"
            self.connection.execute(
                f'CREATE OR REPLACE TEMP VIEW {scan.name} AS SELECT {columns} FROM "{scan.table}"'
            )
        try:
            return self.connection.execute(plan.sql).fetchall()
        except duckdb.Error as error:
            named = from_duckdb(str(error))
            if named is None:
                raise
            raise named from error

    def value(self, expression: str) -> Any:
        """The one value of an expression."""
        return self.rows(f"SELECT {expression}")[0][0]

    def type(self, expression: str) -> str:
        return str(self.plan(f"SELECT {expression}").columns[0].type)

    def error(self, sql: str, *parameters: str) -> str:
        """How a query fails."""
        try:
            rows = self.rows(sql, *parameters)
        except QueryError as error:
            return str(error)
        raise AssertionError(f"{sql} answered {rows}")


def runner() -> Runner:
    connection = duckdb.connect()
    registry.prepare(connection)
    for name, query in CONTENTS.items():
        connection.execute(f'CREATE TABLE "{name}" AS {query}')
    return Runner(connection)
