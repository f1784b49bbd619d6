"""SELECT: clauses, joins, subqueries, set operations, UNNEST. The tables are those of `tables.py`."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, in_order

PAGE = f"{TRINO}/sql/select.html"
VALUES = f"{TRINO}/sql/values.html"
FLATTENING = f"{ATHENA}/flattening-arrays.html"
ENGINE_3 = f"{ATHENA}/engine-versions-reference-0003.html"
ROWS = f"{ATHENA}/rows-and-structs.html"
USERS = (
    "WITH dataset AS (SELECT ARRAY["
    "CAST(ROW('Sally', 'engineering', ARRAY[1,2,3,4]) AS ROW(name VARCHAR, department VARCHAR,"
    " scores ARRAY(INTEGER))),"
    "CAST(ROW('John', 'finance', ARRAY[7,8,9]) AS ROW(name VARCHAR, department VARCHAR, scores"
    " ARRAY(INTEGER))),"
    "CAST(ROW('Amy', 'devops', ARRAY[12,13,14,15]) AS ROW(name VARCHAR, department VARCHAR, scores"
    " ARRAY(INTEGER)))"
    "] AS users), users AS (SELECT person, score FROM dataset, UNNEST(dataset.users) AS t(person),"
    " UNNEST(person.scores) AS t(score)) "
)


def site(host: str, *flags: tuple[str, int]) -> str:
    maps = ", ".join(f"MAP(ARRAY['term', 'count'], ARRAY['{term}', '{count}'])" for term, count in flags)
    return (
        f"CAST(ROW('{host}', ROW(ARRAY[{maps}])) AS"
        " ROW(hostname VARCHAR, flaggedActivity ROW(flags ARRAY(MAP(VARCHAR, VARCHAR)))))"
    )


SITES = (
    "WITH dataset AS (SELECT ARRAY["
    + ", ".join(
        [
            site("aws.amazon.com", ("bigdata", 10), ("serverless", 50), ("analytics", 82), ("iot", 74)),
            site("news.cnn.com", ("politics", 241), ("technology", 211), ("serverless", 25), ("iot", 170)),
            site("netflix.com", ("cartoons", 1020), ("house of cards", 112042), ("iot", 4)),
        ]
    )
    + (
        "] AS items), sites AS (SELECT sites.hostname, sites.flaggedactivity FROM dataset,"
        " UNNEST(items) t(sites)) "
    )
)

CASES = [
    # clauses
    answers(PAGE, "SELECT 1", ("1",), columns=("_col0",)),
    answers(PAGE, "select Name as NAME from NATION where NATIONKEY = 7", ("GERMANY",), columns=("NAME",)),
    answers(PAGE, 'SELECT "name" FROM "shop"."nation" WHERE nationkey = 0', ("ALGERIA",), columns=("name",)),
    answers(
        PAGE, 'SELECT n.name FROM "awsdatacatalog"."shop"."nation" n WHERE n.nationkey = 0', ("ALGERIA",)
    ),
    answers(
        PAGE,
        "WITH x AS (SELECT regionkey, max(nationkey) AS b FROM nation GROUP BY regionkey)"
        " SELECT regionkey, b FROM x WHERE b > 22",
        ("1", "24"),
        ("3", "23"),
    ),
    answers(
        PAGE,
        "WITH x AS (SELECT a FROM (VALUES 7) AS t(a)), y AS (SELECT a AS b FROM x), z AS (SELECT b"
        " AS c FROM y)"
        " SELECT c FROM z",
        ("7",),
        columns=("c",),
    ),
    answers(
        PAGE,
        "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t",
        ("10",),
    ),
    in_order(
        PAGE,
        "SELECT name FROM nation ORDER BY name OFFSET 22",
        ("UNITED KINGDOM",),
        ("UNITED STATES",),
        ("VIETNAM",),
    ),
    in_order(PAGE, "SELECT * FROM (VALUES 5, 2, 4, 1, 3) t(x) ORDER BY x OFFSET 2 LIMIT 2", ("3",), ("4",)),
    answers(
        PAGE,
        "SELECT name, regionkey FROM nation ORDER BY regionkey FETCH FIRST ROW WITH TIES",
        ("ETHIOPIA", "0"),
        ("MOROCCO", "0"),
        ("KENYA", "0"),
        ("ALGERIA", "0"),
        ("MOZAMBIQUE", "0"),
    ),
    in_order(
        PAGE, "SELECT name FROM region ORDER BY name FETCH FIRST 2 ROWS ONLY", ("AFRICA",), ("AMERICA",)
    ),
    answers(PAGE, "SELECT count(*) FROM region LIMIT ALL", ("5",)),
    in_order(PAGE, "SELECT x FROM (VALUES 2, NULL, 1) t(x) ORDER BY x", ("1",), ("2",), (None,)),
    in_order(PAGE, "SELECT x FROM (VALUES 2, NULL, 1) t(x) ORDER BY x DESC", ("2",), ("1",), (None,)),
    in_order(PAGE, "SELECT x FROM (VALUES 2, NULL, 1) t(x) ORDER BY x NULLS FIRST", (None,), ("1",), ("2",)),
    in_order(PAGE, "SELECT x, -x AS y FROM (VALUES 2, 1) t(x) ORDER BY 2", ("2", "-2"), ("1", "-1")),
    in_order(PAGE, "SELECT -x AS x FROM (VALUES 2, 1) t(x) ORDER BY x", ("-2",), ("-1",)),
    answers(PAGE, "SELECT DISTINCT x FROM (VALUES 1, 1, NULL, NULL) t(x)", ("1",), (None,)),
    answers(PAGE, "SELECT 1 AS a, 2 AS a", ("1", "2"), columns=("a", "a")),
    answers(
        VALUES,
        "VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        ("1", "a"),
        ("2", "b"),
        ("3", "c"),
        columns=("_col0", "_col1"),
    ),
    answers(
        VALUES,
        "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (id, name) WHERE id = 2",
        ("2", "b"),
        columns=("id", "name"),
    ),
    # joins
    answers(PAGE, "SELECT count(*) FROM nation CROSS JOIN region", ("125",)),
    answers(PAGE, "SELECT count(*) FROM nation, region", ("125",)),
    in_order(
        PAGE,
        (
            "SELECT n.name AS nation, r.name AS region FROM nation AS n CROSS JOIN region AS r ORDER BY"
            " 1, 2 LIMIT 3"
        ),
        ("ALGERIA", "AFRICA"),
        ("ALGERIA", "AMERICA"),
        ("ALGERIA", "ASIA"),
        columns=("nation", "region"),
    ),
    answers(
        PAGE,
        "SELECT name, x, y FROM nation CROSS JOIN LATERAL (SELECT name || ' :-' AS x)"
        " CROSS JOIN LATERAL (SELECT x || ')' AS y) WHERE nationkey = 3",
        ("CANADA", "CANADA :-", "CANADA :-)"),
    ),
    answers(
        PAGE,
        "SELECT r.name, count(*) FROM nation n JOIN region r ON n.regionkey = r.regionkey"
        " WHERE r.name IN ('ASIA', 'EUROPE') GROUP BY r.name",
        ("ASIA", "5"),
        ("EUROPE", "5"),
    ),
    answers(
        PAGE,
        "SELECT a.k, a.x, b.y FROM (VALUES (1, 'a'), (2, 'b')) a(k, x) LEFT JOIN (VALUES (2, 'c'),"
        " (3, 'd')) b(k, y)"
        " ON a.k = b.k",
        ("1", "a", None),
        ("2", "b", "c"),
    ),
    answers(
        PAGE,
        "SELECT a.x, b.y FROM (VALUES (1, 'a'), (2, 'b')) a(k, x) RIGHT JOIN (VALUES (2, 'c'), (3,"
        " 'd')) b(k, y)"
        " ON a.k = b.k",
        ("b", "c"),
        (None, "d"),
    ),
    answers(
        PAGE,
        (
            "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) a(k, x) FULL JOIN (VALUES (2, 'c'), (3, 'd'))"
            " b(k, y) USING (k)"
        ),
        ("1", "a", None),
        ("2", "b", "c"),
        ("3", None, "d"),
        columns=("k", "x", "y"),
    ),
    answers(
        PAGE,
        (
            "SELECT 1 FROM (VALUES CAST(NULL AS integer)) a(k) JOIN (VALUES CAST(NULL AS integer)) b(k)"
            " ON a.k = b.k"
        ),
    ),
    fails(
        PAGE,
        "SELECT name FROM nation CROSS JOIN region",
        "AMBIGUOUS_NAME: line 1:8: Column 'name' is ambiguous",
    ),
    # subqueries
    answers(
        PAGE,
        (
            "SELECT count(*) FROM nation WHERE EXISTS (SELECT * FROM region WHERE region.regionkey ="
            " nation.regionkey)"
        ),
        ("25",),
    ),
    answers(
        PAGE,
        "SELECT count(*) FROM nation WHERE regionkey IN"
        " (SELECT regionkey FROM region WHERE name = 'AMERICA' OR name = 'AFRICA')",
        ("10",),
    ),
    in_order(
        PAGE,
        "SELECT name FROM nation WHERE regionkey = (SELECT max(regionkey) FROM region) ORDER BY name",
        ("EGYPT",),
        ("IRAN",),
        ("IRAQ",),
        ("JORDAN",),
        ("SAUDI ARABIA",),
    ),
    answers(PAGE, "SELECT (SELECT name FROM region WHERE regionkey = 99)", (None,)),
    fails(
        PAGE,
        "SELECT (SELECT name FROM region)",
        "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows",
    ),
    answers(PAGE, "SELECT 1 WHERE 3 NOT IN (SELECT x FROM (VALUES 1, NULL) t(x))"),
    answers(
        PAGE,
        "SELECT r.name, (SELECT count(*) FROM nation n WHERE n.regionkey = r.regionkey) AS nations"
        " FROM region r WHERE r.regionkey < 2",
        ("AFRICA", "5"),
        ("AMERICA", "5"),
    ),
    # set operations
    answers(PAGE, "SELECT 13 UNION SELECT 42", ("13",), ("42",)),
    answers(PAGE, "SELECT 13 UNION SELECT * FROM (VALUES 42, 13)", ("13",), ("42",)),
    answers(PAGE, "SELECT 13 UNION ALL SELECT * FROM (VALUES 42, 13)", ("13",), ("42",), ("13",)),
    answers(PAGE, "SELECT * FROM (VALUES 13, 42) INTERSECT SELECT 13", ("13",)),
    answers(PAGE, "SELECT * FROM (VALUES 13, 42) EXCEPT SELECT 13", ("42",)),
    answers(
        ENGINE_3,
        "SELECT * FROM (VALUES 1, 2, 3, 4) INTERSECT ALL SELECT * FROM (VALUES 3, 4)",
        ("3",),
        ("4",),
    ),
    answers(
        ENGINE_3, "SELECT * FROM (VALUES 1, 2, 3, 4) EXCEPT ALL SELECT * FROM (VALUES 3, 4)", ("1",), ("2",)
    ),
    answers(PAGE, "SELECT 1 UNION SELECT 2 INTERSECT SELECT 2 EXCEPT SELECT 1", ("2",)),
    answers(PAGE, "SELECT 1 AS x UNION ALL SELECT 2.5e0", ("1.0",), ("2.5",), columns=("x",)),
    fails(PAGE, "SELECT 1 UNION SELECT 'a'", "TYPE_MISMATCH: line 1:"),
    fails(PAGE, "SELECT 1, 2 UNION SELECT 1", "TYPE_MISMATCH: line 1:"),
    # UNNEST
    answers(PAGE, "SELECT * FROM UNNEST(ARRAY[1,2]) AS t(number)", ("1",), ("2",), columns=("number",)),
    answers(
        PAGE,
        (
            "SELECT * FROM UNNEST(map_from_entries(ARRAY[('SQL',1974), ('Java', 1995)])) AS t(language,"
            " first_appeared_year)"
        ),
        ("SQL", "1974"),
        ("Java", "1995"),
    ),
    answers(
        PAGE,
        "SELECT * FROM UNNEST(ARRAY[ROW('Java', 1995), ROW('SQL' , 1974)], ARRAY[ROW(false), ROW(true)])"
        " as t(language,first_appeared_year,declarative)",
        ("Java", "1995", "false"),
        ("SQL", "1974", "true"),
    ),
    answers(
        PAGE,
        (
            "SELECT a, b, rownumber FROM UNNEST (ARRAY[2, 5], ARRAY[7, 8, 9]) WITH ORDINALITY AS t(a, b,"
            " rownumber)"
        ),
        ("2", "7", "1"),
        ("5", "8", "2"),
        (None, "9", "3"),
    ),
    answers(PAGE, "SELECT * FROM UNNEST (ARRAY[]) AS t(value)"),
    answers(PAGE, "SELECT * FROM UNNEST (CAST(null AS ARRAY(integer))) AS t(number)"),
    answers(
        PAGE,
        "SELECT student, score FROM (VALUES ('John', ARRAY[7, 10, 9]), ('Mary', ARRAY[4, 8, 9])) AS tests"
        " (student, scores) CROSS JOIN UNNEST(scores) AS t(score)",
        ("John", "7"),
        ("John", "10"),
        ("John", "9"),
        ("Mary", "4"),
        ("Mary", "8"),
        ("Mary", "9"),
    ),
    answers(
        PAGE,
        "SELECT numbers, animals, n, a FROM (VALUES (ARRAY[2, 5], ARRAY['dog', 'cat', 'bird']),"
        " (ARRAY[7, 8, 9], ARRAY['cow', 'pig'])) AS x (numbers, animals) CROSS JOIN UNNEST(numbers,"
        " animals) AS t (n, a)",
        ("[2, 5]", "[dog, cat, bird]", "2", "dog"),
        ("[2, 5]", "[dog, cat, bird]", "5", "cat"),
        ("[2, 5]", "[dog, cat, bird]", None, "bird"),
        ("[7, 8, 9]", "[cow, pig]", "7", "cow"),
        ("[7, 8, 9]", "[cow, pig]", "8", "pig"),
        ("[7, 8, 9]", "[cow, pig]", "9", None),
    ),
    answers(
        PAGE,
        (
            "SELECT runner, checkpoint FROM (VALUES ('Joe', ARRAY[10, 20, 30, 42]), ('Roger',"
            " ARRAY[10]), ('Dave', ARRAY[]),"
            " ('Levi', NULL)) AS marathon (runner, checkpoints) LEFT JOIN UNNEST(checkpoints) AS"
            " t(checkpoint) ON TRUE"
        ),
        ("Joe", "10"),
        ("Joe", "20"),
        ("Joe", "30"),
        ("Joe", "42"),
        ("Roger", "10"),
        ("Dave", None),
        ("Levi", None),
    ),
    answers(
        FLATTENING,
        "WITH dataset AS (SELECT 'engineering' as department, ARRAY['Sharon', 'John', 'Bob',"
        " 'Sally'] as users)"
        " SELECT department, names FROM dataset CROSS JOIN UNNEST(users) as t(names)",
        ("engineering", "Sharon"),
        ("engineering", "John"),
        ("engineering", "Bob"),
        ("engineering", "Sally"),
    ),
    answers(
        FLATTENING,
        "WITH dataset AS (SELECT 'engineering' as department, ARRAY["
        "MAP(ARRAY['first', 'last', 'age'],ARRAY['Bob', 'Smith', '40']),"
        "MAP(ARRAY['first', 'last', 'age'],ARRAY['Jane', 'Doe', '30']),"
        "MAP(ARRAY['first', 'last', 'age'],ARRAY['Billy', 'Smith', '8'])] AS people)"
        " SELECT names['first'] AS first_name, names['last'] AS last_name, department FROM dataset"
        " CROSS JOIN UNNEST(people) AS t(names)",
        ("Bob", "Smith", "engineering"),
        ("Jane", "Doe", "engineering"),
        ("Billy", "Smith", "engineering"),
    ),
    answers(
        FLATTENING,
        USERS + "SELECT person.name, person.department, SUM(score) AS total_score FROM users"
        " GROUP BY (person.name, person.department) ORDER BY (total_score) DESC LIMIT 1",
        ("Amy", "devops", "54"),
        columns=("name", "department", "total_score"),
    ),
    answers(
        FLATTENING,
        USERS + "SELECT person.name, score FROM users ORDER BY (score) DESC LIMIT 1",
        ("Amy", "15"),
    ),
    answers(
        ROWS,
        SITES + "SELECT hostname FROM sites, UNNEST(sites.flaggedActivity.flags) t(flags)"
        " WHERE regexp_like(flags['term'], 'politics|bigdata') GROUP BY (hostname)",
        ("aws.amazon.com",),
        ("news.cnn.com",),
    ),
    in_order(
        ROWS,
        SITES
        + "SELECT hostname, array_agg(flags['term']) AS terms, SUM(CAST(flags['count'] AS INTEGER)) AS total"
        " FROM sites, UNNEST(sites.flaggedActivity.flags) t(flags)"
        " WHERE regexp_like(flags['term'], 'politics|bigdata') GROUP BY (hostname) ORDER BY total DESC",
        ("news.cnn.com", "[politics]", "241"),
        ("aws.amazon.com", "[bigdata]", "10"),
    ),
]
