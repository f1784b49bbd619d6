"""https://trino.io/docs/current/functions/json.html: SQL/JSON by the page's examples."""

from typing import Any

import pytest
from localstack_lab.athena.sql.functions.sql_json import paths
from localstack_lab.athena.sql.functions.sql_json.evaluation import evaluate
from localstack_lab.athena.sql.functions.sql_json.functions import read
from localstack_lab.athena.sql.functions.sql_json.items import Failed, dump

from tests.emulator.athena.sql.running import Runner, runner

REGIONS = (
    '[{"customer" : 100, "region" : "AFRICA"}, {"region" : "ASIA"}, '
    '{"customer" : 300, "region" : "AFRICA", "comment" : null}]'
)
ARRAYS = '[[0, 1, 2], ["a", "b", "c", "d"], [null, null]]'
NESTED = (
    '{"id" : 1, "notes" : [{"type" : 1, "comment" : "foo"}, {"type" : 2, "comment" : null}], '
    '"comment" : ["bar", "baz"]}'
)
MIXED = '[[1, "a", null], {"key1" : 1.0, "key2" : true}, -2e3]'
PATHS = [
    ("lax $.customer", REGIONS, "100 300"),
    ("lax $.*", REGIONS, '100 "AFRICA" "ASIA" 300 "AFRICA" null'),
    ("lax $..comment", NESTED, '["bar","baz"] "foo" null'),
    ("strict $..comment", NESTED, '["bar","baz"] "foo" null'),
    ("lax $[*][last]", ARRAYS, '2 "d" null'),
    ("lax $[*][2 to 3]", ARRAYS, '2 "c" "d"'),
    ("lax $[*][1, 0, 0]", ARRAYS, '1 0 0 "b" "a" "a" null null null'),
    ("lax $[*][*]", ARRAYS, '0 1 2 "a" "b" "c" "d" null null'),
    ("lax $[*].size()", ARRAYS, "3 4 2"),
    ("strict $[*].size()", ARRAYS, "3 4 2"),
    ("lax $[5 to 3]", "[1, 2]", ""),
    ("lax $[-1]", "[1, 2]", ""),
    ("lax $[last - 1]", "[1, 2, 3]", "2"),
    ("lax $[0]", "7", "7"),
    (
        'lax $?(@.region != "ASIA")',
        REGIONS,
        '{"customer":100,"region":"AFRICA"} {"customer":300,"region":"AFRICA","comment":null}',
    ),
    ("lax $?(!exists(@.customer))", REGIONS, '{"region":"ASIA"}'),
    ('lax $.region?(@ starts with "AF")', REGIONS, '"AFRICA" "AFRICA"'),
    ('lax $?((@.customer > "x") is unknown).region', REGIONS, '"AFRICA" "AFRICA"'),
    ('lax $?(@.customer > 50 && @.customer < 200 || @.region == "ASIA").region', REGIONS, '"AFRICA" "ASIA"'),
    ("lax $?((@.customer + 1) > 101).customer", REGIONS, "300"),
    ("lax $?(@.comment == null).customer", REGIONS, "300"),
    ("lax $.double()", '[-1, 23e4, "5.6"]', "-1.0 230000.0 5.6"),
    ("lax $.ceiling()", "[-1.5, -1, 1.3]", "-1.0 -1 2.0"),
    ("lax $.floor()", "[-1.5, -1, 1.3]", "-2.0 -1 1.0"),
    ("lax $.abs()", "[-1.5, -1, 1.3]", "1.5 1 1.3"),
    (
        "lax $.keyvalue()",
        REGIONS,
        '{"name":"customer","value":100,"id":0} {"name":"region","value":"AFRICA","id":0} '
        '{"name":"region","value":"ASIA","id":1} {"name":"customer","value":300,"id":2} '
        '{"name":"region","value":"AFRICA","id":2} {"name":"comment","value":null,"id":2}',
    ),
    (
        "lax $[*].type()",
        '[null, 1, "a", true, [], {}]',
        '"null" "number" "string" "boolean" "array" "object"',
    ),
    ("lax $[*].size()", MIXED, "3 1 1"),
    ("strict $[*]", MIXED, '[1,"a",null] {"key1":1.0,"key2":true} -2000.0'),
    ("strict ($.price + $.tax)?(@ > 99.9)", '{"price": 99, "tax": 1.5}', "100.5"),
    ("lax $[0 to 1].floor()?(@ > 10)", "[10.5, 11.5, 12.5]", "11.0"),
    ("lax -$.a * 2 + 1", '{"a": 3}', "-5"),
    ("lax 7 % 4 - 1", "0", "2"),
    ("lax 1.50 + 2", "0", "3.50"),
    ("lax 1 / 3.00", "0", "0.33"),
    ("lax -7 / 2", "0", "-3"),
    ('lax $."a ""b"""', '{"a \\"b\\"": 1}', "1"),
    ("lax $.last.type", '{"last": {"type": 5}}', "5"),
]
FAILURES = [
    ("strict $.customer", '{"region": 1}', "structural error: missing member 'customer' in JSON object"),
    ("strict $.a", "[1]", "invalid item type. Expected: OBJECT, actual: ARRAY"),
    ("strict $[0]", "1", "invalid item type. Expected: ARRAY, actual: NUMBER"),
    ("strict $[5 to 3]", "[1, 2]", "structural error: invalid array subscript: [5, 3] for array of size 2"),
    ("strict $[0]", "[]", "structural error: invalid array subscript for empty array"),
    ("lax $[*].floor()", MIXED, "invalid item type. Expected: NUMBER, actual: STRING"),
    ("lax $ / 0", "1", ""),
    ("lax $ + 2147483647", "1", ""),
    ("lax $[*] + 1", "[1, 2]", "arithmetic binary expression requires singleton operands"),
    ("lax $.keyvalue()", "1", "invalid item type. Expected: OBJECT, actual: NUMBER"),
    ("lax last", "1", "accessing the last array index with no enclosing array"),
]


