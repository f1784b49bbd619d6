"""Aggregates, grouping sets and window functions. `shipping` and `nation` are those of `tables.py`."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, in_order

PAGE = f"{TRINO}/functions/aggregate.html"
SELECT = f"{TRINO}/sql/select.html"
WINDOW = f"{TRINO}/functions/window.html"
ENGINE_3 = f"{ATHENA}/engine-versions-reference-0003.html"
CITIES = (
    "(VALUES ('India', 'Bangalore', 13700000), ('India', 'Chennai', 12200000), ('India', 'Ranchi', 1547000),"
    " ('Austria', 'Vienna', 1897000), ('Poland', 'Warsaw', 1765000)) t(country, city, population)"
)
SALES = "(VALUES ('a', 1, 10), ('a', 2, 30), ('a', 3, 20), ('b', 1, 5), ('b', 2, 5)) AS s(shop, day, amount)"

CASES = [
    # aggregates
    answers(
        PAGE,
        "SELECT sum(x), avg(x), count(x), count(*) FROM (VALUES 1, 2, NULL) t(x)",
        ("3", "1.5", "2", "3"),
    ),
    answers(
        PAGE,
        "SELECT sum(x), avg(x), max(x), array_agg(x), count(x), count_if(x > 0), bool_and(x > 0)"
        " FROM (VALUES 1) t(x) WHERE x > 1",
        (None, None, None, None, "0", "0", None),
    ),
    answers(PAGE, "SELECT typeof(sum(x)), typeof(avg(x)) FROM (VALUES 1) t(x)", ("bigint", "double")),
    answers(PAGE, "SELECT array_agg(x ORDER BY x DESC) FROM (VALUES 1, 3, 2) t(x)", ("[3, 2, 1]",)),
    answers(PAGE, "SELECT array_agg(x ORDER BY x) FROM (VALUES 1, NULL) t(x)", ("[1, null]",)),
    answers(PAGE, "SELECT array_agg(x) FILTER (WHERE x IS NOT NULL) FROM (VALUES 1, NULL) t(x)", ("[1]",)),
    answers(
        PAGE,
        (
            "SELECT origin_state, count(*) FILTER (WHERE package_weight > 10) AS count FROM shipping"
            " GROUP BY origin_state"
        ),
        ("California", "3"),
        ("New Jersey", "1"),
        ("New York", "0"),
        columns=("origin_state", "count"),
    ),
    answers(
        PAGE,
        "SELECT bool_and(x), bool_or(x), every(x) FROM (VALUES true, false) t(x)",
        ("false", "true", "false"),
    ),
    answers(PAGE, "SELECT count_if(x > 1) FROM (VALUES 1, 2, 3, NULL) t(x)", ("2",)),
    answers(PAGE, "SELECT geometric_mean(x) FROM (VALUES 2, 8) t(x)", ("4.0",)),
    answers(
        PAGE,
        (
            "SELECT listagg(value, ',') WITHIN GROUP (ORDER BY value) csv_value FROM (VALUES 'a', 'c',"
            " 'b') t(value)"
        ),
        ("a,b,c",),
    ),
    answers(
        PAGE,
        "SELECT id, listagg(value, ',') WITHIN GROUP (ORDER BY o) csv_value"
        " FROM (VALUES (100, 1, 'a'), (200, 3, 'c'), (200, 2, 'b')) t(id, o, value) GROUP BY id",
        ("100", "a"),
        ("200", "b,c"),
    ),
    in_order(
        PAGE,
        "SELECT country, listagg(city, ',') WITHIN GROUP (ORDER BY population DESC)"
        f" FILTER (WHERE population >= 10000000) megacities FROM {CITIES} GROUP BY country ORDER BY country",
        ("Austria", None),
        ("India", "Bangalore,Chennai"),
        ("Poland", None),
    ),
    answers(PAGE, "SELECT max(x, 2), min(x, 2) FROM (VALUES 1, 3, 2) t(x)", ("[3, 2]", "[1, 2]")),
    answers(
        PAGE,
        f"SELECT max_by(city, population), min_by(city, population), max_by(city, population,"
        f" 2) FROM {CITIES}",
        ("Bangalore", "Ranchi", "[Bangalore, Chennai]"),
    ),
    answers(PAGE, "SELECT arbitrary(x), any_value(x) FROM (VALUES NULL, 7) t(x)", ("7", "7")),
    answers(PAGE, "SELECT bitwise_and_agg(x), bitwise_or_agg(x) FROM (VALUES 6, 3) t(x)", ("2", "7")),
    answers(PAGE, "SELECT approx_distinct(x) FROM (VALUES 1, 2, 2, NULL) t(x)", ("2",)),
    answers(
        PAGE,
        "SELECT approx_percentile(x, 0.5), typeof(approx_percentile(x, 0.5))"
        " FROM (VALUES BIGINT '1', 2, 3) t(x)",
        ("2", "bigint"),
    ),
    answers(PAGE, "SELECT approx_percentile(x, ARRAY[0.0, 1.0]) FROM (VALUES 1, 2, 3) t(x)", ("[1, 3]",)),
    answers(
        PAGE, "SELECT stddev_pop(x), var_pop(x) FROM (VALUES 2, 4, 4, 4, 5, 5, 7, 9) t(x)", ("2.0", "4.0")
    ),
    answers(PAGE, "SELECT variance(x) FROM (VALUES 1, 2, 3) t(x)", ("1.0",)),
    answers(
        PAGE,
        "SELECT corr(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (1, 3), (2, 5)) t(x, y)",
        ("1.0", "2.0", "1.0"),
    ),
    answers(PAGE, "SELECT count(DISTINCT x), sum(DISTINCT x) FROM (VALUES 1, 1, 2) t(x)", ("2", "3")),
    # its bytes come from Trino's own hash of every type
    fails(PAGE, "SELECT checksum(x) FROM (VALUES 1, 2) t(x)", "NOT_SUPPORTED: line 1:8: Function 'checksum'"),
    fails(
        PAGE,
        "SELECT sum(x) FROM (VALUES 9223372036854775807, 1) t(x)",
        "NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow",
    ),
    # GROUP BY
    answers(
        SELECT,
        "SELECT count(*), regionkey FROM nation GROUP BY 2 HAVING regionkey < 2",
        ("5", "0"),
        ("5", "1"),
    ),
    answers(
        SELECT,
        "SELECT count(*) FROM shipping GROUP BY origin_state",
        ("4",),
        ("1",),
        ("1",),
        columns=("_col0",),
    ),
    answers(
        SELECT,
        "SELECT origin_state, origin_zip, destination_state, sum(package_weight) FROM shipping"
        " GROUP BY GROUPING SETS ((origin_state), (origin_state, origin_zip), (destination_state))",
        ("New Jersey", None, None, "225"),
        ("California", None, None, "1397"),
        ("New York", None, None, "3"),
        ("California", "90210", None, "1337"),
        ("California", "94131", None, "60"),
        ("New Jersey", "7081", None, "225"),
        ("New York", "10002", None, "3"),
        (None, None, "Colorado", "5"),
        (None, None, "New Jersey", "58"),
        (None, None, "Connecticut", "1562"),
        columns=("origin_state", "origin_zip", "destination_state", "_col3"),
    ),
    answers(
        SELECT,
        "SELECT origin_state, destination_state, sum(package_weight) FROM shipping"
        " GROUP BY CUBE (origin_state, destination_state)",
        ("California", "New Jersey", "55"),
        ("California", "Colorado", "5"),
        ("New York", "New Jersey", "3"),
        ("New Jersey", "Connecticut", "225"),
        ("California", "Connecticut", "1337"),
        ("California", None, "1397"),
        ("New York", None, "3"),
        ("New Jersey", None, "225"),
        (None, "New Jersey", "58"),
        (None, "Connecticut", "1562"),
        (None, "Colorado", "5"),
        (None, None, "1625"),
    ),
    answers(
        SELECT,
        (
            "SELECT origin_state, origin_zip, sum(package_weight) FROM shipping GROUP BY ROLLUP"
            " (origin_state, origin_zip)"
        ),
        ("California", "94131", "60"),
        ("California", "90210", "1337"),
        ("New Jersey", "7081", "225"),
        ("New York", "10002", "3"),
        ("California", None, "1397"),
        ("New York", None, "3"),
        ("New Jersey", None, "225"),
        (None, None, "1625"),
    ),
    answers(
        SELECT,
        "SELECT origin_state, destination_state, origin_zip, sum(package_weight) FROM shipping"
        " GROUP BY GROUPING SETS ((origin_state, destination_state)), ROLLUP (origin_zip)",
        ("New York", "New Jersey", "10002", "3"),
        ("California", "New Jersey", "94131", "55"),
        ("New Jersey", "Connecticut", "7081", "225"),
        ("California", "Connecticut", "90210", "1337"),
        ("California", "Colorado", "94131", "5"),
        ("New York", "New Jersey", None, "3"),
        ("New Jersey", "Connecticut", None, "225"),
        ("California", "Colorado", None, "5"),
        ("California", "Connecticut", None, "1337"),
        ("California", "New Jersey", None, "55"),
    ),
    answers(
        SELECT,
        "SELECT count(*) FROM (SELECT origin_state, destination_state, origin_zip,"
        " sum(package_weight) FROM shipping"
        " GROUP BY DISTINCT CUBE (origin_state, destination_state), ROLLUP (origin_state, origin_zip))"
        " WHERE origin_state IS NULL AND destination_state IS NULL AND origin_zip IS NULL",
        ("1",),
    ),
    answers(
        SELECT,
        "SELECT origin_state, origin_zip, destination_state, sum(package_weight),"
        " grouping(origin_state, origin_zip, destination_state) FROM shipping"
        " GROUP BY GROUPING SETS ((origin_state), (origin_state, origin_zip), (destination_state))",
        ("California", None, None, "1397", "3"),
        ("New Jersey", None, None, "225", "3"),
        ("New York", None, None, "3", "3"),
        ("California", "94131", None, "60", "1"),
        ("New Jersey", "7081", None, "225", "1"),
        ("California", "90210", None, "1337", "1"),
        ("New York", "10002", None, "3", "1"),
        (None, None, "New Jersey", "58", "6"),
        (None, None, "Connecticut", "1562", "6"),
        (None, None, "Colorado", "5", "6"),
    ),
    answers(
        SELECT,
        "SELECT origin_state, sum(package_weight) AS total FROM shipping GROUP BY origin_state"
        " HAVING sum(package_weight) > 200",
        ("California", "1397"),
        ("New Jersey", "225"),
    ),
    fails(
        SELECT,
        "SELECT origin_state, origin_zip, count(*) FROM shipping GROUP BY origin_state",
        (
            "EXPRESSION_NOT_AGGREGATE: line 1:22: 'origin_zip' must be an aggregate expression or appear"
            " in GROUP BY clause"
        ),
    ),
    fails(
        SELECT,
        "SELECT origin_state FROM shipping WHERE sum(package_weight) > 1",
        "EXPRESSION_NOT_SCALAR: line 1:",
    ),
    fails(SELECT, "SELECT sum(count(*)) FROM shipping", "NESTED_AGGREGATION: line 1:"),
    # windows
    in_order(
        WINDOW,
        f"SELECT shop, day, rank() OVER (PARTITION BY shop ORDER BY amount DESC) AS rnk FROM"
        f" {SALES} ORDER BY shop, rnk, day",
        ("a", "2", "1"),
        ("a", "3", "2"),
        ("a", "1", "3"),
        ("b", "1", "1"),
        ("b", "2", "1"),
    ),
    in_order(
        WINDOW,
        f"SELECT shop, day, sum(amount) OVER (PARTITION BY shop ORDER BY day) AS rolling_sum"
        f" FROM {SALES} ORDER BY shop, day",
        ("a", "1", "10"),
        ("a", "2", "40"),
        ("a", "3", "60"),
        ("b", "1", "5"),
        ("b", "2", "10"),
    ),
    in_order(
        WINDOW,
        "SELECT x, ntile(4) OVER (ORDER BY x) FROM (VALUES 1, 2, 3, 4, 5, 6) t(x) ORDER BY x",
        ("1", "1"),
        ("2", "1"),
        ("3", "2"),
        ("4", "2"),
        ("5", "3"),
        ("6", "4"),
    ),
    in_order(
        WINDOW,
        "SELECT x, rank() OVER w, dense_rank() OVER w, row_number() OVER w, percent_rank() OVER w,"
        " cume_dist() OVER w"
        " FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (ORDER BY x) ORDER BY x",
        ("1", "1", "1", "1", "0.0", "0.3333333333333333"),
        ("2", "2", "2", "2", "0.5", "0.6666666666666666"),
        ("3", "3", "3", "3", "1.0", "1.0"),
    ),
    in_order(
        WINDOW,
        (
            "SELECT x, dense_rank() OVER (ORDER BY x), rank() OVER (ORDER BY x) FROM (VALUES 1, 1, 2)"
            " t(x) ORDER BY x"
        ),
        ("1", "1", "1"),
        ("1", "1", "1"),
        ("2", "2", "3"),
    ),
    in_order(
        WINDOW,
        f"SELECT day, lag(amount) OVER (ORDER BY day), lead(amount, 1, 0) OVER (ORDER BY day)"
        f" FROM {SALES} WHERE shop = 'a' ORDER BY day",
        ("1", None, "30"),
        ("2", "10", "20"),
        ("3", "30", "0"),
    ),
    in_order(
        WINDOW,
        "SELECT x, first_value(y) OVER w, last_value(y) OVER w, nth_value(y, 2) OVER w"
        " FROM (VALUES (1, 'a'), (2, 'b'), (3, 'c')) t(x, y)"
        " WINDOW w AS (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) ORDER BY x",
        ("1", "a", "c", "b"),
        ("2", "a", "c", "b"),
        ("3", "a", "c", "b"),
    ),
    in_order(
        WINDOW,
        (
            "SELECT x, lag(y) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 'a'), (2, NULL), (3, 'c'))"
            " t(x, y) ORDER BY x"
        ),
        ("1", None),
        ("2", "a"),
        ("3", "a"),
    ),
    in_order(
        WINDOW,
        (
            "SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1,"
            " 2, 3) t(x) ORDER BY x"
        ),
        ("1", "1"),
        ("2", "3"),
        ("3", "5"),
    ),
    answers(
        ENGINE_3,
        "SELECT sum(x) over (order by x range 1 preceding) FROM (values (1), (1), (2), (2)) t(x)",
        ("2",),
        ("2",),
        ("6",),
        ("6",),
    ),
    answers(
        ENGINE_3,
        "SELECT cardinality(array_agg(a) OVER(ORDER BY a ASC NULLS FIRST GROUPS BETWEEN 1 PRECEDING"
        " AND 2 FOLLOWING))"
        " FROM (VALUES 3, 3, 3, 2, 2, 1, null, null) T(a)",
        ("5",),
        ("5",),
        ("8",),
        ("6",),
        ("6",),
        ("5",),
        ("5",),
        ("5",),
    ),
    fails(
        ENGINE_3,
        "SELECT DISTINCT origin_state FROM shipping ORDER BY origin_zip",
        "EXPRESSION_NOT_IN_DISTINCT: line 1:",
    ),
    fails(
        ENGINE_3,
        "SELECT bool_or(x) IGNORE NULLS OVER () FROM (VALUES true) t(x)",
        "NULL_TREATMENT_NOT_ALLOWED: line 1:8: Cannot specify null treatment clause for bool_or function",
    ),
]
