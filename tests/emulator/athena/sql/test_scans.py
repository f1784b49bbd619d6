"""What of a table a query reads."""

import base64
import json

import pytest

from tests.emulator.athena.sql.running import Runner


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT id FROM orders", [["id"]]),
        ("SELECT hour, id FROM orders WHERE dt = 'x'", [["id", "dt", "hour"]]),
        ("SELECT count(*) FROM orders", [[]]),
        ("SELECT id FROM (SELECT * FROM orders)", [["id"]]),
        ("WITH a AS (SELECT id, upper(customer) AS u, price FROM orders) SELECT u FROM a", [["customer"]]),
        ("SELECT d FROM (SELECT dt AS d, sum(price) AS p FROM orders GROUP BY dt)", [["dt"]]),
        ("SELECT t FROM orders CROSS JOIN UNNEST(tags) AS u(t)", [["tags"]]),
        ("SELECT id FROM orders UNION ALL SELECT id FROM customers", [["id"], ["id"]]),
        (
            "SELECT id FROM (SELECT id, price FROM orders UNION ALL SELECT id, credit FROM customers)",
            [["id"], ["id"]],
        ),
        (
            "SELECT id FROM (SELECT id, dt FROM orders UNION SELECT id, name FROM customers)",
            [["id", "dt"], ["name", "id"]],
        ),
        ("SELECT DISTINCT id, dt FROM orders", [["id", "dt"]]),
        ("SELECT o.id FROM orders o JOIN customers c ON o.customer = c.name", [["id", "customer"], ["name"]]),
    ],
)
def test_only_the_columns_that_the_answer_needs_are_read(
    athena: Runner, sql: str, columns: list[list[str]]
) -> None:
    assert [s.columns for s in athena.plan(sql).scans] == columns


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SELECT id FROM orders WHERE dt = '2024-01-01' AND id = 1", "(\"dt\" = '2024-01-01')"),
        ("SELECT id FROM orders WHERE dt = '2024-01-01' OR id = 1", None),
        ("SELECT id FROM orders WHERE (dt = 'a' AND hour > 3) AND id = 1", '("dt" = \'a\') AND ("hour" > 3)'),
        ("SELECT id FROM orders WHERE dt = 'a' OR hour = 3", '(("dt" = \'a\') OR ("hour" = 3))'),
        ("SELECT * FROM (SELECT id, dt AS d FROM orders) WHERE d = 'a'", "(\"dt\" = 'a')"),
        ("SELECT * FROM (SELECT dt, count(*) FROM orders GROUP BY dt) WHERE dt = 'a'", "(\"dt\" = 'a')"),
        ("SELECT * FROM (SELECT id, dt FROM orders LIMIT 1) WHERE dt = 'a'", None),
        ("SELECT * FROM (SELECT dt, rank() OVER (ORDER BY id) FROM orders) WHERE dt = 'a'", None),
        ("SELECT * FROM (SELECT dt FROM orders GROUP BY ROLLUP (dt)) WHERE dt = 'a'", None),
        ("SELECT * FROM customers LEFT JOIN orders ON name = customer WHERE dt IS NULL", None),
        ("SELECT * FROM customers LEFT JOIN orders ON name = customer AND dt = 'a'", "(\"dt\" = 'a')"),
        ("SELECT * FROM customers JOIN orders ON name = customer WHERE dt = 'a'", "(\"dt\" = 'a')"),
        ("SELECT * FROM orders LEFT JOIN customers ON name = customer WHERE dt = 'a'", "(\"dt\" = 'a')"),
        ("SELECT * FROM orders LEFT JOIN customers ON name = customer AND dt = 'a'", None),
        ("SELECT * FROM orders WHERE dt = (SELECT max(dt) FROM orders)", None),
        ("WITH a AS (SELECT * FROM orders) SELECT * FROM a WHERE dt = 'a'", "(\"dt\" = 'a')"),
        ("WITH a AS (SELECT * FROM orders) SELECT * FROM a, a AS b WHERE a.dt = 'a'", None),
    ],
)
def test_partitions_are_pruned_only_where_no_answer_changes(
    athena: Runner, sql: str, wanted: str | None
) -> None:
    (scan,) = [s for s in athena.plan(sql).scans if s.table == "orders"][:1]
    assert scan.partition_filter == wanted


def test_a_view_is_read_through(athena: Runner) -> None:
    athena.catalog.view("plain", "SELECT id, customer, dt FROM orders")
    plan = athena.plan("SELECT id FROM plain WHERE dt = '2024-01-02'")
    assert plan.scans[0].columns == ["id", "dt"]
    assert plan.scans[0].partition_filter == "(\"dt\" = '2024-01-02')"
    assert athena.rows("SELECT plain.id FROM plain WHERE dt = '2024-01-02'") == [(2,), (3,)]


def test_athenas_own_views(athena: Runner) -> None:
    held = {
        "originalSql": "SELECT id, hour FROM orders",
        "catalog": "awsdatacatalog",
        "schema": "shop",
        "columns": [{"name": "id", "type": "bigint"}, {"name": "h", "type": "integer"}],
    }
    encoded = base64.b64encode(json.dumps(held).encode()).decode()
    athena.catalog.view("held", f"/* Presto View: {encoded} */")
    assert [(c.name, str(c.type)) for c in athena.plan("SELECT * FROM held").columns] == [
        ("id", "bigint"),
        ("h", "integer"),
    ]
    assert athena.rows("SELECT h FROM held WHERE id = 2") == [(11,)]


def test_views_that_cannot_be_read(athena: Runner) -> None:
    athena.catalog.view("broken", "SELECT nope FROM orders")
    athena.catalog.view("loop", "SELECT * FROM loop")
    message = (
        "INVALID_VIEW: line 1:15: Failed analyzing stored view 'awsdatacatalog.shop.broken': line 1:8: Column"
    )
    assert athena.error("SELECT * FROM broken").startswith(message)
    assert "is recursive" in athena.error("SELECT * FROM loop")


def test_registered_partitions(athena: Runner) -> None:
    sql = 'SELECT * FROM "orders$partitions" ORDER BY hour'
    assert athena.rows(sql) == [("2024-01-01", 10), ("2024-01-02", 11), ("2024-01-02", 12)]
    assert athena.plan(sql).scans[0].partitions


def test_unread_columns_change_no_answer(athena: Runner) -> None:
    sides = (
        "SELECT id, tags AS t FROM orders UNION ALL SELECT id, ARRAY[CAST(name AS char(5))] FROM customers"
    )
    assert athena.rows(f"SELECT id FROM ({sides}) ORDER BY 1") == [(1,), (2,), (3,), (7,), (8,)]
    assert athena.rows(f"SELECT count(*) FROM ({sides})") == [(5,)]
