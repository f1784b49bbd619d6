"""Maps, and the aggregates that make them."""

from tests.emulator.athena.conformance.case import TRINO, answers, fails, value

PAGE = f"{TRINO}/functions/map.html"
AGGREGATES = f"{TRINO}/functions/aggregate.html"
STRINGS = f"{TRINO}/functions/string.html"

CASES = [
    value(
        PAGE,
        "MAP(ARRAY['key1', 'key2', 'key3'], ARRAY[2373, 3463, 45837])",
        "{key1=2373, key2=3463, key3=45837}",
    ),
    value(PAGE, "MAP(ARRAY['key1', 'key2', 'key3'], ARRAY['v1', 'v2', 'v3'])", "{key1=v1, key2=v2, key3=v3}"),
    value(
        PAGE,
        "MAP(ARRAY['key1', 'key2'], ARRAY[DECIMAL '23.000', DECIMAL '34.63'])",
        "{key1=23.000, key2=34.630}",
    ),
    value(
        PAGE, "MAP(ARRAY['key1', 'key2', 'key3'], ARRAY['v1', NULL, 'v3'])", "{key1=v1, key2=null, key3=v3}"
    ),
    value(PAGE, "MAP(ARRAY['key1', 'key2', 'key3'], ARRAY['v1', 'v2', 'v3'])['key2']", "v2"),
    fails(PAGE, "SELECT MAP(ARRAY['a'], ARRAY[1])['b']", "INVALID_FUNCTION_ARGUMENT: Key not present in map"),
    fails(PAGE, "SELECT MAP(ARRAY['a', 'a'], ARRAY[1, 2])", "INVALID_FUNCTION_ARGUMENT: Duplicate map keys"),
    value(PAGE, "cardinality(MAP(ARRAY['a', 'b'], ARRAY[1, 2]))", "2"),
    value(PAGE, "element_at(MAP(ARRAY['a'], ARRAY[1]), 'b')", None),
    value(PAGE, "map()", "{}"),
    value(PAGE, "map(ARRAY[1, 3], ARRAY[2, 4])", "{1=2, 3=4}"),
    value(PAGE, "map_from_entries(ARRAY[(1, 'x'), (2, 'y')])", "{1=x, 2=y}"),
    value(PAGE, "multimap_from_entries(ARRAY[(1, 'x'), (2, 'y'), (1, 'z')])", "{1=[x, z], 2=[y]}"),
    value(
        PAGE,
        "map_entries(MAP(ARRAY[1, 2], ARRAY['x', 'y']))",
        "[{field0=1, field1=x}, {field0=2, field1=y}]",
    ),
    value(PAGE, "map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a', 'b'], ARRAY[2, 3]))", "{a=2, b=3}"),
    value(PAGE, "map_filter(MAP(ARRAY[], ARRAY[]), (k, v) -> true)", "{}"),
    value(
        PAGE,
        "map_filter(MAP(ARRAY[10, 20, 30], ARRAY['a', NULL, 'c']), (k, v) -> v IS NOT NULL)",
        "{10=a, 30=c}",
    ),
    value(
        PAGE, "map_filter(MAP(ARRAY['k1', 'k2', 'k3'], ARRAY[20, 3, 15]), (k, v) -> v > 10)", "{k1=20, k3=15}"
    ),
    value(PAGE, "map_keys(MAP(ARRAY['a', 'b'], ARRAY[1, 2]))", "[a, b]"),
    value(PAGE, "map_values(MAP(ARRAY['a', 'b'], ARRAY[1, 2]))", "[1, 2]"),
    value(
        PAGE,
        "map_zip_with(MAP(ARRAY[1, 2, 3], ARRAY['a', 'b', 'c']), MAP(ARRAY[1, 2, 3], ARRAY['d', 'e', 'f']),"
        " (k, v1, v2) -> concat(v1, v2))",
        "{1=ad, 2=be, 3=cf}",
    ),
    value(
        PAGE,
        "map_zip_with(MAP(ARRAY['k1', 'k2'], ARRAY[1, 2]), MAP(ARRAY['k2', 'k3'], ARRAY[4, 9]),"
        " (k, v1, v2) -> (v1, v2))",
        "{k1={field0=1, field1=null}, k2={field0=2, field1=4}, k3={field0=null, field1=9}}",
    ),
    value(
        PAGE,
        "map_zip_with(MAP(ARRAY['a', 'b', 'c'], ARRAY[1, 8, 27]), MAP(ARRAY['a', 'b', 'c'], ARRAY[1, 2, 3]),"
        " (k, v1, v2) -> k || CAST(v1 / v2 AS VARCHAR))",
        "{a=a1, b=b4, c=c9}",
    ),
    value(
        PAGE, "transform_keys(MAP(ARRAY[1, 2, 3], ARRAY['a', 'b', 'c']), (k, v) -> k + 1)", "{2=a, 3=b, 4=c}"
    ),
    value(
        PAGE, "transform_keys(MAP(ARRAY['a', 'b', 'c'], ARRAY[1, 2, 3]), (k, v) -> v * v)", "{1=1, 4=2, 9=3}"
    ),
    value(
        PAGE,
        "transform_keys(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> k || CAST(v as VARCHAR))",
        "{a1=1, b2=2}",
    ),
    value(
        PAGE,
        (
            "transform_keys(MAP(ARRAY[1, 2], ARRAY[1.0, 1.4]), (k, v) -> MAP(ARRAY[1, 2], ARRAY['one',"
            " 'two'])[k])"
        ),
        "{one=1.0, two=1.4}",
    ),
    value(
        PAGE,
        "transform_values(MAP(ARRAY[1, 2, 3], ARRAY[10, 20, 30]), (k, v) -> v + k)",
        "{1=11, 2=22, 3=33}",
    ),
    value(
        PAGE,
        "transform_values(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> k || CAST(v as VARCHAR))",
        "{a=a1, b=b2}",
    ),
    value(
        PAGE,
        "transform_values(MAP(ARRAY[1, 2], ARRAY[DECIMAL '1.0', DECIMAL '1.4']),"
        " (k, v) -> MAP(ARRAY[1, 2], ARRAY['one', 'two'])[k] || '_' || CAST(v AS VARCHAR))",
        "{1=one_1.0, 2=two_1.4}",
    ),
    value(STRINGS, "split_to_map('a=1,b=2', ',', '=')", "{a=1, b=2}"),
    value(STRINGS, "split_to_multimap('a=1,b=2,a=3', ',', '=')", "{a=[1, 3], b=[2]}"),
    answers(AGGREGATES, "SELECT map_agg(k, v) FROM (VALUES ('a', 1), ('b', 2)) AS t(k, v)", ("{a=1, b=2}",)),
    answers(
        AGGREGATES,
        "SELECT element_at(multimap_agg(k, v), 'a') FROM (VALUES ('a', 1), ('b', 2), ('a', 1)) AS t(k, v)",
        ("[1, 1]",),
    ),
    answers(AGGREGATES, "SELECT histogram(x) FROM (VALUES 1, 2, 1, NULL) AS t(x)", ("{1=2, 2=1}",)),
    answers(
        AGGREGATES,
        "SELECT map_union(m) FROM (VALUES MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[2])) AS t(m)",
        ("{a=1, b=2}",),
    ),
]
