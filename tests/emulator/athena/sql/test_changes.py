"""Which rows DELETE, UPDATE and MERGE change, and into what.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-updating-iceberg-table-data.html,
https://trino.io/docs/current/sql/merge.html; the texts of errors are those of Trino's StatementAnalyzer
"""

import time
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.plan import TableInfo

from tests.emulator.athena.sql.iceberg import LakeRunner

_NONE = (None,) * 5
_SEEN = {"instant": datetime(2024, 1, 1, 9), "zone": "UTC"}
_PEN = (1, "pen", Decimal("1.50"), datetime(2024, 1, 1, 10), _SEEN)
_INK = (2, "ink", Decimal("2.25"), datetime(2024, 1, 2, 10), None)
_BARE = (3, None, None, None, None)
_PAD = (4, "pad", Decimal("4.00"), datetime(2024, 1, 4, 10), None)


def test_a_plan_has_the_place_of_a_row_then_its_columns(lake: LakeRunner) -> None:
    change = lake.change("UPDATE stock SET price = 1")
    assert [(c.name, str(c.type)) for c in change.plan.columns] == [
        ("path", "varchar"),
        ("place", "bigint"),
        ("kind", "varchar"),
        ("id", "integer"),
        ("product", "varchar"),
        ("price", "decimal(10,2)"),
        ("sold", "timestamp(6)"),
        ("seen", "timestamp(6) with time zone"),
    ]
    assert (change.verb, change.target.name) == ("UPDATE", "stock")
    assert change.plan.scans[0].hidden == ["$path", "$row_place"]
    assert change.plan.tables == [("shop", "stock")]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("DELETE FROM stock", [("s3://b/1", 0), ("s3://b/1", 1), ("s3://b/2", 0), ("s3://b/2", 1)]),
        ("DELETE FROM shop.stock WHERE id > 2", [("s3://b/2", 0), ("s3://b/2", 1)]),
        ("DELETE FROM stock WHERE product = 'ink'", [("s3://b/1", 1)]),
        ("DELETE FROM stock WHERE product <> 'ink'", [("s3://b/1", 0), ("s3://b/2", 1)]),
        ("DELETE FROM stock WHERE NULL", []),
        ("DELETE FROM stock WHERE id IN (SELECT id FROM orders)",
         [("s3://b/1", 0), ("s3://b/1", 1), ("s3://b/2", 0)]),
        ("DELETE FROM stock WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = stock.id + 1)",
         [("s3://b/1", 0), ("s3://b/1", 1)]),
        ("DELETE FROM stock WHERE \"$path\" = 's3://b/2'", [("s3://b/2", 0), ("s3://b/2", 1)]),
        ("DELETE FROM stock WHERE price > (SELECT avg(price) FROM stock)", [("s3://b/2", 1)]),
    ],
)  # fmt: skip
def test_delete(lake: LakeRunner, sql: str, rows: list[tuple[str, int]]) -> None:
    assert lake.changed(sql) == [(*place, "delete", *_NONE) for place in rows]


