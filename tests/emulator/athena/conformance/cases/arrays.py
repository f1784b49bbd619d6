"""Arrays and the functions over them."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, value

PAGE = f"{TRINO}/functions/array.html"
DESCENDING = "(x, y) -> IF(x < y, 1, IF(x = y, 0, -1))"

CASES = [
    value(PAGE, "ARRAY[1, 2, 4]", "[1, 2, 4]"),
    value(PAGE, "ARRAY['foo', 'bar', 'bazz']", "[foo, bar, bazz]"),
    value(PAGE, "ARRAY[1, 1.2, 4]", "[1.0, 1.2, 4.0]"),
    value(PAGE, "ARRAY[1, 2, NULL, -4, NULL]", "[1, 2, null, -4, null]"),
    value(PAGE, "ARRAY[1, 1.2, 4][2]", "1.2"),
    value(PAGE, "ARRAY[1] || ARRAY[2]", "[1, 2]"),
    value(PAGE, "ARRAY[1] || 2", "[1, 2]"),
    value(PAGE, "2 || ARRAY[1]", "[2, 1]"),
    value(PAGE, "all_match(ARRAY[2, 4], x -> x % 2 = 0)", "true"),
    value(PAGE, "all_match(CAST(ARRAY[] AS ARRAY(integer)), x -> x > 0)", "true"),
    value(PAGE, "all_match(ARRAY[2, NULL], x -> x > 0)", None),
    value(PAGE, "any_match(ARRAY[1, NULL, 3], x -> x = 3)", "true"),
    value(PAGE, "any_match(ARRAY[1, NULL], x -> x = 3)", None),
    value(PAGE, "none_match(ARRAY[1, NULL], x -> x = 3)", None),
    value(PAGE, "none_match(ARRAY[1, 2], x -> x = 3)", "true"),
    value(PAGE, "array_distinct(ARRAY[1, 2, 1, 3, 2])", "[1, 2, 3]"),
    value(PAGE, "array_except(ARRAY[1, 2, 2, 3], ARRAY[2])", "[1, 3]"),
    value(PAGE, "array_intersect(ARRAY[1, 2, 3], ARRAY[3, 5])", "[3]"),
    value(PAGE, "array_sort(array_union(ARRAY[1, 2], ARRAY[2, 3]))", "[1, 2, 3]"),
    value(PAGE, "array_join(ARRAY['x', NULL, 'z'], '-')", "x-z"),
    value(PAGE, "array_join(ARRAY['x', NULL, 'z'], '-', '?')", "x-?-z"),
    value(PAGE, "array_max(ARRAY[3, 9, 4])", "9"),
    value(PAGE, "array_min(ARRAY[3, 9, 4])", "3"),
    value(PAGE, "array_position(ARRAY['a', 'b', 'a'], 'b')", "2"),
    value(PAGE, "array_position(ARRAY['a', 'b', 'a'], 'z')", "0"),
    value(PAGE, "array_remove(ARRAY[1, 2, 1, 3], 1)", "[2, 3]"),
    value(PAGE, "array_sort(ARRAY[3, NULL, 1, 2])", "[1, 2, 3, null]"),
    value(PAGE, f"array_sort(ARRAY[3, 2, 5, 1, 2], {DESCENDING})", "[5, 3, 2, 2, 1]"),
    value(PAGE, f"array_sort(ARRAY['bc', 'ab', 'dc'], {DESCENDING})", "[dc, bc, ab]"),
    value(
        PAGE,
        "array_sort(ARRAY['a', 'abcd', 'abc'], (x, y) -> IF(length(x) < length(y), -1,"
        " IF(length(x) = length(y), 0, 1)))",
        "[a, abc, abcd]",
    ),
    value(
        PAGE,
        "array_sort(ARRAY[3, 2, NULL, 5, NULL, 1, 2], (x, y) -> CASE WHEN x IS NULL THEN -1 WHEN y"
        " IS NULL THEN 1"
        " WHEN x < y THEN 1 WHEN x = y THEN 0 ELSE -1 END)",
        "[null, null, 5, 3, 2, 2, 1]",
    ),
    value(PAGE, "arrays_overlap(ARRAY[1, 2], ARRAY[2, 3])", "true"),
    value(PAGE, "arrays_overlap(ARRAY[1, NULL], ARRAY[2])", None),
    value(PAGE, "arrays_overlap(ARRAY[1], ARRAY[2])", "false"),
    value(PAGE, "cardinality(ARRAY[1, NULL])", "2"),
    value(PAGE, "cardinality(combinations(ARRAY['foo', 'bar', 'baz'], 2))", "3"),
    value(PAGE, "contains(ARRAY[1, 2], 2)", "true"),
    value(PAGE, "contains(ARRAY[1, NULL], 2)", None),
    value(
        f"{ATHENA}/engine-versions-reference-0003.html",
        "contains_sequence(ARRAY[1,2,3,4,5,6], ARRAY[1,2])",
        "true",
    ),
    value(PAGE, "element_at(ARRAY[1, 2], 3)", None),
    value(PAGE, "element_at(ARRAY[1, 2], -1)", "2"),
    value(PAGE, "filter(ARRAY[], x -> true)", "[]"),
    value(PAGE, "filter(ARRAY[5, -6, NULL, 7], x -> x > 0)", "[5, 7]"),
    value(PAGE, "filter(ARRAY[5, NULL, 7, NULL], x -> x IS NOT NULL)", "[5, 7]"),
    value(PAGE, "flatten(ARRAY[ARRAY[1, 2], ARRAY[3], ARRAY[]])", "[1, 2, 3]"),
    value(PAGE, "ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 3)", "[[foo, bar, baz], [bar, baz, foo]]"),
    value(PAGE, "ngrams(ARRAY['foo', 'bar', 'baz', 'foo'], 5)", "[[foo, bar, baz, foo]]"),
    value(PAGE, "ngrams(ARRAY[1, 2, 3, 4], 2)", "[[1, 2], [2, 3], [3, 4]]"),
    value(PAGE, "reduce(ARRAY[], 0, (s, x) -> s + x, s -> s)", "0"),
    value(PAGE, "reduce(ARRAY[5, 20, 50], 0, (s, x) -> s + x, s -> s)", "75"),
    value(PAGE, "reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + x, s -> s)", None),
    value(PAGE, "reduce(ARRAY[5, 20, NULL, 50], 0, (s, x) -> s + coalesce(x, 0), s -> s)", "75"),
    value(PAGE, "reduce(ARRAY[2147483647, 1], BIGINT '0', (s, x) -> s + x, s -> s)", "2147483648"),
    value(
        PAGE,
        "reduce(ARRAY[5, 6, 10, 20], CAST(ROW(0.0, 0) AS ROW(sum DOUBLE, count INTEGER)),"
        " (s, x) -> CAST(ROW(x + s.sum, s.count + 1) AS ROW(sum DOUBLE, count INTEGER)),"
        " s -> IF(s.count = 0, NULL, s.sum / s.count))",
        "10.25",
    ),
    value(PAGE, "repeat('x', 3)", "[x, x, x]"),
    value(PAGE, "reverse(ARRAY[1, 2, 3])", "[3, 2, 1]"),
    value(PAGE, "sequence(1, 5)", "[1, 2, 3, 4, 5]"),
    value(PAGE, "sequence(5, 1)", "[5, 4, 3, 2, 1]"),
    value(PAGE, "sequence(1, 10, 3)", "[1, 4, 7, 10]"),
    value(PAGE, "sequence(DATE '2024-02-28', DATE '2024-03-01')", "[2024-02-28, 2024-02-29, 2024-03-01]"),
    value(
        PAGE,
        "sequence(DATE '2024-01-01', DATE '2024-03-01', INTERVAL '1' MONTH)",
        "[2024-01-01, 2024-02-01, 2024-03-01]",
    ),
    value(PAGE, "slice(ARRAY[1, 2, 3, 4], 2, 2)", "[2, 3]"),
    value(PAGE, "slice(ARRAY[1, 2, 3, 4], -2, 2)", "[3, 4]"),
    value(PAGE, "trim_array(ARRAY[1, 2, 3, 4], 1)", "[1, 2, 3]"),
    value(PAGE, "trim_array(ARRAY[1, 2, 3, 4], 2)", "[1, 2]"),
    value(PAGE, "transform(ARRAY[], x -> x + 1)", "[]"),
    value(PAGE, "transform(ARRAY[5, NULL, 6], x -> coalesce(x, 0) + 1)", "[6, 1, 7]"),
    value(PAGE, "transform(ARRAY['x', 'abc', 'z'], x -> x || '0')", "[x0, abc0, z0]"),
    value(
        PAGE,
        "transform(ARRAY[ARRAY[1, NULL, 2], ARRAY[3, NULL]], a -> filter(a, x -> x IS NOT NULL))",
        "[[1, 2], [3]]",
    ),
    value(
        PAGE,
        "zip(ARRAY[1, 2], ARRAY['1b', NULL, '3b'])",
        "[{field0=1, field1=1b}, {field0=2, field1=null}, {field0=null, field1=3b}]",
    ),
    value(
        PAGE,
        "zip_with(ARRAY[1, 3, 5], ARRAY['a', 'b', 'c'], (x, y) -> (y, x))",
        "[{field0=a, field1=1}, {field0=b, field1=3}, {field0=c, field1=5}]",
    ),
    value(PAGE, "zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y)", "[4, 6]"),
    value(PAGE, "zip_with(ARRAY['a'], ARRAY['d', NULL, 'f'], (x, y) -> coalesce(x, y))", "[a, null, f]"),
    fails(
        PAGE,
        "SELECT ARRAY[1, 2][3]",
        "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to",
    ),
    fails(PAGE, "SELECT ARRAY[1, 2][0]", "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1"),
    fails(PAGE, "SELECT ARRAY[1, 2][-1]", "INVALID_FUNCTION_ARGUMENT: Array subscript is negative: -1"),
    fails(
        f"{TRINO}/functions/array.html#sequence",
        "SELECT cardinality(sequence(1, 10001))",
        "INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries",
    ),
    # Athena's own chapter
    value(f"{ATHENA}/flattening-arrays.html", "flatten(ARRAY[ ARRAY[1,2], ARRAY[3,4] ])", "[1, 2, 3, 4]"),
    answers(
        f"{ATHENA}/accessing-array-elements.html",
        "WITH dataset AS (SELECT ARRAY['hello', 'amazon', 'athena'] AS words)"
        " SELECT element_at(words, 1) AS first_word, element_at(words, -2) AS middle_word,"
        " element_at(words, cardinality(words)) AS last_word FROM dataset",
        ("hello", "amazon", "athena"),
        columns=("first_word", "middle_word", "last_word"),
    ),
    answers(
        f"{ATHENA}/accessing-array-elements.html",
        "WITH dataset AS (SELECT ARRAY[CAST(MAP(ARRAY['a1', 'a2', 'a3'], ARRAY[1, 2, 3]) AS JSON)] ||"
        " ARRAY[CAST(MAP(ARRAY['b1', 'b2', 'b3'], ARRAY[4, 5, 6]) AS JSON)] AS items)"
        " SELECT items[1] AS item FROM dataset",
        ('{"a1":1,"a2":2,"a3":3}',),
    ),
    value(
        f"{ATHENA}/converting-array-data-types.html",
        "ARRAY[CAST(4 AS VARCHAR), CAST(5 AS VARCHAR)]",
        "[4, 5]",
    ),
    value(
        f"{ATHENA}/converting-array-data-types.html",
        "ARRAY[CAST(MAP(ARRAY['a1', 'a2', 'a3'], ARRAY[1, 2, 3]) AS JSON)] ||"
        " ARRAY[CAST(MAP(ARRAY['b1', 'b2', 'b3'], ARRAY[4, 5, 6]) AS JSON)]",
        '[{"a1":1,"a2":2,"a3":3}, {"b1":4,"b2":5,"b3":6}]',
    ),
    value(
        f"{ATHENA}/concatenating-strings-and-arrays.html",
        "ARRAY[4, 5] || ARRAY[ARRAY[1, 2], ARRAY[3, 4]]",
        "[[4, 5], [1, 2], [3, 4]]",
    ),
    answers(
        f"{ATHENA}/concatenating-strings-and-arrays.html",
        "WITH dataset AS (SELECT ARRAY['Hello', 'Amazon', 'Athena'] AS words, ARRAY['Hi', 'Alexa'] AS alexa)"
        " SELECT concat(words, alexa) AS welcome_msg FROM dataset",
        ("[Hello, Amazon, Athena, Hi, Alexa]",),
        columns=("welcome_msg",),
    ),
    answers(
        f"{ATHENA}/filtering-arrays.html",
        "WITH dataset AS (SELECT ARRAY[1,2,3,4,5] AS items)"
        " SELECT array_agg(i) AS array_items FROM dataset CROSS JOIN UNNEST(items) AS t(i) WHERE i > 3",
        ("[4, 5]",),
    ),
    answers(
        f"{ATHENA}/filtering-arrays.html",
        "WITH dataset AS (SELECT ARRAY[ARRAY[1,2,3,4], ARRAY[5,6,7,8], ARRAY[9,0]] AS items)"
        " SELECT i AS array_items FROM dataset CROSS JOIN UNNEST(items) AS t(i) WHERE contains(i, 2)",
        ("[1, 2, 3, 4]",),
    ),
    answers(
        f"{ATHENA}/sorting-arrays.html",
        "WITH dataset AS (SELECT ARRAY[3,1,2,5,2,3,6,3,4,5] AS items)"
        " SELECT array_sort(array_agg(distinct i)) AS array_items FROM dataset CROSS JOIN"
        " UNNEST(items) AS t(i)",
        ("[1, 2, 3, 4, 5, 6]",),
    ),
    answers(
        f"{ATHENA}/arrays-and-aggregation.html",
        "WITH dataset AS (SELECT ARRAY[ARRAY[1,2,3,4], ARRAY[5,6,7,8], ARRAY[9,0]] AS items),"
        " item AS (SELECT i AS array_items FROM dataset, UNNEST(items) AS t(i))"
        " SELECT array_items, sum(val) AS total FROM item, UNNEST(array_items) AS t(val) GROUP BY"
        " array_items",
        ("[1, 2, 3, 4]", "10"),
        ("[5, 6, 7, 8]", "26"),
        ("[9, 0]", "9"),
    ),
]
