"""JSON in strings and the type json."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, value

PAGE = f"{TRINO}/functions/json.html"
EXTRACTING = f"{ATHENA}/extracting-data-from-JSON.html"
SEARCHING = f"{ATHENA}/searching-for-values.html"
SIZES = f"{ATHENA}/length-and-size.html"
SUSAN = (
    """WITH dataset AS (SELECT '{"name": "Susan Smith", "org": "engineering", "projects": ["""
    """{"name":"project1", "completed":false}, {"name":"project2", "completed":true}]}' AS blob) """
)
USERS = (
    """WITH dataset AS (SELECT * FROM (VALUES"""
    """ (JSON '{"name": "Bob Smith", "org": "legal", "projects": ["""
    """{"name":"project1", "completed":false}]}'),"""
    """ (JSON '{"name": "Susan Smith", "org": "engineering", "projects": ["""
    """{"name":"project2", "completed":true}, {"name":"project3", "completed":true}]}'),"""
    """ (JSON '{"name": "Jane Smith", "org": "finance", "projects": ["""
    """{"name":"project2", "completed":true}]}')"""
    """ ) AS t (users))"""
)
CUSTOMERS = (
    """ FROM (VALUES (101, '{"comment" : "nice", "children" : [10, 13, 16]}'),"""
    """ (102, '{"comment" : "problematic", "children" : [8, 11]}'),"""
    """ (103, '{"comment" : "knows best", "children" : [2]}')) AS customers(id, description)"""
)