def test_a_delete_reads_what_its_condition_needs(lake: LakeRunner) -> None:
    (scan,) = lake.change("DELETE FROM stock WHERE id = 1").plan.scans
    assert (scan.columns, scan.hidden) == (["id"], ["$path", "$row_place"])


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            "UPDATE stock SET product = 'nib', price = price * 2 WHERE id = 1",
            [("s3://b/1", 0, "update", 1, "nib", Decimal("3.00"), *_PEN[3:])],
        ),
        (
            "UPDATE stock SET id = id + 10, product = upper(product) WHERE id IN (2, 3)",
            [
                ("s3://b/1", 1, "update", 12, "INK", *_INK[2:]),
                ("s3://b/2", 0, "update", 13, None, None, None, None),
            ],
        ),
        ("UPDATE stock SET PRODUCT = NULL WHERE id = 4", [("s3://b/2", 1, "update", 4, None, *_PAD[2:])]),
        # Values are stored as INSERT stores them: a time with a zone as its local time, doubles as decimals.
        (
            "UPDATE stock SET sold = TIMESTAMP '2024-02-01 01:00:00 UTC', price = 9.876E0 WHERE id = 4",
            [("s3://b/2", 1, "update", 4, "pad", Decimal("9.88"), datetime(2024, 2, 1, 1), None)],
        ),
        (
            "UPDATE stock SET price = (SELECT max(credit) FROM customers), seen = DATE '2024-03-01' "
            "WHERE id = 4",
            [
                ("s3://b/2", 1, "update", 4, "pad", Decimal("20.50"), _PAD[3],
                 {"instant": datetime(2024, 3, 1), "zone": "UTC"})
            ],
        ),
        ("UPDATE stock SET id = 1 WHERE false", []),
    ],
)  # fmt: skip
def test_update(lake: LakeRunner, sql: str, rows: list[tuple[Any, ...]]) -> None:
    assert lake.changed(sql) == rows


def test_parameters_count_over_the_whole_statement(lake: LakeRunner) -> None:
    sql = "UPDATE stock SET product = ?, id = ? WHERE id = ?"
    assert lake.changed(sql, "new name", "7", "1") == [("s3://b/1", 0, "update", 7, "new name", *_PEN[2:])]
    assert lake.changed("DELETE FROM stock WHERE id = ?", "2") == [("s3://b/1", 1, "delete", *_NONE)]
    message = "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 2"
    assert lake.change_error("DELETE FROM stock WHERE id = ?", "1", "2") == message


_CASES = """
    WHEN MATCHED AND s.id = 2 THEN DELETE
    WHEN MATCHED AND s.name = 'ann' THEN UPDATE SET product = s.name, price = s.credit
    WHEN NOT MATCHED AND s.name IS NULL THEN INSERT VALUES (s.id, 'none', 0, NULL, NULL)
    WHEN NOT MATCHED THEN INSERT (product, id) VALUES (s.name, s.id)"""
_SOURCE = (
    "(VALUES (1, 'ann', 7.5e0), (2, 'bob', 1e0), (3, 'cid', 2e0), (8, 'dan', 3e0), (9, NULL, 4e0)) "
    "AS s(id, name, credit)"
)


def test_merge_does_what_the_first_clause_says_that_applies(lake: LakeRunner) -> None:
    changed = lake.changed(f"MERGE INTO stock t USING {_SOURCE} ON t.id = s.id {_CASES}")
    assert changed == [
        ("s3://b/1", 0, "update", 1, "ann", Decimal("7.50"), *_PEN[3:]),
        ("s3://b/1", 1, "delete", *_NONE),
        (None, None, "insert", 8, "dan", None, None, None),
        (None, None, "insert", 9, "none", Decimal("0.00"), None, None),
    ]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        # https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html
        (
            "MERGE INTO stock AS t USING customers c ON t.id = c.id WHEN MATCHED THEN DELETE",
            [],
        ),
        (
            "MERGE INTO stock USING orders ON stock.id = orders.id "
            "WHEN MATCHED AND orders.hour > 10 THEN DELETE",
            [("s3://b/1", 1, "delete", *_NONE), ("s3://b/2", 0, "delete", *_NONE)],
        ),
        (
            "MERGE INTO stock t USING (SELECT 4 AS id) s ON t.id = s.id "
            "WHEN MATCHED THEN UPDATE SET id = t.id + s.id",
            [("s3://b/2", 1, "update", 8, *_PAD[1:])],
        ),
        (
            "MERGE INTO stock t USING orders o JOIN customers c ON o.customer = c.name ON t.id = o.id "
            "WHEN MATCHED THEN UPDATE SET product = c.name",
            [("s3://b/1", 0, "update", 1, "ann", *_PEN[2:])],
        ),
        (
            "MERGE INTO stock t USING (VALUES 5, 5) s(id) ON t.id = s.id "
            "WHEN NOT MATCHED THEN INSERT (id) VALUES (id)",
            "ambiguous",
        ),
        (
            "MERGE INTO stock t USING (VALUES 5, 5) s(n) ON t.id = s.n "
            "WHEN NOT MATCHED THEN INSERT (id) VALUES (n)",
            [(None, None, "insert", 5, None, None, None, None)] * 2,
        ),
        (
            "MERGE INTO stock t USING (VALUES 1) s(n) ON t.id = s.n "
            "WHEN MATCHED AND EXISTS (SELECT 1 FROM orders WHERE id = t.id) THEN UPDATE SET "
            "product = (SELECT max(customer) FROM orders)",
            [("s3://b/1", 0, "update", 1, "bob", *_PEN[2:])],
        ),
        # Clauses that do not apply are not worked out.
        (
            "MERGE INTO stock t USING (VALUES (1, 0), (6, 1)) s(n, d) ON t.id = s.n "
            "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (10 / d)",
            [("s3://b/1", 0, "delete", *_NONE), (None, None, "insert", 10, None, None, None, None)],
        ),
        ("MERGE INTO stock t USING (VALUES NULL) s(n) ON t.id = s.n WHEN MATCHED THEN DELETE", []),
    ],
)  # fmt: skip
def test_merge(lake: LakeRunner, sql: str, rows: list[tuple[Any, ...]] | str) -> None:
    if isinstance(rows, str):
        assert rows in lake.change_error(sql)
    else:
        assert lake.changed(sql) == rows


