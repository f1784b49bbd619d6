"""Casts, comparisons, logic, conditional expressions and rows."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, in_order, value

CASTS = f"{TRINO}/functions/conversion.html"
TYPES = f"{TRINO}/language/types.html"
COMPARISON = f"{TRINO}/functions/comparison.html"
LOGIC = f"{TRINO}/functions/logical.html"
CONDITIONAL = f"{TRINO}/functions/conditional.html"
SELECT = f"{TRINO}/sql/select.html"
ROWS = f"{ATHENA}/rows-and-structs.html"
CONSIDERATIONS = f"{ATHENA}/data-types-considerations.html"
SHIPPING = (
    "(VALUES ('California', '94131', 25, 100), ('California', 'P332a', 5, 72), ('California',"
    " '94025', 0, 155),"
    " ('New Jersey', '08544', 225, 490)) AS shipping(origin_state, origin_zip, packages, total_cost)"
)

CASES = [
    # casts
    value(CASTS, "CAST('12' AS integer)", "12"),
    value(CASTS, "CAST(12 AS varchar)", "12"),
    value(CASTS, "TRY_CAST('abc' AS integer)", None),
    fails(CASTS, "SELECT CAST('abc' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to INT"),
    fails(
        CASTS,
        "SELECT CAST('9999999999' AS integer)",
        "INVALID_CAST_ARGUMENT: Cannot cast '9999999999' to INT",
    ),
    fails(CASTS, "SELECT CAST('x' AS date)", "INVALID_CAST_ARGUMENT: Value cannot be cast to date: x"),
    fails(CASTS, "SELECT CAST(300 AS tinyint)", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for tinyint: 300"),
    value(TYPES, "CAST(1.5e0 AS integer)", "2"),
    value(TYPES, "CAST(-1.5e0 AS integer)", "-2"),
    value(TYPES, "CAST(2.5e0 AS bigint)", "3"),
    value(TYPES, "CAST(DECIMAL '2.5' AS integer)", "3"),
    value(TYPES, "CAST(true AS varchar)", "true"),
    value(TYPES, "CAST('true' AS boolean)", "true"),
    value(TYPES, "CAST('2001-08-22' AS date)", "2001-08-22"),
    value(TYPES, "CAST(TIMESTAMP '2020-01-01 10:00:00.000' AS date)", "2020-01-01"),
    value(TYPES, "CAST(DATE '2020-01-01' AS timestamp)", "2020-01-01 00:00:00.000"),
    value(TYPES, "CAST('hello' AS varchar(3))", "hel"),
    value(CONSIDERATIONS, "length(CAST('abc' AS char(7)))", "7"),
    value(TYPES, "typeof(CAST('abc' AS char(7)))", "char(7)"),
    value(TYPES, "CAST(1e10 AS varchar)", "1.0E10"),
    value(TYPES, "CAST(DECIMAL '10.50' AS varchar)", "10.50"),
    value(TYPES, "CAST('1.005' AS decimal(10,2))", "1.01"),
    value(TYPES, "CAST(ARRAY[1, 2] AS ARRAY(varchar))", "[1, 2]"),
    value(TYPES, "CAST(REAL '3.14' AS double)", "3.140000104904175"),
    value(
        TYPES,
        "CAST(UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS varchar)",
        "12151fd2-7586-11e9-8f9e-2a86e4085a59",
    ),
    fails(TYPES, "SELECT 'a' + 1", "TYPE_MISMATCH: line 1:12: Cannot apply operator: varchar(1) + integer"),
    fails(
        CASTS,
        "SELECT 1 WHERE '1' = 1",
        "TYPE_MISMATCH: line 1:20: Cannot apply operator: varchar(1) = integer",
    ),
    # comparisons
    value(COMPARISON, "3 BETWEEN 2 AND 6", "true"),
    value(COMPARISON, "3 NOT BETWEEN 2 AND 6", "false"),
    value(COMPARISON, "NULL BETWEEN 2 AND 4", None),
    value(COMPARISON, "2 BETWEEN NULL AND 6", None),
    value(COMPARISON, "2 BETWEEN 3 AND NULL", "false"),
    value(COMPARISON, "8 BETWEEN NULL AND 6", "false"),
    value(COMPARISON, "'Paul' BETWEEN 'John' AND 'Ringo'", "true"),
    fails(COMPARISON, "SELECT 'John' BETWEEN 2.3 AND 35.2", "TYPE_MISMATCH: line 1:"),
    value(COMPARISON, "NULL IS NULL", "true"),
    value(COMPARISON, "3.0 IS NULL", "false"),
    value(COMPARISON, "NULL IS DISTINCT FROM NULL", "false"),
    value(COMPARISON, "1 IS DISTINCT FROM NULL", "true"),
    value(COMPARISON, "1 IS NOT DISTINCT FROM 1", "true"),
    value(COMPARISON, "1 = NULL", None),
    value(COMPARISON, "NULL <> NULL", None),
    value(COMPARISON, "greatest(1, 3, 2)", "3"),
    value(COMPARISON, "least('b', 'a')", "a"),
    value(COMPARISON, "greatest(1, NULL, 2)", None),
    value(COMPARISON, "'hello' = ANY (VALUES 'hello', 'world')", "true"),
    value(COMPARISON, "21 < ALL (VALUES 19, 20, 21)", "false"),
    value(COMPARISON, "42 >= SOME (SELECT 41 UNION ALL SELECT 42 UNION ALL SELECT 43)", "true"),
    value(COMPARISON, "1 IN (2, NULL)", None),
    value(COMPARISON, "1 NOT IN (2, NULL)", None),
    value(COMPARISON, "1 IN (1, NULL)", "true"),
    fails(COMPARISON, "SELECT 1 IN ('a')", "TYPE_MISMATCH: line 1:"),
    # logic
    value(LOGIC, "CAST(NULL AS boolean) AND true", None),
    value(LOGIC, "CAST(NULL AS boolean) AND false", "false"),
    value(LOGIC, "CAST(NULL AS boolean) OR true", "true"),
    value(LOGIC, "CAST(NULL AS boolean) OR false", None),
    value(LOGIC, "NOT CAST(NULL AS boolean)", None),
    # conditional expressions
    in_order(
        CONDITIONAL,
        (
            "SELECT a, CASE a WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END FROM (VALUES 1, 2, 3)"
            " AS t(a) ORDER BY a"
        ),
        ("1", "one"),
        ("2", "two"),
        ("3", "many"),
    ),
    answers(
        CONDITIONAL,
        "SELECT CASE WHEN a = 1 THEN 'aaa' WHEN b = 2 THEN 'bbb' ELSE 'ccc' END"
        " FROM (VALUES (1, 1), (3, 2), (3, 3)) AS t(a, b)",
        ("aaa",),
        ("bbb",),
        ("ccc",),
    ),
    value(CONDITIONAL, "CASE WHEN false THEN 1 END", None),
    value(CONDITIONAL, "IF(1 > 2, 'a')", None),
    value(CONDITIONAL, "IF(1 > 2, 'a', 'b')", "b"),
    value(CONDITIONAL, "IF(true, 1, 1 / 0)", "1"),
    value(CONDITIONAL, "COALESCE(NULL, 2, 1 / 0)", "2"),
    value(CONDITIONAL, "NULLIF(1, 1)", None),
    value(CONDITIONAL, "NULLIF(1, 2)", "1"),
    fails(
        CONDITIONAL,
        f"SELECT CAST(origin_zip AS BIGINT) FROM {SHIPPING}",
        "INVALID_CAST_ARGUMENT: Cannot cast 'P332a' to BIGINT",
    ),
    answers(
        CONDITIONAL,
        f"SELECT TRY(CAST(origin_zip AS BIGINT)) FROM {SHIPPING}",
        ("94131",),
        (None,),
        ("94025",),
        ("8544",),
    ),
    fails(
        CONDITIONAL,
        f"SELECT total_cost / packages AS per_package FROM {SHIPPING}",
        "DIVISION_BY_ZERO: Division by zero",
    ),
    answers(
        CONDITIONAL,
        f"SELECT COALESCE(TRY(total_cost / packages), 0) AS per_package FROM {SHIPPING}",
        ("4",),
        ("14",),
        ("0",),
        ("2",),
        columns=("per_package",),
    ),
    value(CONDITIONAL, "TRY(2147483647 + 1)", None),
    value(CONDITIONAL, "TRY(json_parse('{'))", None),
    value(CONDITIONAL, "TRY(date_parse('x', '%Y'))", None),
    # rows
    answers(
        ROWS,
        "WITH dataset AS (SELECT ROW('Bob', 38) AS users) SELECT * FROM dataset",
        ("{field0=Bob, field1=38}",),
    ),
    answers(
        ROWS,
        (
            "WITH dataset AS (SELECT CAST(ROW('Bob', 38) AS ROW(name VARCHAR, age INTEGER)) AS users)"
            " SELECT * FROM dataset"
        ),
        ("{name=Bob, age=38}",),
    ),
    answers(
        ROWS,
        "WITH dataset AS (SELECT CAST(ROW('aws.amazon.com', ROW(true)) AS"
        " ROW(hostname VARCHAR, flaggedActivity ROW(isNew BOOLEAN))) AS sites)"
        " SELECT sites.hostname, sites.flaggedactivity.isnew FROM dataset",
        ("aws.amazon.com", "true"),
        columns=("hostname", "isnew"),
    ),
    answers(
        ROWS,
        "WITH dataset AS (SELECT ARRAY["
        "CAST(ROW('aws.amazon.com', ROW(true)) AS ROW(hostname VARCHAR, flaggedActivity ROW(isNew BOOLEAN))),"
        "CAST(ROW('news.cnn.com', ROW(false)) AS ROW(hostname VARCHAR, flaggedActivity ROW(isNew BOOLEAN)))"
        "] as items) SELECT sites.hostname, sites.flaggedActivity.isNew FROM dataset, UNNEST(items) t(sites)"
        " WHERE sites.flaggedActivity.isNew = true",
        ("aws.amazon.com", "true"),
    ),
    value(TYPES, "CAST(ROW(1, 2e0) AS ROW(x BIGINT, y DOUBLE))", "{x=1, y=2.0}"),
    value(TYPES, "CAST(ROW(1, 2.0) AS ROW(x BIGINT, y DOUBLE)).x", "1"),
    value(TYPES, "ROW(1, 2e0)[1]", "1"),
    value(TYPES, "ROW(1, 'a') = ROW(1, 'a')", "true"),
    answers(
        SELECT,
        "SELECT (CAST(ROW(1, true) AS ROW(field1 bigint, field2 boolean))).* AS (alias1, alias2)",
        ("1", "true"),
        columns=("alias1", "alias2"),
    ),
    answers(
        SELECT,
        "SELECT (CAST(ROW(1, true) AS ROW(field1 bigint, field2 boolean))).*",
        ("1", "true"),
        columns=("field1", "field2"),
    ),
    answers(SELECT, "SELECT (ROW(1, true)).*", ("1", "true"), columns=("_col0", "_col1")),
]