@pytest.fixture(scope="module")
def lab() -> Runner:
    return runner()


def found(path: str, document: str) -> str:
    return " ".join(dump(item) for item in evaluate(paths.parse(path), read(document), {}))


@pytest.mark.parametrize(("path", "document", "items"), PATHS)
def test_paths_find_what_the_page_says(path: str, document: str, items: str) -> None:
    assert found(path, document) == items


@pytest.mark.parametrize(("path", "document", "reason"), FAILURES)
def test_paths_fail_where_the_page_says(path: str, document: str, reason: str) -> None:
    with pytest.raises(Failed) as failure:
        found(path, document)
    assert str(failure.value) == reason


NICE = """'{"comment" : "nice", "children" : [10, 13, 16]}'"""
VALUES: list[tuple[str, Any, str]] = [
    (f"json_exists({NICE}, 'lax $.children[*]?(@ > 10)')", True, "boolean"),
    (f"json_exists({NICE}, 'strict $.children[5]?(@ > 10)' UNKNOWN ON ERROR)", None, "boolean"),
    (f"json_exists({NICE}, 'strict $.children[5]')", False, "boolean"),
    (f"json_exists({NICE}, 'strict $.children[5]' TRUE ON ERROR)", True, "boolean"),
    ("json_exists('[', 'lax $')", False, "boolean"),
    ("json_exists(CAST(NULL AS varchar), 'lax $')", None, "boolean"),
    ("json_exists('[1, 2]', 'lax $?(@ == $X)' PASSING 2 AS x)", True, "boolean"),
    ("json_exists('[1.5]', 'lax $?(@ > $low)' PASSING DECIMAL '1.4' AS \"low\")", True, "boolean"),
    ("json_exists('[null]', 'lax $?(@ == $N)' PASSING NULL AS n)", True, "boolean"),
    ("json_exists('1', 'lax $O.k' PASSING '{\"k\": 1}' FORMAT JSON AS o)", True, "boolean"),
    (f"json_query({NICE}, 'lax $.children')", "[10,13,16]", "varchar"),
    (f"json_query({NICE}, 'lax $.children[*]' WITHOUT ARRAY WRAPPER NULL ON ERROR)", None, "varchar"),
    (f"json_query({NICE}, 'lax $.children[last]' WITH ARRAY WRAPPER)", "[16]", "varchar"),
    (f"json_query({NICE}, 'lax $.children' WITH CONDITIONAL WRAPPER)", "[10,13,16]", "varchar"),
    (f"json_query({NICE}, 'lax $.children' WITH UNCONDITIONAL WRAPPER)", "[[10,13,16]]", "varchar"),
    (f"json_query({NICE}, 'strict $.children[*]?(@ > 12)' WITH ARRAY WRAPPER)", "[13,16]", "varchar"),
    (
        f"json_query({NICE}, 'strict $.children[*]?(@ > 20)' WITH ARRAY WRAPPER EMPTY ARRAY ON EMPTY)",
        "[]",
        "varchar",
    ),
    (f"json_query({NICE}, 'strict $.x' EMPTY OBJECT ON ERROR)", "{}", "varchar"),
    (f"json_query({NICE}, 'strict $.comment' KEEP QUOTES)", '"nice"', "varchar"),
    (f"json_query({NICE}, 'strict $.comment' OMIT QUOTES ON SCALAR STRING)", "nice", "varchar"),
    (f"json_query({NICE}, 'lax $.children' RETURNING varchar(3))", "[10", "varchar(3)"),
    (
        "json_query('[1]', 'lax $' RETURNING varbinary FORMAT JSON ENCODING UTF16)",
        b"[\0001\0]\0",
        "varbinary",
    ),
    (f"json_value({NICE}, 'lax $.comment')", "nice", "varchar"),
    (f"json_value({NICE}, 'lax $.comment' RETURNING char(12))", "nice        ", "char(12)"),
    (f"json_value({NICE}, 'lax $.children[0]' RETURNING tinyint)", 10, "tinyint"),
    (f"json_value({NICE}, 'strict $.children[2]' DEFAULT 'err' ON ERROR)", "16", "varchar"),
    (f"json_value({NICE}, 'strict $.children[3]' DEFAULT 'err' ON ERROR)", "err", "varchar"),
    (f"json_value({NICE}, 'lax $.children[3]' DEFAULT 'missing' ON EMPTY)", "missing", "varchar"),
    (f"json_value({NICE}, 'lax $.children[3]' RETURNING bigint DEFAULT -1 ON EMPTY)", -1, "bigint"),
    (f"json_value({NICE}, 'lax $.comment' RETURNING bigint)", None, "bigint"),
    (
        f"json_value({NICE}, 'lax $.comment' RETURNING bigint DEFAULT 0 ON EMPTY DEFAULT 7 ON ERROR)",
        7,
        "bigint",
    ),
    (f"json_value({NICE}, 'lax $.children')", None, "varchar"),
    ("json_value('{\"a\": null}', 'lax $.a' DEFAULT 'x' ON EMPTY DEFAULT 'y' ON ERROR)", None, "varchar"),
    ("json_value('{\"a\": true}', 'lax $.a')", "true", "varchar"),
    ("json_value('{\"a\": true}', 'lax $.a' RETURNING boolean)", True, "boolean"),
    ("json_value('{\"a\": 1.5}', 'lax $.a')", "1.5E0", "varchar"),
    ("json_value('{\"a\": 1.5}', 'lax $.a' RETURNING double)", 1.5, "double"),
    ("json_value('{\"a\": 300}', 'lax $.a' RETURNING tinyint)", None, "tinyint"),
    ("CAST(json_value('\"2024-01-31\"', 'lax $' RETURNING date) AS varchar)", "2024-01-31", "varchar"),
    ("json_value('3', 'lax $ * 1.50')", "4.50", "varchar"),
    ("json_value('3', 'lax $ * 1.50' RETURNING integer)", 5, "integer"),
    ("json_value(X'5B0035005D00' FORMAT JSON ENCODING UTF16, 'lax $[0]')", "5", "varchar"),
    ("json_value('{}', 'lax $.a' RETURNING bigint DEFAULT 1/0 ON EMPTY)", None, "bigint"),
    ("json_value('{}', 'lax $.a' RETURNING bigint DEFAULT 1/0 ON EMPTY DEFAULT 2 ON ERROR)", 2, "bigint"),
    ("json_value('7', 'lax $' RETURNING bigint DEFAULT 1/0 ON EMPTY DEFAULT 1/0 ON ERROR)", 7, "bigint"),
    ("json_value('{\"a\": \"\\ud800\"}', 'lax $.a')", "?", "varchar"),
    ("json_query('1 rest', 'lax $')", "1", "varchar"),
    ("json_query('1rest', 'lax $' EMPTY ARRAY ON ERROR)", "[]", "varchar"),
    ("json_value('1', 'lax $ + $S' PASSING SMALLINT '2' AS s RETURNING smallint)", 3, "smallint"),
    (
        "json_array(REAL '1.1', DECIMAL '1.50', nan(), CAST('x' AS char(2)))",
        '[1.1,1.50,"NaN","x "]',
        "varchar",
    ),
    ("TRY(json_query('[', 'lax $' ERROR ON ERROR))", None, "varchar"),
    ("json_array(true, 12e-1, 'text')", '[true,1.2,"text"]', "varchar"),
    (
        "json_array('[  \"text\"  ] ' FORMAT JSON, X'5B0035005D00' FORMAT JSON ENCODING UTF16)",
        '[["text"],[5]]',
        "varchar",
    ),
    ("json_array(json_query('{\"key\" : [  \"value\"  ]}', 'lax $.key'))", '[["value"]]', "varchar"),
    (
        "json_array(DATE '2001-01-31', UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59')",
        '["2001-01-31","12151fd2-7586-11e9-8f9e-2a86e4085a59"]',
        "varchar",
    ),
    ("json_array()", "[]", "varchar"),
    ("json_array(true, null, 1)", "[true,1]", "varchar"),
    ("json_array(true, null, 1 ABSENT ON NULL)", "[true,1]", "varchar"),
    ("json_array(true, null, 1 NULL ON NULL)", "[true,null,1]", "varchar"),
    ("json_array(true, 1 RETURNING VARCHAR(100))", "[true,1]", "varchar(100)"),
    ("json_array(true, 1 RETURNING VARBINARY)", b"[true,1]", "varbinary"),
    (
        "json_array(true RETURNING VARBINARY FORMAT JSON ENCODING UTF32)",
        "[true]".encode("utf-32-le"),
        "varbinary",
    ),
    ("json_object('key1' : 1, 'key2' : true)", '{"key1":1,"key2":true}', "varchar"),
    ("json_object(KEY 'key1' VALUE 1, KEY 'key2' VALUE true)", '{"key1":1,"key2":true}', "varchar"),
    ("json_object('key1' VALUE 1, 'key2' VALUE true)", '{"key1":1,"key2":true}', "varchar"),
    ("json_object('x' : true, 'y' : 12e-1, 'z' : 'text')", '{"x":true,"y":1.2,"z":"text"}', "varchar"),
    ("json_object('x' : '[  \"text\"  ] ' FORMAT JSON)", '{"x":["text"]}', "varchar"),
    ("json_object('x' : json_object('y' : 1))", '{"x":{"y":1}}', "varchar"),
    ("json_object()", "{}", "varchar"),
    ("json_object('x' : null, 'y' : 1)", '{"x":null,"y":1}', "varchar"),
    ("json_object('x' : null, 'y' : 1 NULL ON NULL)", '{"x":null,"y":1}', "varchar"),
    ("json_object('x' : null, 'y' : 1 ABSENT ON NULL)", '{"y":1}', "varchar"),
    ("json_object('x' : 1 WITHOUT UNIQUE KEYS RETURNING VARCHAR(100))", '{"x":1}', "varchar(100)"),
    ("json_object('x' : 1 WITH UNIQUE)", '{"x":1}', "varchar"),
]