@pytest.mark.parametrize(
    ("cases", "fails"),
    [
        # trino: BaseConnectorTest.testMergeMultipleRowsMatchFails
        ("WHEN MATCHED THEN UPDATE SET product = s.name", True),
        ("WHEN MATCHED AND s.name = 'a' THEN UPDATE SET product = s.name", False),
        ("WHEN MATCHED THEN DELETE", True),
        ("WHEN MATCHED AND s.name = 'a' THEN UPDATE SET product = s.name WHEN MATCHED THEN DELETE", True),
        # trino: QueryPlanner marks what is distinct of (row, clause), and no clause counts as one
        ("WHEN MATCHED AND s.name = 'c' THEN DELETE", True),
        ("WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)", True),
    ],
)
def test_a_row_that_matches_several_may_change_once(lake: LakeRunner, cases: str, fails: bool) -> None:
    sql = f"MERGE INTO stock t USING (VALUES (1, 'a'), (1, 'b')) s(id, name) ON t.id = s.id {cases}"
    if fails:
        assert lake.change_error(sql) == (
            "MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row"
        )
    else:
        assert lake.changed(sql) == [("s3://b/1", 0, "update", 1, "a", *_PEN[2:])]


def test_a_merge_of_many_new_rows_takes_no_longer_than_its_join(lake: LakeRunner) -> None:
    """Counting pairs of rows without a place, all alike, took minutes."""
    numbers = (
        "SELECT a.n * 1000 + b.n AS id FROM UNNEST(sequence(1, 100)) a(n), UNNEST(sequence(1, 1000)) b(n)"
    )
    sql = (
        f"MERGE INTO stock t USING ({numbers}) s ON t.id = s.id WHEN MATCHED THEN DELETE "
        "WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)"
    )
    started = time.perf_counter()
    assert len(lake.run(lake.change(sql).plan)) == 100_000
    assert time.perf_counter() - started < 10


