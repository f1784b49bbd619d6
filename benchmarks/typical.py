"""The statements that someone who looks after sales writes, over three small tables, and their right answers.

The answers follow from the data by Trino's rules (https://trino.io/docs/current/) as Athena prints them; no
engine was asked. The tests hold the lab to the same list.
"""

import json
from dataclasses import dataclass

Row = tuple[str | None, ...]

CHANGES = [
    ("A", "laptop", 1, 1200.5, "INSERT", "2024-05-01T09:15:00Z"),
    ("B", "phone", 2, 800.0, "INSERT", "2024-05-01T09:45:00Z"),
    ("C", "tablet", 1, 300.25, "INSERT", "2024-05-01T10:05:00Z"),
    ("A", "laptop", 2, 1200.5, "MODIFY", "2024-05-01T10:30:00Z"),
    ("D", "phone", 1, 750.0, "INSERT", "2024-05-01T11:00:00Z"),
    ("B", "phone", 2, 800.0, "REMOVE", "2024-05-01T11:30:00Z"),
    ("E", "mouse", 3, 25.5, "INSERT", "2024-05-02T09:00:00Z"),
    ("C", "tablet", 1, 280.25, "MODIFY", "2024-05-02T09:20:00Z"),
]
"""orderid, product_name, quantity, price, cdc_event_type, creation_datetime: what change capture delivers."""

BASKETS = [
    {
        "basket": "b1",
        "customer": "ann",
        "created": "2024-05-01T08:00:00Z",
        "items": [
            {"sku": "s1", "quantity": 2, "price": 10.0},
            {"sku": "s2", "quantity": 1, "price": 5.5},
        ],
        "attributes": {"channel": "web", "coupon": "X1"},
        "payload": '{"device": {"os": "ios"}, "score": 7}',
    },
    {
        "basket": "b2",
        "customer": "bob",
        "created": "2024-05-01T20:30:00Z",
        "items": [{"sku": "s1", "quantity": 1, "price": 10.0}],
        "attributes": {"channel": "shop"},
        "payload": '{"device": {"os": "android"}, "score": 9}',
    },
    {
        "basket": "b3",
        "customer": "ann",
        "created": "2024-05-02T23:30:00Z",
        "items": [],
        "attributes": {},
        "payload": "not json",
    },
]

CLICKS = b"""ann,view,2024-05-01 08:00:00
ann,cart,2024-05-01 08:05:00
ann,pay,2024-05-01 08:10:00
bob,view,2024-05-01 09:00:00
bob,cart,2024-05-01 09:10:00
cat,view,2024-05-01 10:00:00
"""

JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"
TEXT_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
CHANGE_FIELDS = ("orderid", "product_name", "quantity", "price", "cdc_event_type", "creation_datetime")


@dataclass(frozen=True)
class Table:
    """A table over the objects below its name.

    :param columns: name → Hive's type
    :param partitions: values of `partitioned_by` → folder below the table's
    """

    name: str
    serde: str
    columns: dict[str, str]
    objects: dict[str, bytes]
    settings: dict[str, str]
    partitioned_by: str = ""
    partitions: tuple[str, ...] = ()


def _changes(day: str) -> bytes:
    records = [
        dict(zip(CHANGE_FIELDS, change, strict=True)) for change in CHANGES if change[5].startswith(day)
    ]
    return "".join(json.dumps(record) + "\n" for record in records).encode()


DAYS = ("2024-05-01", "2024-05-02")
TABLES = (
    Table(
        "changes",
        JSON_SERDE,
        dict(zip(CHANGE_FIELDS, ("string", "string", "int", "double", "string", "string"), strict=True)),
        {f"day={day}/part-1.json": _changes(day) for day in DAYS},
        {},
        "day",
        DAYS,
    ),
    Table(
        "baskets",
        JSON_SERDE,
        {
            "basket": "string",
            "customer": "string",
            "created": "string",
            "items": "array<struct<sku:string,quantity:int,price:double>>",
            "attributes": "map<string,string>",
            "payload": "string",
        },
        {"part-1.json": "".join(json.dumps(basket) + "\n" for basket in BASKETS).encode()},
        {},
    ),
    Table(
        "clicks",
        TEXT_SERDE,
        {"customer": "string", "step": "string", "moment": "timestamp"},
        {"part-1.csv": CLICKS},
        {"field.delim": ","},
    ),
)


@dataclass(frozen=True)
class Statement:
    """What is asked, after `before`, and the right answer.

    :param ordered: whether the statement orders its rows
    """

    name: str
    sql: str
    rows: tuple[Row, ...]
    ordered: bool = False
    before: tuple[str, ...] = ()


