"""https://trino.io/docs/current/functions/json.html: its examples, broken text and Java's numbers."""

import math

import pytest
from localstack_lab.athena.sql.functions import json_values

from tests.emulator.athena.functions.calling import Sql, answer, failure

STORE = '{"store": {"book": [{"author": "A", "price": 8.95}, {"title": "x\\ny"}], "book name": 7, "n": null}}'
CASES = [
    ("is_json_scalar", ("1",), True, "boolean"),
    ("is_json_scalar", ("[1, 2, 3]",), False, "boolean"),
    ("json_array_contains", ("[1, 2, 3]", 2), True, "boolean"),
    ("json_array_contains", ('[1, "2", true]', "2"), True, "boolean"),
    ("json_array_contains", ("[1, 2.5]", 2.5), True, "boolean"),
    ("json_array_contains", ("[1]", True), False, "boolean"),
    ("json_array_contains", ("{}", 1), None, "boolean"),
    ("json_array_get", ('["a", [3, 9], "c"]', 0), "a", "json"),
    ("json_array_get", ('["a", [3, 9], "c"]', 1), "[3,9]", "json"),
    ("json_array_get", ('["c", [3, 9], "a"]', -2), "[3,9]", "json"),
    ("json_array_get", ("[]", 0), None, "json"),
    ("json_array_get", ('["c", "b", "a"]', -10), None, "json"),
    ("json_array_length", ("[1, 2, 3]",), 3, "bigint"),
    ("json_array_length", ("{}",), None, "bigint"),
    ("json_array_length", ("[1",), None, "bigint"),
    ("json_extract", (STORE, "$.store.book[0]"), '{"author":"A","price":8.95}', "json"),
    ("json_extract", (STORE, '$.store["book name"]'), "7", "json"),
    ("json_extract", (STORE, "$.store.n"), "null", "json"),
    ("json_extract", (STORE, "$.store.book[1].title"), '"x\\ny"', "json"),
    (
        "json_extract",
        ('{"b": 1e5, "a": 2.50, "c": 12345678901234567890}', "$"),
        '{"b":100000.0,"a":2.5,"c":12345678901234567890}',
        None,
    ),
    ("json_extract", ("not json", "$.a"), None, "json"),
    ("json_extract", (None, "$.a"), None, "json"),
    ("json_extract_scalar", ("[1, 2, 3]", "$[2]"), "3", "varchar(9)"),
    ("json_extract_scalar", (STORE, "$.store.book[0].author"), "A", None),
    ("json_extract_scalar", (STORE, "$.store.book[1].title"), "x\ny", None),
    ("json_extract_scalar", (STORE, "$.store.book"), None, None),
    ("json_extract_scalar", (STORE, "$.store.n"), None, None),
    ("json_extract_scalar", ('{"a": 2.50, "b": true}', "$.a"), "2.50", None),
    ("json_extract_scalar", ('{"a": 2.50, "b": true}', "$.b"), "true", None),
    ("json_extract_scalar", ('{"a":1} rest', "$.a"), "1", None),
    ("json_extract_scalar", ('{"x", "a":1}', "$.a"), None, None),
    ("json_extract_scalar", ('{"a":1,"a":2}', "$.a"), "1", None),
    ("json_extract_scalar", ('{"a":[5]}', Sql("'$.a.0'", "varchar")), "5", None),
    ("json_extract_scalar", (Sql('\'{"a":"b"}\'', "json"), "$.a"), "b", "varchar"),
    ("json_extract_scalar", ('{"0":"x"}', "$[0]"), "x", None),
    ("json_extract_scalar", ("[-5, -0, 1e2, 123456789012345678901234567890]", "$[0]"), "-5", None),
    ("json_extract_scalar", ("[-5, -0, 1e2, 123456789012345678901234567890]", "$[1]"), "-0", None),
    ("json_extract_scalar", ("[-5, -0, 1e2, 123456789012345678901234567890]", "$[2]"), "1e2", None),
    (
        "json_extract_scalar",
        ("[1, 123456789012345678901234567890]", "$[1]"),
        "123456789012345678901234567890",
        None,
    ),
    ("json_extract_scalar", ('{"a": {"b c": "\\u00e9\\n"}}', '$.a["b c"]'), "é\n", None),
    ("json_extract_scalar", ('{"a": NaN}', "$.a"), None, None),
    ("json_extract_scalar", ("", "$.a"), None, None),
    (
        "json_extract",
        ('{"a": [1, {"z": 1, "y": "\\u001f/\\""}]}', "$.a"),
        '[1,{"z":1,"y":"\\u001F/\\""}]',
        None,
    ),
    ("json_extract", ('{"a": [1, {"z": 1e300}]}', "$.a"), '[1,{"z":1.0E300}]', None),
    ("json_extract", ('{"a": [NaN]}', "$.a"), None, None),
    ("json_extract_scalar", ('{"x": [1,], "a": 1}', "$.a"), None, None),
    ("json_extract_scalar", ('{"info": "nan,]", "a": 1}', "$.a"), "1", None),
    ("json_extract", ('{"a": [1,]}', "$.a"), None, None),
    ("json_extract", ('{"a": 1}', "$.b"), None, None),
    ("json_extract", ("[123456789012345678901234567890]", "$[0]"), "123456789012345678901234567890", None),
    ("json_parse", ('{"b":"\\u001f","a":[]}',), '{"a":[],"b":"\\u001F"}', "json"),
    ("json_format", (Sql("'[1,2]'", "json"),), "[1,2]", "varchar"),
    ("json_parse", ('{"b": [1, 2.0], "a": "é\\u00e9/"}',), '{"a":"éé/","b":[1,2.0]}', "json"),
    ("json_parse", (" null ",), "null", "json"),
    ("json_size", ('{"x": {"a": 1, "b": 2}}', "$.x"), 2, "bigint"),
    ("json_size", ('{"x": [1, 2, 3]}', "$.x"), 3, "bigint"),
    ("json_size", ('{"x": {"a": 1, "b": 2}}', "$.x.a"), 0, "bigint"),
    ("json_size", ("{}", "$.x"), None, "bigint"),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("json_parse", ("not_json",), "Cannot convert value to JSON: 'not_json'"),
        ("json_parse", ("[1] 2",), "Cannot convert value to JSON: '[1] 2'"),
        ("json_parse", ("NaN",), "Cannot convert value to JSON: 'NaN'"),
        ("json_extract", ("{}", "$.*"), "Invalid JSON path: '$.*'"),
        ("json_extract_scalar", ("{}", "a.b"), "Invalid JSON path: 'a.b'"),
        ("json_extract", ("{}", Sql("'$..a'", "varchar")), "Invalid JSON path: '$..a'"),
        ("is_json_scalar", ("x",), "Invalid JSON value: x"),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (123456789.5, "1.234567895E8"),
        (1.5e-10, "1.5E-10"),
        (1e300, "1.0E300"),
        (100.25, "100.25"),
        (math.inf, "Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_doubles_read_as_in_java(value, text):
    assert json_values.java_double(value) == text