def test_parameters_of_a_merge(lake: LakeRunner) -> None:
    sql = (
        "MERGE INTO stock t USING (SELECT ? AS id) s ON t.id = s.id AND t.id < ? "
        "WHEN MATCHED AND ? THEN UPDATE SET product = ?"
    )
    assert lake.changed(sql, "1", "5", "true", "'x'") == [("s3://b/1", 0, "update", 1, "x", *_PEN[2:])]
    assert lake.changed(sql, "1", "5", "false", "'x'") == []


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DELETE FROM missing",
         "TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.shop.missing' does not exist"),
        ("UPDATE other.t SET a = 1", "SCHEMA_NOT_FOUND: line 1:1: Schema 'other' does not exist"),
        ("DELETE FROM orders WHERE id = 1",
         "NOT_SUPPORTED: Modifying Hive table rows is only supported for ACID tables"),
        ("UPDATE orders SET nope = 1",
         "NOT_SUPPORTED: Modifying Hive table rows is only supported for ACID tables"),
        ("DELETE FROM seen", "NOT_SUPPORTED: line 1:1: Deleting from views is not supported"),
        ("UPDATE seen SET a = 1", "NOT_SUPPORTED: line 1:1: Updating views is not supported"),
        ("MERGE INTO seen USING stock ON true WHEN MATCHED THEN DELETE",
         "NOT_SUPPORTED: line 1:1: Merging into views is not supported"),
        ('DELETE FROM "stock$snapshots"',
         "NOT_SUPPORTED: line 1:1: This connector does not support modifying table rows"),
        ("DELETE FROM stock WHERE id",
         "TYPE_MISMATCH: line 1:25: WHERE clause must evaluate to a boolean: actual type integer"),
        ("DELETE FROM stock WHERE \"$row_place\" = 0",
         "COLUMN_NOT_FOUND: line 1:25: Column '$row_place' cannot be resolved or requester is not authorized "
         "to access requested resources"),
        ("DELETE FROM stock WHERE count(*) > 1",
         "EXPRESSION_NOT_SCALAR: line 1:25: WHERE clause cannot contain aggregations, window functions or "
         "grouping operations: [count(*)]"),
        # https://github.com/aoyagikouhei/athena-local, docs/dev/measurements/result-files.md: seen of Athena
        ("UPDATE stock SET no_such_col = 9",
         "COLUMN_NOT_FOUND: line 1:18: The UPDATE SET target column no_such_col doesn't exist"),
        ("UPDATE stock SET \"$path\" = 'x'",
         "COLUMN_NOT_FOUND: line 1:18: The UPDATE SET target column $path doesn't exist"),
        ("UPDATE stock SET id = 1, ID = 2",
         "DUPLICATE_COLUMN_NAME: line 1:26: Multiple assignments for column: id"),
        ("UPDATE stock SET id = 'x', product = 'y'",
         "TYPE_MISMATCH: line 1:1: UPDATE table column types don't match SET expressions: "
         "Table: [integer, varchar], Expressions: [varchar(1), varchar(1)]"),
        ("UPDATE stock SET id = 3e9 WHERE id = 1",
         "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3.0E9"),
        ("MERGE INTO stock t USING orders o ON t.id WHEN MATCHED THEN DELETE",
         "TYPE_MISMATCH: line 1:38: The MERGE predicate must evaluate to a boolean: actual type integer"),
        ("MERGE INTO stock t USING orders o ON true WHEN MATCHED AND 1 THEN DELETE",
         "TYPE_MISMATCH: line 1:60: WHERE clause predicate must evaluate to a boolean: actual type integer"),
        ("MERGE INTO stock t USING orders o ON t.id = o.id WHEN MATCHED THEN UPDATE SET nope = 1",
         "COLUMN_NOT_FOUND: line 1:1: Merge column name does not exist in target table: nope"),
        ("MERGE INTO stock t USING orders o ON t.id = o.id "
         "WHEN NOT MATCHED THEN INSERT (id, ID) VALUES (1, 2)",
         "DUPLICATE_COLUMN_NAME: line 1:1: Merge column name is specified more than once: id"),
        ("MERGE INTO stock t USING orders o ON t.id = o.id WHEN NOT MATCHED THEN INSERT VALUES (1, 2)",
         "GENERIC_INTERNAL_ERROR: Number of merge columns (5) isn't equal to number of expressions (2)"),
        ("MERGE INTO stock t USING orders o ON t.id = o.id WHEN MATCHED THEN DELETE "
         "WHEN NOT MATCHED THEN INSERT (id, product) VALUES ('x', 'y')",
         "TYPE_MISMATCH: line 1:75: MERGE table column types don't match for MERGE case 1, SET expressions: "
         "Table: [integer, varchar], Expressions: [varchar(1), varchar(1)]"),
        ("MERGE INTO stock t USING orders o ON stock.id = o.id WHEN MATCHED THEN DELETE",
         "COLUMN_NOT_FOUND: line 1:38: Column 'stock.id' cannot be resolved or requester is not authorized "
         "to access requested resources"),
        ("MERGE INTO stock t USING missing m ON t.id = m.id WHEN MATCHED THEN DELETE",
         "TABLE_NOT_FOUND: line 1:26: Table 'awsdatacatalog.shop.missing' does not exist"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_trinos_words(lake: LakeRunner, sql: str, message: str) -> None:
    lake.catalog.view("seen", "SELECT id AS a FROM stock")
    assert lake.change_error(sql) == message


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DELETE stock", "line 1:8: mismatched input 'stock'. Expecting: 'FROM'"),
        (
            "DELETE FROM stock AS s WHERE s.id = 1",
            "line 1:19: mismatched input 'AS'. Expecting: '.', 'WHERE', <EOF>",
        ),
        ("DELETE FROM stock s", "line 1:19: mismatched input 's'. Expecting: '.', 'WHERE', <EOF>"),
        ("DELETE FROM stock WHERE", "line 1:24: mismatched input '<EOF>'"),
        ("UPDATE stock s SET id = 1", "line 1:14: mismatched input 's'. Expecting: '.', 'SET'"),
        (
            "MERGE INTO stock",
            "line 1:17: mismatched input '<EOF>'. Expecting: '.', 'AS', 'USING', <identifier>",
        ),
        ("UPDATE stock SET s.id = 1", "line 1:19: mismatched input '.'. Expecting: '='"),
        ("UPDATE stock SET id = 1 FROM orders", "line 1:25: mismatched input 'FROM'"),
        ("MERGE INTO stock USING orders", "line 1:30: mismatched input '<EOF>'. Expecting: 'ON'"),
        ("MERGE INTO stock USING orders ON true", "line 1:38: mismatched input '<EOF>'. Expecting: 'WHEN'"),
        (
            "MERGE INTO stock t USING orders o ON t.id = o.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
            "line 1:67: mismatched input 'BY'. Expecting: 'AND', 'THEN'",
        ),
        (
            "MERGE INTO stock t USING orders o ON t.id = o.id WHEN MATCHED THEN INSERT (id) VALUES (1)",
            "line 1:68: mismatched input 'INSERT'. Expecting: 'DELETE', 'UPDATE'",
        ),
        (
            "MERGE INTO stock t USING orders o ON t.id = o.id WHEN NOT MATCHED THEN INSERT (id) VALUES 1",
            "line 1:91: mismatched input '1'. Expecting: '('",
        ),
        (
            "MERGE INTO stock t USING orders o ON t.id = o.id WHEN NOT MATCHED THEN DELETE",
            "line 1:72: mismatched input 'DELETE'. Expecting: 'INSERT'",
        ),
    ],
)
def test_what_trinos_grammar_has_not(lake: LakeRunner, sql: str, message: str) -> None:
    assert lake.change_error(sql) == message


