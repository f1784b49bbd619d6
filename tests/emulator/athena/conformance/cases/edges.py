"""Edges of expressions that Trino's pages leave out and its source settles."""

from tests.emulator.athena.conformance.case import answers, fails, value

MAIN = "https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino"
MIN_MAX = f"{MAIN}/util/MinMaxCompare.java"
MATH = f"{MAIN}/operator/scalar/MathFunctions.java"
DOUBLE = f"{MAIN}/type/DoubleOperators.java"
CONTAINS = f"{MAIN}/operator/scalar/ArrayContains.java"
POSITION = f"{MAIN}/operator/scalar/ArrayPositionFunction.java"
REMOVE = f"{MAIN}/operator/scalar/ArrayRemoveFunction.java"
CONCAT_WS = f"{MAIN}/operator/scalar/ConcatWsFunction.java"
JSON = f"{MAIN}/util/JsonUtil.java"
JSON_PARSE = f"{MAIN}/operator/scalar/JsonFunctions.java"
ORDER = """'{"orderId":"x","Lines":[{"skuCode":"s","qty":2}]}'"""
LINES = "ROW(orderId varchar, lines array(ROW(skuCode varchar, qty integer)))"
TIMESTAMPS = f"{MAIN}/operator/scalar/timestamp/VarcharToTimestampCast.java"
ZONED = f"{MAIN}/operator/scalar/timestamptz/VarcharToTimestampWithTimeZoneCast.java"
TIMES = f"{MAIN}/operator/scalar/time/TimeOperators.java"
FORMAT = f"{MAIN}/operator/scalar/FormatFunction.java"
CASE = "https://github.com/airlift/slice/blob/master/src/main/java/io/airlift/slice/SliceUtf8.java"
INTEGERS = f"{MAIN}/type/IntegerOperators.java"
BIGINTS = f"{MAIN}/type/BigintOperators.java"
TRY_CAST = f"{MAIN}/operator/scalar/TryCastFunction.java"
DISTINCT = f"{MAIN}/operator/scalar/GenericDistinctFromOperator.java"
DATE_ADD = f"{MAIN}/operator/scalar/timestamp/DateAdd.java"
JODA = "https://www.joda.org/joda-time/apidocs/org/joda/time/DateTimeZone.html"
SLICE = f"{MAIN}/operator/scalar/ArraySliceFunction.java"
MINUS = f"{MAIN}/operator/scalar/timestamp/TimestampOperators.java"
ZONED_MINUS = f"{MAIN}/operator/scalar/timestamptz/TimestampWithTimeZoneOperators.java"
SPANS = f"{MAIN}/type/IntervalDayTimeOperators.java"
STRINGS = f"{MAIN}/operator/scalar/StringFunctions.java"
REGEXPS = f"{MAIN}/operator/scalar/JoniRegexpFunctions.java"
URLS = f"{MAIN}/operator/scalar/UrlFunctions.java"
TO_ISO = f"{MAIN}/operator/scalar/timestamp/ToIso8601.java"
TO_ISO_ZONED = f"{MAIN}/operator/scalar/timestamptz/ToIso8601.java"
FORMAT_NUMBER = f"{MAIN}/operator/scalar/FormatNumberFunction.java"
POW = "https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Math.html#pow(double,double)"
JODA_PARSER = "https://www.joda.org/joda-time/apidocs/org/joda/time/IllegalInstantException.html"
NUMBERS = "(VALUES (nan(), 'a'), (1e0, 'b'), (2e0, 'c'), (NULL, 'd')) t(x, n)"