@pytest.mark.parametrize(("expression", "answer", "kind"), VALUES)
def test_functions_answer_as_the_page_says(lab: Runner, expression: str, answer: Any, kind: str) -> None:
    assert lab.value(expression) == answer
    assert lab.type(expression) == kind


ERRORS = [
    (
        "json_value('{}', 'lax $.a' RETURNING bigint DEFAULT 1/0 ON EMPTY ERROR ON ERROR)",
        "DIVISION_BY_ZERO: Division by zero",
    ),
    (
        "json_value('300', 'lax $' RETURNING tinyint ERROR ON ERROR)",
        "JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: Cannot cast value of type integer to "
        "declared return type of function JSON_VALUE: tinyint",
    ),
    (
        "json_query(JSON '{}', 'lax $')",
        "TYPE_MISMATCH: line 1:19: Cannot read input of type json as JSON using formatting JSON",
    ),
    (
        "json_value('1', 'lax $' RETURNING bigint DEFAULT max(1) OVER () ON ERROR)",
        "NOT_SUPPORTED: line 1:57: A window function in DEFAULT is not supported",
    ),
    (
        "json_value('1', 'lax $' RETURNING bigint DEFAULT (SELECT 1) ON ERROR)",
        "NOT_SUPPORTED: line 1:57: A subquery in DEFAULT is not supported",
    ),
    (
        "json_query(lpad('', 30000, '[') || lpad('', 30000, ']'), 'lax $')",
        "NOT_SUPPORTED: JSON so deep is not supported by this emulator",
    ),
    ("json_query('', 'lax $')", "NOT_SUPPORTED: An empty text as JSON is not supported by this emulator"),
    (
        "json_exists('1', 'lax $' PASSING DATE '2024-01-01' AS d)",
        "NOT_SUPPORTED: line 1:41: A JSON path parameter of type date is not supported",
    ),
    (
        "json_exists('1', 'lax $' PASSING 1 AS d, 2 AS D)",
        "DUPLICATE_PARAMETER_NAME: line 1:49: D JSON path parameter is specified more than once",
    ),
    (
        "json_object('x' : 1, 'x' : 2)",
        "NOT_SUPPORTED: cannot construct a JSON object with duplicate key",
    ),
    ("json_exists('[', 'lax $' ERROR ON ERROR)", "JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed:"),
    (
        "json_exists('{}', 'strict $.a' ERROR ON ERROR)",
        "PATH_EVALUATION_ERROR: path evaluation failed: structural error: missing member 'a' in JSON object",
    ),
    (
        "json_query('[1, 2]', 'lax $[*]' ERROR ON ERROR)",
        "JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found multiple items",
    ),
    (
        "json_query('{}', 'lax $.a' ERROR ON EMPTY)",
        "JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found no items",
    ),
    (
        "json_query('{}', 'lax $' WITH WRAPPER OMIT QUOTES)",
        "INVALID_FUNCTION_ARGUMENT: line 1:8: OMIT QUOTES behavior specified with WITH UNCONDITIONAL ARRAY "
        "WRAPPER behavior",
    ),
    (
        "json_value('{}', 'lax $.a' ERROR ON EMPTY)",
        "JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: JSON path found no items",
    ),
    (
        "json_value('[1, 2]', 'lax $[*]' ERROR ON ERROR)",
        "JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: JSON path found multiple items",
    ),
    (
        "json_value('[]', 'lax $' RETURNING array(integer))",
        "TYPE_MISMATCH: line 1:8: Invalid return type of function JSON_VALUE: array(integer)",
    ),
    (
        "json_value('1', 'lax $' RETURNING bigint DEFAULT 'x' ON ERROR)",
        "TYPE_MISMATCH: line 1:57: Function JSON_VALUE default ON ERROR result must evaluate to a bigint",
    ),
    (
        "json_value(1, 'lax $')",
        "TYPE_MISMATCH: line 1:19: Cannot read input of type integer as JSON using formatting JSON",
    ),
    ("json_exists('1', '$')", "SYNTAX_ERROR: line 1:26: mismatched input '$'"),
    ("json_exists('1', 'lax $.')", "SYNTAX_ERROR: line 1:32: mismatched input '<EOF>'"),
    ("json_exists('1', lax)", "line 1:25: mismatched input 'lax'"),
    (
        "json_exists('1', 'lax $x' PASSING 1 AS x)",
        'INVALID_PATH: line 1:25: no value passed for parameter x. Try quoting "x" in the PASSING clause',
    ),
    ("json_exists('1', 'lax $x')", "INVALID_PATH: line 1:25: no value passed for parameter x"),
    (
        "json_exists('1', 'lax $.datetime()')",
        "NOT_SUPPORTED: line 1:25: The JSON path method datetime() is not supported",
    ),
    (
        "json_exists('1', 'lax $?(@ like_regex \"a\")')",
        "NOT_SUPPORTED: line 1:25: The JSON path predicate like_regex is not supported",
    ),
    (
        "json_object('x' : null, 'x' : 1 WITH UNIQUE KEYS)",
        "INVALID_FUNCTION_ARGUMENT: duplicate key passed to JSON_OBJECT function",
    ),
    ("json_object(NULL : 1)", "INVALID_FUNCTION_ARGUMENT: null value passed for JSON object key"),
    ("json_array(1 RETURNING bigint)", "TYPE_MISMATCH: line 1:8: Cannot output JSON value as bigint"),
    (
        "json_array(X'00')",
        "NOT_SUPPORTED: line 1:19: Unsupported type of value passed to JSON_ARRAY function",
    ),
    ("json_array('[' FORMAT JSON)", "JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed:"),
]