_ACCOUNTS = """SELECT *, 's3://a' AS "$path", row_number() OVER () - 1 AS "$row_place" FROM (VALUES
    ('Aaron', 5, 'Antioch'), ('Bill', 7, 'Buena'), ('Carol', 3, 'Cambridge'), ('Dave', 11, 'Devon'))
    AS t(customer, purchases, address)"""
_MONTHLY = """SELECT * FROM (VALUES ('Aaron', 6, 'Arches'), ('Carol', 9, 'Centreville'),
    ('Dave', 11, 'Darbyshire'), ('Ed', 7, 'Etherville')) AS t(customer, purchases, address)"""
_TEXTS = {"customer": t.VARCHAR, "purchases": t.INTEGER, "address": t.VARCHAR}
_JOINED = "MERGE INTO accounts t USING monthly_accounts_update s\n    ON (t.customer = s.customer)\n"


@pytest.fixture
def accounts(lake: LakeRunner) -> LakeRunner:
    """The tables of the examples of MERGE INTO, as in trino's AbstractTestMerge (`testMergeSimpleSelect`)."""
    for name, contents in (("accounts", _ACCOUNTS), ("monthly_accounts_update", _MONTHLY)):
        lake.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {contents}")
        lake.catalog.infos[name] = TableInfo(
            "shop", name, [(n, "") for n in _TEXTS], iceberg=True, types=_TEXTS
        )
    return lake


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        # https://docs.aws.amazon.com/athena/latest/ug/merge-into-statement.html, its examples in order
        (
            _JOINED + "    WHEN MATCHED\n        THEN DELETE",
            [(0, "delete"), (2, "delete"), (3, "delete")],
        ),
        (
            _JOINED + """    WHEN MATCHED
                THEN UPDATE SET purchases = s.purchases + t.purchases
            WHEN NOT MATCHED
                THEN INSERT (customer, purchases, address)
                      VALUES(s.customer, s.purchases, s.address)""",
            [
                (0, "update", "Aaron", 11, "Antioch"),
                (2, "update", "Carol", 12, "Cambridge"),
                (3, "update", "Dave", 22, "Devon"),
                (None, "insert", "Ed", 7, "Etherville"),
            ],
        ),
        (
            _JOINED + """    WHEN MATCHED AND s.address = 'Centreville'
                THEN DELETE
            WHEN MATCHED
                THEN UPDATE
                    SET purchases = s.purchases + t.purchases, address = s.address
            WHEN NOT MATCHED
                THEN INSERT (customer, purchases, address)
                      VALUES(s.customer, s.purchases, s.address)""",
            [
                (0, "update", "Aaron", 11, "Arches"),
                (2, "delete"),
                (3, "update", "Dave", 22, "Darbyshire"),
                (None, "insert", "Ed", 7, "Etherville"),
            ],
        ),
        # As awswrangler writes them: to_iceberg with merge_cols, delete_from_iceberg_table
        (
            'MERGE INTO "shop"."accounts" target USING "shop"."monthly_accounts_update" source '
            'ON (target."customer" = source."customer" OR '
            '(target."customer" IS NULL AND source."customer" IS NULL)) '
            'WHEN MATCHED THEN UPDATE SET "purchases" = source."purchases" '
            'WHEN NOT MATCHED THEN INSERT ("customer", "purchases") '
            'VALUES (source."customer", source."purchases")',
            [
                (0, "update", "Aaron", 6, "Antioch"),
                (2, "update", "Carol", 9, "Cambridge"),
                (3, "update", "Dave", 11, "Devon"),
                (None, "insert", "Ed", 7, None),
            ],
        ),
        # https://docs.aws.amazon.com/athena/latest/ug/update-statement.html, delete-statement.html
        ("UPDATE accounts SET address='Eden' WHERE customer='Bill'", [(1, "update", "Bill", 7, "Eden")]),
        ("DELETE FROM accounts WHERE purchases > 6", [(1, "delete"), (3, "delete")]),
    ],
)  # fmt: skip
def test_the_examples_of_the_documentation(
    accounts: LakeRunner, sql: str, rows: list[tuple[Any, ...]]
) -> None:
    wanted = [
        (None if place is None else "s3://a", place, kind, *(new or (None, None, None)))
        for place, kind, *new in rows
    ]
    assert accounts.changed(sql) == wanted