CASES = [
    value(PAGE, "CAST(NULL AS JSON)", None),
    value(PAGE, "CAST(1 AS JSON)", "1"),
    value(PAGE, "CAST(9223372036854775807 AS JSON)", "9223372036854775807"),
    value(PAGE, "CAST('abc' AS JSON)", '"abc"'),
    value(PAGE, "CAST(true AS JSON)", "true"),
    value(PAGE, "CAST(1.234 AS JSON)", "1.234"),
    value(PAGE, "CAST(ARRAY[1, NULL, 456] AS JSON)", "[1,null,456]"),
    value(PAGE, "CAST(ARRAY[ARRAY[1, 23], ARRAY[456]] AS JSON)", "[[1,23],[456]]"),
    value(PAGE, "CAST(MAP(ARRAY['k1', 'k2', 'k3'], ARRAY[1, 23, 456]) AS JSON)", '{"k1":1,"k2":23,"k3":456}'),
    value(
        PAGE,
        "CAST(CAST(ROW(123, 'abc', true) AS ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN)) AS JSON)",
        '{"v1":123,"v2":"abc","v3":true}',
    ),
    value(PAGE, "CAST(JSON 'null' AS VARCHAR)", None),
    value(PAGE, "CAST(JSON '1' AS INTEGER)", "1"),
    value(PAGE, "CAST(JSON '9223372036854775807' AS BIGINT)", "9223372036854775807"),
    value(PAGE, """CAST(JSON '"abc"' AS VARCHAR)""", "abc"),
    value(PAGE, "CAST(JSON 'true' AS BOOLEAN)", "true"),
    value(PAGE, "CAST(JSON '1.234' AS DOUBLE)", "1.234"),
    value(PAGE, "CAST(JSON '[1,null,456]' AS ARRAY(INTEGER))", "[1, null, 456]"),
    value(PAGE, "CAST(JSON '[[1,23],[456]]' AS ARRAY(ARRAY(INTEGER)))", "[[1, 23], [456]]"),
    value(
        PAGE,
        """CAST(JSON '{"k1":1,"k2":23,"k3":456}' AS MAP(VARCHAR, INTEGER))""",
        "{k1=1, k2=23, k3=456}",
    ),
    value(
        PAGE,
        """CAST(JSON '{"v1":123,"v2":"abc","v3":true}' AS ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN))""",
        "{v1=123, v2=abc, v3=true}",
    ),
    value(
        PAGE,
        """CAST(JSON '[123,"abc",true]' AS ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN))""",
        "{v1=123, v2=abc, v3=true}",
    ),
    value(PAGE, "CAST(JSON '[[1, 23], 456]' AS ARRAY(JSON))", "[[1,23], 456]"),
    value(
        PAGE,
        """CAST(JSON '{"k1": [1, 23], "k2": 456}' AS MAP(VARCHAR, JSON))""",
        "{k1=[1,23], k2=456}",
    ),
    value(PAGE, "is_json_scalar('1')", "true"),
    value(PAGE, "is_json_scalar('[1, 2, 3]')", "false"),
    value(PAGE, "json_array_contains('[1, 2, 3]', 2)", "true"),
    value(PAGE, """json_array_get('["a", [3, 9], "c"]', 1)""", "[3,9]"),
    value(PAGE, """json_array_get('["c", [3, 9], "a"]', -2)""", "[3,9]"),
    value(PAGE, "json_array_get('[]', 0)", None),
    value(PAGE, "json_array_length('[1, 2, 3]')", "3"),
    value(PAGE, """json_extract('{"store": {"book": [1, 2]}}', '$.store.book')""", "[1,2]"),
    value(PAGE, """json_extract('{"store": {"book name": "x"}}', '$.store["book name"]')""", '"x"'),
    value(PAGE, "json_extract_scalar('[1, 2, 3]', '$[2]')", "3"),
    value(PAGE, """json_extract_scalar('{"a": {"b": 1}}', '$.a')""", None),
    value(PAGE, """json_extract_scalar('{"a": true}', '$.a')""", "true"),
    value(PAGE, """json_extract_scalar('{"a": null}', '$.a')""", None),
    value(PAGE, "json_extract_scalar('not json', '$.a')", None),
    value(PAGE, """json_format(JSON '{"a": 1, "b": 2}')""", '{"a":1,"b":2}'),
    value(PAGE, """json_format(JSON '"abc"')""", '"abc"'),
    value(PAGE, "json_format(JSON 'null')", "null"),
    fails(PAGE, """SELECT CAST(JSON '{"a": 1, "b": 2}' AS VARCHAR)""", "INVALID_CAST_ARGUMENT: Cannot cast"),
    fails(PAGE, "SELECT CAST(JSON '[1, 2, 3]' AS VARCHAR)", "INVALID_CAST_ARGUMENT: Cannot cast"),
    value(PAGE, "CAST(JSON '42' AS VARCHAR)", "42"),
    fails(
        PAGE,
        "SELECT json_parse('not_json')",
        "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: 'not_json'",
    ),
    value(PAGE, "json_parse('[1, 2, 3]')", "[1,2,3]"),
    value(PAGE, "CAST('[1, 2, 3]' AS JSON)", '"[1, 2, 3]"'),
    value(PAGE, """CAST('"abc"' AS JSON)""", r'"\"abc\""'),
    value(PAGE, """json_size('{"x": {"a": 1, "b": 2}}', '$.x')""", "2"),
    value(PAGE, """json_size('{"x": [1, 2, 3]}', '$.x')""", "3"),
    value(PAGE, """json_size('{"x": {"a": 1, "b": 2}}', '$.x.a')""", "0"),
    answers(
        f"{PAGE}#json-exists",
        f"SELECT id, json_exists(description, 'lax $.children[*]?(@ > 10)'){CUSTOMERS}",
        ("101", "true"),
        ("102", "true"),
        ("103", "false"),
    ),
    answers(
        f"{PAGE}#json-exists",
        f"SELECT id, json_exists(description, 'strict $.children[2]?(@ > 10)' UNKNOWN ON ERROR){CUSTOMERS}",
        ("101", "true"),
        ("102", None),
        ("103", None),
    ),
    answers(
        f"{PAGE}#json-query",
        f"SELECT id, json_query(description, 'lax $.children'){CUSTOMERS}",
        ("101", "[10,13,16]"),
        ("102", "[8,11]"),
        ("103", "[2]"),
    ),
    answers(
        f"{PAGE}#json-query",
        "SELECT id, json_query(description, 'lax $.children[*]' WITHOUT ARRAY WRAPPER NULL ON ERROR)"
        f"{CUSTOMERS}",
        ("101", None),
        ("102", None),
        ("103", "2"),
    ),
    answers(
        f"{PAGE}#json-query",
        "SELECT id, json_query(description, 'strict $.children[*]?(@ > 12)' WITH ARRAY WRAPPER "
        f"EMPTY ARRAY ON EMPTY){CUSTOMERS}",
        ("101", "[13,16]"),
        ("102", "[]"),
        ("103", "[]"),
    ),
    answers(
        f"{PAGE}#json-query",
        "SELECT json_query(description, 'strict $.comment' KEEP QUOTES), "
        f"json_query(description, 'strict $.comment' OMIT QUOTES){CUSTOMERS}",
        ('"nice"', "nice"),
        ('"problematic"', "problematic"),
        ('"knows best"', "knows best"),
    ),
    answers(
        f"{PAGE}#json-value",
        f"SELECT id, json_value(description, 'lax $.comment' RETURNING char(12)){CUSTOMERS}",
        ("101", "nice        "),
        ("102", "problematic "),
        ("103", "knows best  "),
    ),
    answers(
        f"{PAGE}#json-value",
        f"SELECT id, json_value(description, 'lax $.children[0]' RETURNING tinyint){CUSTOMERS}",
        ("101", "10"),
        ("102", "8"),
        ("103", "2"),
    ),
    answers(
        f"{PAGE}#json-value",
        f"SELECT id, json_value(description, 'strict $.children[2]' DEFAULT 'err' ON ERROR){CUSTOMERS}",
        ("101", "16"),
        ("102", "err"),
        ("103", "err"),
    ),
    answers(
        f"{PAGE}#json-value",
        f"SELECT id, json_value(description, 'lax $.children[2]' DEFAULT 'missing' ON EMPTY){CUSTOMERS}",
        ("101", "16"),
        ("102", "missing"),
        ("103", "missing"),
    ),
    value(f"{PAGE}#json-array", "json_array(true, 12e-1, 'text')", '[true,1.2,"text"]'),
    value(f"{PAGE}#json-array", "json_array(true, null, 1 NULL ON NULL)", "[true,null,1]"),
    value(f"{PAGE}#json-object", "json_object('key1' : 1, 'key2' : true)", '{"key1":1,"key2":true}'),
    value(f"{PAGE}#json-object", "json_object('x' : null, 'y' : 1 ABSENT ON NULL)", '{"y":1}'),
    fails(
        f"{PAGE}#json-object",
        "SELECT json_object('x' : null, 'x' : 1 WITH UNIQUE KEYS)",
        "INVALID_FUNCTION_ARGUMENT: duplicate key passed to JSON_OBJECT function",
    ),
    # Athena's chapter
    answers(
        EXTRACTING,
        SUSAN
        + (
            "SELECT json_extract(blob, '$.name') AS name, json_extract(blob, '$.projects') AS projects"
            " FROM dataset"
        ),
        ('"Susan Smith"', '[{"name":"project1","completed":false},{"name":"project2","completed":true}]'),
        columns=("name", "projects"),
    ),
    answers(
        EXTRACTING,
        SUSAN + "SELECT json_extract_scalar(blob, '$.name') AS name, json_extract_scalar(blob,"
        " '$.projects') AS projects"
        " FROM dataset",
        ("Susan Smith", None),
    ),
    answers(
        EXTRACTING,
        SUSAN + "SELECT json_array_get(json_extract(blob, '$.projects'), 0) AS item FROM dataset",
        ('{"name":"project1","completed":false}',),
    ),
    answers(
        EXTRACTING,
        SUSAN + "SELECT json_extract_scalar(blob, '$.projects[0].name') AS project_name FROM dataset",
        ("project1",),
    ),
    answers(
        SEARCHING,
        """WITH dataset AS (SELECT * FROM (VALUES"""
        """ (JSON '{"name": "Bob Smith", "org": "legal", "projects": ["project1"]}'),"""
        """ (JSON '{"name": "Susan Smith", "org": "engineering","""
        """ "projects": ["project1", "project2", "project3"]}'),"""
        """ (JSON '{"name": "Jane Smith", "org": "finance", "projects": ["project1", "project2"]}')"""
        """ ) AS t (users)) SELECT json_extract_scalar(users, '$.name') AS user FROM dataset"""
        """ WHERE json_array_contains(json_extract(users, '$.projects'), 'project2')""",
        ("Susan Smith",),
        ("Jane Smith",),
        columns=("user",),
    ),
    answers(
        SEARCHING,
        USERS
        + ", employees AS (SELECT users, CAST(json_extract(users, '$.projects') AS ARRAY(MAP(VARCHAR, JSON)))"
        " AS projects_array FROM dataset),"
        " names AS (SELECT json_extract_scalar(users, '$.name') AS name, projects"
        " FROM employees, UNNEST (projects_array) AS t(projects))"
        " SELECT name, count(projects) AS completed_projects FROM names"
        " WHERE cast(element_at(projects, 'completed') AS BOOLEAN) = true GROUP BY name",
        ("Susan Smith", "2"),
        ("Jane Smith", "1"),
    ),
    answers(
        SIZES,
        USERS + " SELECT json_extract_scalar(users, '$.name') as name,"
        " json_array_length(json_extract(users, '$.projects')) as count FROM dataset ORDER BY count DESC",
        ("Susan Smith", "2"),
        ("Bob Smith", "1"),
        ("Jane Smith", "1"),
    ),
    answers(
        SIZES,
        USERS
        + " SELECT json_extract_scalar(users, '$.name') as name, json_size(users, '$.projects') as count"
        " FROM dataset ORDER BY count DESC",
        ("Susan Smith", "2"),
        ("Bob Smith", "1"),
        ("Jane Smith", "1"),
    ),
]