@pytest.mark.parametrize(("expression", "error"), ERRORS)
def test_functions_fail_as_trino_does(lab: Runner, expression: str, error: str) -> None:
    assert lab.error(f"SELECT {expression}").startswith(error)


def test_members_come_in_the_order_of_a_hash_map(lab: Runner) -> None:
    assert lab.value("json_object('b' : 1, 'a' : 2)") == '{"a":2,"b":1}'


def test_json_functions_over_rows_groups_and_lambdas(lab: Runner) -> None:
    rows = lab.rows(
        "SELECT json_value(j, 'lax $.k' RETURNING integer), json_array(count(*), max(n)) FROM (VALUES "
        "('{\"k\": 1}', 1), ('{\"k\": 1}', 2), ('{\"k\": 2}', 3)) AS t(j, n) "
        "GROUP BY json_value(j, 'lax $.k' RETURNING integer) ORDER BY 1"
    )
    assert rows == [(1, "[2,2]"), (2, "[1,3]")]
    assert lab.value("""transform(ARRAY['{"a": 1}', '{}'], x -> json_exists(x, 'lax $.a'))""") == [
        True,
        False,
    ]
    picked = lab.rows("SELECT json_object('id' : id, 'who' : customer) FROM orders ORDER BY id")
    assert picked[2] == ('{"id":3,"who":null}',)