CASES = [
    # NaN is less than all else for what looks for the greatest, and more for what looks for the least
    answers(
        MIN_MAX,
        f"SELECT max(x), min(x), max(x, 3), min(x, 3) FROM {NUMBERS}",
        ("2.0", "1.0", "[2.0, 1.0, NaN]", "[1.0, 2.0, NaN]"),
    ),
    answers(
        MIN_MAX, f"SELECT max(CAST(x AS real)), max_by(n, x), min_by(n, x) FROM {NUMBERS}", ("2.0", "c", "b")
    ),
    answers(MIN_MAX, "SELECT max(x), min(x) FROM (VALUES nan(), NULL) t(x)", ("NaN", "NaN")),
    answers(
        MIN_MAX,
        f"SELECT n, max(x) OVER (ORDER BY n) FROM {NUMBERS}",
        ("a", "NaN"),
        ("b", "1.0"),
        ("c", "2.0"),
        ("d", "2.0"),
    ),
    value(MIN_MAX, "greatest(nan(), 1)", "1.0"),
    value(MIN_MAX, "greatest(REAL '1.5', 2, nan())", "2.0"),
    value(MIN_MAX, "greatest(nan(), NULL)", None),
    value(MIN_MAX, "least(nan(), 1)", "1.0"),
    value(MIN_MAX, "array_max(ARRAY[nan(), 1])", "1.0"),
    value(MIN_MAX, "array_max(ARRAY[nan()])", "NaN"),
    value(MIN_MAX, "array_min(ARRAY[nan(), 1])", "1.0"),
    # … and equal to nothing
    value(CONTAINS, "contains(ARRAY[nan(), 1], nan())", "false"),
    value(CONTAINS, "contains(ARRAY[nan(), NULL], nan())", None),
    value(POSITION, "array_position(ARRAY[1, nan()], nan())", "0"),
    value(REMOVE, "array_remove(ARRAY[nan(), 1, NULL], nan())", "[NaN, 1.0, null]"),
    value(DOUBLE, "CAST(nan() AS real)", "NaN"),
    # arithmetic
    answers(
        MATH,
        "SELECT round(x, y) FROM (VALUES (2.345, 2), (NULL, 2), (2.5, NULL), (2.5, 0)) t(x, y)",
        ("2.35",),
        (None,),
        (None,),
        ("3.0",),
    ),
    value(MATH, "round(118706722.0, -5)", "1.1869999999999999E8"),
    value(MATH, "round(nan(), -2)", "NaN"),
    value(MATH, "sign(-0.0e0)", "-0.0"),
    answers(MATH, "SELECT mod(x, y) FROM (VALUES (-2147483648, -1), (NULL, -1)) t(x, y)", ("0",), (None,)),
    fails(
        INTEGERS,
        "SELECT -(-2147483648)",
        "NUMERIC_VALUE_OUT_OF_RANGE: integer negation overflow: -2147483648",
    ),
    fails(
        INTEGERS,
        "SELECT -CAST(-128 AS tinyint)",
        "NUMERIC_VALUE_OUT_OF_RANGE: tinyint negation overflow: -128",
    ),
    fails(
        BIGINTS,
        "SELECT -9223372036854775808 / -1",
        "NUMERIC_VALUE_OUT_OF_RANGE: bigint division overflow: -9223372036854775808 / -1",
    ),
    # TRY_CAST is about the cast alone
    fails(TRY_CAST, "SELECT TRY_CAST(1 / 0 AS varchar)", "DIVISION_BY_ZERO"),
    fails(
        TRY_CAST,
        "SELECT TRY_CAST(x / y AS tinyint) FROM (VALUES (1000, 1), (5, 0)) t(x, y)",
        "DIVISION_BY_ZERO",
    ),
    answers(
        TRY_CAST, "SELECT TRY_CAST(x / y AS tinyint) FROM (VALUES (1000, 1), (5, 1)) t(x, y)", (None,), ("5",)
    ),
    answers(TRY_CAST, "SELECT TRY_CAST(max(x) || '1' AS integer) FROM (VALUES '4', '5') t(x)", ("51",)),
    value(DISTINCT, "MAP(ARRAY[1, 2], ARRAY[3, 4]) IS DISTINCT FROM MAP(ARRAY[2, 1], ARRAY[4, 3])", "false"),
    value(
        DISTINCT,
        "ROW(TIMESTAMP '2020-01-01 00:00:00 UTC') IS DISTINCT FROM"
        " ROW(TIMESTAMP '2020-01-01 01:00:00 +01:00')",
        "false",
    ),
    value(CONCAT_WS, "concat_ws(CAST(NULL AS varchar), ARRAY['a'])", None),
    # values that are the same in several forms
    answers(
        CONTAINS,
        "SELECT approx_distinct(x) FROM (VALUES TIMESTAMP '2020-01-01 00:00:00 UTC',"
        " TIMESTAMP '2020-01-01 01:00:00 +01:00', NULL) t(x)",
        ("1",),
    ),
    fails(
        CONTAINS,
        "SELECT contains(ARRAY[TIMESTAMP '2020-01-01 00:00:00 UTC'], DATE '2020-01-01')",
        "NOT_SUPPORTED: line 1:8: Function 'contains' over values of type timestamp(0) with time zone",
    ),
    fails(
        CONTAINS,
        "SELECT array_distinct(ARRAY[MAP(ARRAY[1, 2], ARRAY[3, 4])])",
        "NOT_SUPPORTED: line 1:8: Function 'array_distinct' over values of type map(integer, integer)",
    ),
    fails(
        CONTAINS,
        "SELECT map_agg(x, 1) FROM (VALUES TIMESTAMP '2020-01-01 00:00:00 UTC') t(x)",
        "NOT_SUPPORTED: line 1:8: Function 'map_agg' over values of type timestamp(0) with time zone",
    ),
    # out of JSON
    value(JSON, "CAST(JSON '1.5' AS varchar)", "1.5E0"),
    value(JSON, "CAST(json_extract('{\"a\":20000000.0}', '$.a') AS varchar)", "2.0E7"),
    value(JSON, "CAST(JSON '123456789012345678901' AS varchar)", "123456789012345678901"),
    value(JSON, "CAST(JSON '[1.5, \"x\", 2, true, null]' AS array(varchar))", "[1.5E0, x, 2, true, null]"),
    value(JSON, "CAST(JSON '{\"a\":0.5}' AS map(varchar, varchar))", "{a=5.0E-1}"),
    value(JSON, "CAST(JSON '\"T\"' AS boolean)", "true"),
    value(JSON, "CAST(JSON '\"Infinity\"' AS double)", "Infinity"),
    fails(JSON, "SELECT CAST(JSON '\"inf\"' AS double)", "INVALID_CAST_ARGUMENT: Cannot cast 'inf'"),
    fails(JSON, "SELECT CAST(JSON '\"true\"' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'true'"),
    value(JSON, f"CAST(json_parse({ORDER}) AS {LINES})", "{orderid=x, lines=[{skucode=s, qty=2}]}"),
    value(JSON, 'CAST(JSON \'{"a":1}\' AS ROW("A" integer))', "{A=null}"),
    value(JSON, 'CAST(JSON \'{"b":1,"B":2,"a":3}\' AS ROW(a integer))', "{a=3}"),
    fails(
        JSON,
        'SELECT CAST(JSON \'{"a":1,"A":2}\' AS ROW(a integer))',
        "INVALID_CAST_ARGUMENT: Cannot cast to row(a integer). Duplicate field",
    ),
    fails(
        JSON,
        "SELECT CAST(JSON '[1]' AS ROW(a integer, b integer))",
        "INVALID_CAST_ARGUMENT: Cannot cast to row(a integer, b integer). Expected a json array",
    ),
    fails(
        JSON,
        "SELECT CAST(JSON '[1, 2, 3]' AS ROW(a integer, b integer))",
        "INVALID_CAST_ARGUMENT: Cannot cast to row(a integer, b integer). Expected a json array",
    ),
    fails(
        JSON,
        "SELECT CAST(JSON '{\"a\":1}' AS ROW(integer))",
        "INVALID_CAST_ARGUMENT: Cannot cast to row(integer). Cannot cast a JSON object to anonymous row",
    ),
    value(JSON, 'CAST(JSON \'{"1":"x","2":null}\' AS map(integer, varchar))', "{1=x, 2=null}"),
    fails(
        JSON,
        'SELECT CAST(json_extract(\'{"m":{"a":1,"a":2}}\', \'$.m\') AS map(varchar, integer))',
        "INVALID_CAST_ARGUMENT: Cannot cast to map(varchar, integer). Duplicate keys are not allowed",
    ),
    fails(JSON, "SELECT CAST(JSON '{\"2020-01-01\":1}' AS map(date, integer))", "TYPE_MISMATCH"),
    value(JSON, "CAST(JSON '[1e10, {\"a\":1.5}, null]' AS array(json))", '[1.0E10, {"a":1.5}, null]'),
    fails(JSON, "SELECT CAST(JSON '[{\"a\":1e10}]' AS array(json))", "NOT_SUPPORTED: Very large"),
    value(JSON_PARSE, "json_parse('[1e400]')", '["Infinity"]'),
    # times out of texts
    value(TIMESTAMPS, "CAST('2020-01-05 23:59:59.9999995' AS timestamp(6))", "2020-01-06 00:00:00.000000"),
    value(TIMESTAMPS, "CAST('2020-01-05 10:00:00.1234564' AS timestamp(6))", "2020-01-05 10:00:00.123456"),
    value(TIMESTAMPS, "CAST('2020-01-05 10:00:00.9994999999' AS timestamp(3))", "2020-01-05 10:00:00.999"),
    value(TIMESTAMPS, "CAST(' 2020-01-05 10:00 ' AS timestamp)", "2020-01-05 10:00:00.000"),
    fails(TIMESTAMPS, "SELECT CAST('2020-01-05 24:00:00' AS timestamp)", "INVALID_CAST_ARGUMENT"),
    fails(ZONED, "SELECT CAST('2020-01-05 10:00 +14:30' AS timestamp with time zone)", "INVALID_CAST"),
    value(
        ZONED,
        "CAST('2020-01-05 10:00:00.1234565 +01:00' AS timestamp(6) with time zone)",
        "2020-01-05 10:00:00.123457 +01:00",
    ),
    value(TIMES, "CAST('10:00:00.5555' AS time(3))", "10:00:00.556"),
    value(TIMES, "CAST('23:59:59.9999' AS time(3))", "00:00:00.000"),
    value(TIMES, "CAST('10:00:00.5555' AS time(3)) = TIME '10:00:00.556'", "true"),
    fails(TIMES, "SELECT CAST('24:00:00' AS time)", "INVALID_CAST_ARGUMENT: Value cannot be cast to time"),
    # milliseconds are rounded to the digits that there are
    value(DATE_ADD, "date_add('MILLISECOND', 600, TIMESTAMP '2020-01-01 00:00:00')", "2020-01-01 00:00:01"),
    value(
        DATE_ADD, "date_add('millisecond', 1, TIMESTAMP '2020-01-01 00:00:00') = DATE '2020-01-01'", "true"
    ),
    value(DATE_ADD, "date_add('millisecond', 600, TIME '23:59:59')", "00:00:00"),
    value(
        DATE_ADD,
        "date_add('millisecond', 600, TIMESTAMP '2020-01-01 00:00:00 UTC')",
        "2020-01-01 00:00:01 UTC",
    ),
    # of an hour that comes twice the one with the offset from which it is reached
    value(
        JODA,
        "to_unixtime(date_add('day', -1, TIMESTAMP '2020-11-02 01:30:00 America/New_York'))",
        "1.6042122E9",
    ),
    value(
        JODA,
        "to_unixtime(date_add('day', 1, TIMESTAMP '2020-10-31 01:30:00 America/New_York'))",
        "1.6042086E9",
    ),
    value(
        JODA,
        "to_unixtime(TIMESTAMP '2020-12-01 01:30:00 America/New_York' - INTERVAL '1' MONTH)",
        "1.6042122E9",
    ),
    value(
        JODA, "to_unixtime(date_trunc('day', TIMESTAMP '2020-11-01 12:00:00 America/Havana'))", "1.6042068E9"
    ),
    # format: what Java's toString makes of each type
    value(FORMAT, "format('%s %.10f', REAL '1.1', REAL '1.1')", "1.1 1.1000000238"),
    value(FORMAT, "format('%s %s', REAL '1e10', 1e10)", "1.0E10 1.0E10"),
    value(FORMAT, "format('%s', TIME '10:00')", "10:00"),
    value(FORMAT, "format('%s', TIME '10:00:05.120')", "10:00:05.120"),
    value(FORMAT, "format('%s', TIMESTAMP '2020-01-01 10:00:00 UTC')", "2020-01-01T10:00Z[UTC]"),
    value(
        FORMAT,
        "format('%s', TIMESTAMP '2020-01-01 10:00:00.5 America/New_York')",
        "2020-01-01T10:00:00.500-05:00[America/New_York]",
    ),
    value(FORMAT, "format('%s', TIMESTAMP '2020-01-01 10:00:00 +05:30')", "2020-01-01T10:00+05:30"),
    value(FORMAT, "format('%tH', TIMESTAMP '2020-01-01 23:00:00 America/New_York')", "23"),
    value(FORMAT, "format('%s', JSON '{\"a\":1}')", '{"a":1}'),
    value(FORMAT, "format('%s', CAST(NULL AS timestamp with time zone))", "null"),
    fails(FORMAT, "SELECT format('%g', 1.5)", "NOT_SUPPORTED: line 1:8: The conversion %g of a format"),
    # texts
    value(CASE, "lower('\u0130STANBUL')", "istanbul"),
    value(CASE, "upper('\u1f80\u00df\ufb01')", "\u1f88\u00df\ufb01"),
    value(CONCAT_WS, "concat_ws(',')", ""),
    # arguments at the ends of their ranges
    value(SLICE, "slice(ARRAY[3, 1, 2], BIGINT '-9223372036854775808', 100)", "[]"),
    value(SLICE, "slice(ARRAY[3, 1, 2], -2, BIGINT '9223372036854775807')", "[1, 2]"),
    answers(
        MATH,
        "SELECT round(x, y) FROM (VALUES (DECIMAL '1.5', -2147483648), (DECIMAL '1.5', 2147483647)) t(x, y)",
        ("0.0",),
        ("1.5",),
    ),
    value(MATH, "to_unixtime(CAST(NULL AS timestamp with time zone))", None),
    value(JODA, "format_datetime(TIMESTAMP '2020-01-01 00:00:00', '')", ""),
    fails(
        f"{MAIN}/operator/scalar/MapToMapCast.java",
        "SELECT CAST(MAP(ARRAY['1', '01'], ARRAY[1, 2]) AS map(integer, integer))",
        "INVALID_CAST_ARGUMENT: duplicate keys",
    ),
    # format_number: whole numbers, three digits, but two behind the point of every negative one
    value(FORMAT_NUMBER, "format_number(1.9e0)", "1"),
    value(FORMAT_NUMBER, "format_number(-123456)", "-123.46K"),
    value(FORMAT_NUMBER, "format_number(12345)", "12.3K"),
    value(FORMAT_NUMBER, "format_number(nan())", "0"),
    value(FORMAT_NUMBER, "format_number(1e300)", "9223Q"),
    fails(FORMAT_NUMBER, "SELECT from_base32(U&'\\00e9')", "INVALID_FUNCTION_ARGUMENT"),
    # into JSON
    value(JSON, "CAST(ARRAY[JSON '{\"a\":1}', NULL] AS json)", '[{"a":1},null]'),
    value(JSON, "CAST(MAP(ARRAY['a'], ARRAY[JSON '[1]']) AS json)", '{"a":[1]}'),
    value(JSON, "CAST(ROW(1, NULL) AS json)", '{"":1,"":null}'),
    # Java's pow
    value(POW, "power(1, nan())", "NaN"),
    value(POW, "pow(-1, infinity())", "NaN"),
    value(POW, "power(nan(), 0)", "1.0"),
    value(POW, "power(2, -infinity())", "0.0"),
    # Joda's parser takes no local time that its zone has not
    fails(
        JODA_PARSER,
        "SELECT parse_datetime('2020-03-08 02:30 America/New_York', 'yyyy-MM-dd HH:mm ZZZ')",
        "INVALID_FUNCTION_ARGUMENT: Cannot parse",
    ),
    value(
        JODA_PARSER,
        "parse_datetime('2020-11-01 01:30 America/New_York', 'yyyy-MM-dd HH:mm ZZZ')",
        "2020-11-01 01:30:00.000 America/New_York",
    ),
    # differences are rounded to a millisecond, and divided by doubles
    value(MINUS, "TIMESTAMP '2020-01-01 00:00:00.0005' - TIMESTAMP '2020-01-01 00:00:00'", "0 00:00:00.001"),
    value(MINUS, "TIMESTAMP '2020-01-01 00:00:00' - TIMESTAMP '2020-01-01 00:00:00.0005'", "0 00:00:00.000"),
    value(MINUS, "TIMESTAMP '1960-01-01 00:00:00' - TIMESTAMP '1960-01-01 00:00:00.0016'", "-0 00:00:00.002"),
    value(TIMES, "TIME '00:00:00' - TIME '01:00:00.000501'", "-0 01:00:00.001"),
    value(
        ZONED_MINUS,
        "TIMESTAMP '2020-01-01 00:00:00 UTC' - TIMESTAMP '2020-01-01 00:00:00.000500 UTC'",
        "-0 00:00:00.001",
    ),
    value(
        ZONED_MINUS,
        "TIMESTAMP '2020-01-01 00:00:00.001 UTC' - TIMESTAMP '2020-01-01 00:00:00.000500 UTC'",
        "0 00:00:00.000",
    ),
    value(ZONED_MINUS, "CAST(NULL AS timestamp with time zone) - TIMESTAMP '2020-01-01 00:00:00 UTC'", None),
    value(SPANS, "INTERVAL '7' DAY / 2", "3 12:00:00.000"),
    fails(SPANS, "SELECT INTERVAL '7' DAY / 0", "INVALID_FUNCTION_ARGUMENT: Cannot divide by double 0.0"),
    # types: lengths that are reckoned from those of arguments, and a whole number truncated as a decimal
    value(STRINGS, "typeof(replace('abc', 'b', 'cc'))", "varchar(11)"),
    value(STRINGS, "typeof(replace(CAST('abc' AS varchar), 'b', 'cc'))", "varchar"),
    value(REGEXPS, "typeof(regexp_replace('abc', 'b', 'd'))", "varchar(7)"),
    value(REGEXPS, "typeof(regexp_replace('abcd', 'b', 'defg'))", "varchar(44)"),
    value(URLS, "typeof(url_encode('abc'))", "varchar(36)"),
    value(TO_ISO, "typeof(to_iso8601(TIMESTAMP '2020-01-01 00:00:00'))", "varchar(22)"),
    value(TO_ISO, "typeof(to_iso8601(TIMESTAMP '2020-01-01 00:00:00.123456'))", "varchar(29)"),
    value(TO_ISO_ZONED, "typeof(to_iso8601(TIMESTAMP '2020-01-01 00:00:00.123 UTC'))", "varchar(32)"),
    value(MATH, "truncate(7) / 2", "4"),
    value(MATH, "typeof(truncate(BIGINT '7'))", "decimal(19,0)"),
    # chars: their spaces count, save at the end of what is trimmed
    value(STRINGS, "typeof(concat('b', CAST('a' AS char(3))))", "char(4)"),
    value(STRINGS, "concat(CAST('a' AS char(3)), CAST('b' AS char(2)))", "a  b "),
    value(STRINGS, "reverse(CAST('ab' AS char(3))) || '|'", " ba|"),
    value(STRINGS, "lpad(CAST('ab' AS char(3)), 5, 'x')", "xxab "),
    value(STRINGS, "trim(CAST('xabx' AS char(6)), 'x') || '|'", "ab|"),
    value(STRINGS, "rtrim(CAST('ab x' AS char(6)), 'x') || '|'", "ab|"),
    value(STRINGS, "length(rtrim(CAST(U&'ab\\00a0' AS char(6)), 'x'))", "3"),
]