def _rows(*rows: str) -> tuple[Row, ...]:
    """One text a row, its values parted by ``|``, with ``-`` for NULL."""
    return tuple(tuple(None if text == "-" else text for text in row.split("|")) for row in rows)


STATEMENTS = (
    Statement(
        "revenue per product and hour",
        "SELECT product_name, date_trunc('hour', from_iso8601_timestamp(creation_datetime)) AS hour,"
        " sum(quantity * price) AS revenue FROM changes WHERE cdc_event_type = 'INSERT' GROUP BY 1,"
        " 2 ORDER BY 2, 1",
        _rows(
            "laptop|2024-05-01 09:00:00.000 UTC|1200.5",
            "phone|2024-05-01 09:00:00.000 UTC|1600.0",
            "tablet|2024-05-01 10:00:00.000 UTC|300.25",
            "phone|2024-05-01 11:00:00.000 UTC|750.0",
            "mouse|2024-05-02 09:00:00.000 UTC|76.5",
        ),
        ordered=True,
    ),
    Statement(
        "current state from changes",
        "SELECT orderid, product_name, quantity, price FROM (SELECT *, row_number() OVER (PARTITION"
        " BY orderid"
        " ORDER BY creation_datetime DESC) AS latest FROM changes)"
        " WHERE latest = 1 AND cdc_event_type <> 'REMOVE' ORDER BY orderid",
        _rows("A|laptop|2|1200.5", "C|tablet|1|280.25", "D|phone|1|750.0", "E|mouse|3|25.5"),
        ordered=True,
    ),
    Statement(
        "before and after",
        "SELECT orderid, before, after FROM (SELECT orderid, cdc_event_type, lag(price) OVER"
        " (PARTITION BY orderid"
        " ORDER BY creation_datetime) AS before, price AS after FROM changes)"
        " WHERE cdc_event_type = 'MODIFY' ORDER BY orderid",
        _rows("A|1200.5|1200.5", "C|300.25|280.25"),
        ordered=True,
    ),
    Statement(
        "funnel",
        "SELECT count(DISTINCT customer) FILTER (WHERE step = 'view') AS viewed,"
        " count(DISTINCT customer) FILTER (WHERE step = 'cart') AS chose,"
        " count(DISTINCT customer) FILTER (WHERE step = 'pay') AS paid FROM clicks",
        _rows("3|2|1"),
    ),
    Statement(
        "largest order of each day",
        "SELECT day, orderid, worth FROM (SELECT day, orderid, quantity * price AS worth, row_number() OVER"
        " (PARTITION BY day ORDER BY quantity * price DESC) AS place FROM changes) WHERE place = 1"
        " ORDER BY day",
        _rows("2024-05-01|A|2401.0", "2024-05-02|C|280.25"),
        ordered=True,
    ),
    Statement(
        "date_trunc of a timestamp column",
        "SELECT date_trunc('day', moment) AS day, count(*) AS clicks FROM clicks GROUP BY 1",
        _rows("2024-05-01 00:00:00.000|6"),
    ),
    Statement(
        "approx_percentile",
        "SELECT approx_percentile(price, 0.5) AS median FROM changes WHERE cdc_event_type = 'INSERT'",
        _rows("750.0"),
    ),
    Statement(
        "json_extract_scalar",
        "SELECT basket, json_extract_scalar(payload, '$.device.os') AS os FROM baskets ORDER BY basket",
        _rows("b1|ios", "b2|android", "b3|-"),
        ordered=True,
    ),
    Statement(
        "unnest of items",
        "SELECT item.sku, sum(item.quantity * item.price) AS revenue FROM baskets"
        " CROSS JOIN UNNEST(items) AS t(item) GROUP BY item.sku ORDER BY 1",
        _rows("s1|30.0", "s2|5.5"),
        ordered=True,
    ),
    Statement(
        "grouping sets",
        "SELECT day, product_name, sum(quantity) AS sold FROM changes WHERE cdc_event_type = 'INSERT'"
        " GROUP BY GROUPING SETS ((day, product_name), (day), ())",
        _rows(
            "2024-05-01|laptop|1",
            "2024-05-01|phone|3",
            "2024-05-01|tablet|1",
            "2024-05-02|mouse|3",
            "2024-05-01|-|5",
            "2024-05-02|-|3",
            "-|-|8",
        ),
    ),
    Statement(
        "try_cast",
        "SELECT basket, try_cast(json_extract_scalar(payload, '$.score') AS integer) AS score,"
        " try_cast(payload AS integer) AS nothing FROM baskets ORDER BY basket",
        _rows("b1|7|-", "b2|9|-", "b3|-|-"),
        ordered=True,
    ),
    Statement(
        "regexp_like",
        (
            r"SELECT DISTINCT orderid FROM changes WHERE regexp_like(product_name, '^(lap|tab)\w+$')"
            r" ORDER BY orderid"
        ),
        _rows("A", "C"),
        ordered=True,
    ),
    Statement(
        "at time zone",
        "SELECT basket, from_iso8601_timestamp(created) AT TIME ZONE 'Europe/Berlin' AS there FROM baskets"
        " ORDER BY basket",
        _rows(
            "b1|2024-05-01 10:00:00.000 Europe/Berlin",
            "b2|2024-05-01 22:30:00.000 Europe/Berlin",
            "b3|2024-05-03 01:30:00.000 Europe/Berlin",
        ),
        ordered=True,
    ),
    Statement(
        "parse_datetime",
        "SELECT parse_datetime(substr(creation_datetime, 1, 10), 'yyyy-MM-dd') AS day, count(*) AS changes"
        " FROM changes GROUP BY 1 ORDER BY 1",
        _rows("2024-05-01 00:00:00.000 UTC|6", "2024-05-02 00:00:00.000 UTC|2"),
        ordered=True,
    ),
    Statement(
        "running sum",
        "SELECT orderid, sum(quantity) OVER (ORDER BY creation_datetime ROWS UNBOUNDED PRECEDING) AS sold"
        " FROM changes WHERE cdc_event_type = 'INSERT' ORDER BY creation_datetime",
        _rows("A|1", "B|3", "C|4", "D|5", "E|8"),
        ordered=True,
    ),
    Statement(
        "create table as",
        "SELECT count(*), sum(quantity), max(moment) FROM inserted",
        _rows("5|8|2024-05-02 09:00:00.000"),
        before=(
            "CREATE TABLE inserted WITH (format = 'PARQUET') AS SELECT orderid, quantity,"
            " CAST(from_iso8601_timestamp(creation_datetime) AS timestamp) AS moment"
            " FROM changes WHERE cdc_event_type = 'INSERT'",
        ),
    ),
    Statement(
        "view",
        "SELECT product_name FROM dear_products ORDER BY product_name",
        _rows("laptop", "phone"),
        ordered=True,
        before=(
            (
                "CREATE OR REPLACE VIEW dear_products AS SELECT DISTINCT product_name FROM changes WHERE"
                " price > 700"
            ),
        ),
    ),
    Statement(
        "prepared statement",
        "EXECUTE changes_of USING 'phone'",
        _rows("3"),
        before=("PREPARE changes_of FROM SELECT count(*) FROM changes WHERE product_name = ?",),
    ),
    Statement(
        "integer division", "SELECT sum(quantity) / count(*), sum(quantity) % 5 FROM changes", _rows("1|3")
    ),
    Statement(
        "maps",
        "SELECT basket, element_at(attributes, 'coupon') AS coupon, cardinality(attributes) AS known"
        " FROM baskets"
        " ORDER BY basket",
        _rows("b1|X1|2", "b2|-|1", "b3|-|0"),
        ordered=True,
    ),
    Statement(
        "lambda over structs",
        "SELECT basket, reduce(items, 0e0, (s, i) -> s + i.quantity * i.price, s -> s) AS worth FROM baskets"
        " ORDER BY basket",
        _rows("b1|25.5", "b2|10.0", "b3|0.0"),
        ordered=True,
    ),
    Statement(
        "date_diff",
        "SELECT customer, date_diff('minute', min(moment), max(moment)) AS minutes FROM clicks GROUP"
        " BY customer"
        " ORDER BY customer",
        _rows("ann|10", "bob|10", "cat|0"),
        ordered=True,
    ),
    Statement(
        "nulls come last",
        "SELECT product_name, max(IF(cdc_event_type = 'REMOVE', orderid)) AS removed FROM changes"
        " GROUP BY product_name ORDER BY removed DESC, product_name",
        _rows("phone|B", "laptop|-", "mouse|-", "tablet|-"),
        ordered=True,
    ),
    Statement(
        "partition and path",
        "SELECT count(*), count(DISTINCT \"$path\") FROM changes WHERE day = '2024-05-02'",
        _rows("2|1"),
    ),
)


def right(statement: Statement, rows: list[Row]) -> bool:
    """Whether these are the statement's rows, as GetQueryResults shows them without the header."""
    if statement.ordered:
        return rows == list(statement.rows)
    return sorted(rows, key=repr) == sorted(statement.rows, key=repr)
