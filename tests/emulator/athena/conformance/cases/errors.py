"""The forms of Athena's errors: the name, the place, the text.

https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html and Trino's list of names,
https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java
"""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, fails

TROUBLE = f"{ATHENA}/troubleshooting-athena.html"
ERRORS = f"{ATHENA}/error-reference.html"
NAMES = "https://github.com/trinodb/trino/blob/master/core/trino-spi/src/main/java/io/trino/spi/StandardErrorCode.java"

CASES = [
    fails(
        TROUBLE,
        "SELECT nothing FROM nation",
        "COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved or requester is not"
        " authorized to access"
        " requested resources",
    ),
    fails(
        TROUBLE,
        "SELECT n.nothing FROM nation n",
        "COLUMN_NOT_FOUND: line 1:8: Column 'n.nothing' cannot be resolved",
    ),
    fails(
        TROUBLE,
        "SELECT name\nFROM nation\nWHERE nothing = 1",
        "COLUMN_NOT_FOUND: line 3:7: Column 'nothing' cannot be resolved",
    ),
    fails(
        TROUBLE,
        'SELECT * FROM nation WHERE name = "GERMANY"',
        "COLUMN_NOT_FOUND: line 1:35: Column 'GERMANY' cannot be resolved",
    ),
    fails(
        TROUBLE,
        "SELECT * FROM nothing",
        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop.nothing' does not exist",
    ),
    fails(
        TROUBLE,
        "SELECT * FROM nowhere.nation",
        "SCHEMA_NOT_FOUND: line 1:15: Schema 'nowhere' does not exist",
    ),
    fails(
        NAMES,
        "SELECT * FROM other.shop.nation",
        "CATALOG_NOT_FOUND: line 1:15: Catalog 'other' does not exist",
    ),
    fails(
        TROUBLE,
        "SELECT nothing_of_this(1)",
        "FUNCTION_NOT_FOUND: line 1:8: Function 'nothing_of_this' not registered",
    ),
    fails(
        TROUBLE,
        "SELECT list_sort(ARRAY[1])",
        "FUNCTION_NOT_FOUND: line 1:8: Function 'list_sort' not registered",
    ),
    fails(
        TROUBLE,
        "SELECT read_csv('/etc/passwd')",
        "FUNCTION_NOT_FOUND: line 1:8: Function 'read_csv' not registered",
    ),
    fails(
        NAMES,
        "SELECT length(5)",
        "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (integer) for function length. Expected:",
    ),
    fails(
        NAMES,
        "SELECT sum('a')",
        "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(1)) for function sum. Expected:",
    ),
    fails(
        NAMES,
        "SELECT name FROM nation WHERE nationkey = '7'",
        "TYPE_MISMATCH: line 1:41: Cannot apply operator: bigint = varchar(1)",
    ),
    fails(
        NAMES,
        "SELECT name FROM nation WHERE name",
        "TYPE_MISMATCH: line 1:31: WHERE clause must evaluate to a boolean",
    ),
    fails(
        NAMES,
        "SELECT DATE '2020-01-01' = '2020-01-01'",
        "TYPE_MISMATCH: line 1:26: Cannot apply operator: date = varchar(10)",
    ),
    fails(NAMES, "SELECT IF(1, 2, 3)", "TYPE_MISMATCH: line 1:"),
    fails(NAMES, "SELECT CASE WHEN true THEN 1 ELSE 'a' END", "TYPE_MISMATCH: line 1:"),
    fails(
        NAMES,
        "SELECT name FROM nation ORDER BY 7",
        "INVALID_COLUMN_REFERENCE: line 1:34: ORDER BY position 7 is not in select list",
    ),
    fails(
        NAMES,
        "SELECT name FROM nation GROUP BY 7",
        "INVALID_COLUMN_REFERENCE: line 1:34: GROUP BY position 7 is not in select list",
    ),
    fails(
        NAMES, "SELECT count(*) FROM nation WHERE row_number() OVER () = 1", "EXPRESSION_NOT_SCALAR: line 1:"
    ),
    fails(NAMES, "SELECT row_number() FROM nation", "MISSING_OVER: line 1:8:"),
    fails(NAMES, "WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a", "DUPLICATE_NAMED_QUERY: line 1:"),
    fails(NAMES, "SELECT * FROM (VALUES (1, 2)) t(a)", "MISMATCHED_COLUMN_ALIASES: line 1:"),
    fails(
        NAMES, "SELECT DATE 'tomorrow'", "INVALID_LITERAL: line 1:8: 'tomorrow' is not a valid DATE literal"
    ),
    fails(NAMES, "SELECT CAST(1 AS nothing)", "TYPE_NOT_FOUND: line 1:8: Unknown type: nothing"),
    fails(
        NAMES,
        "SELECT CAST(ARRAY[1] AS integer)",
        "TYPE_MISMATCH: line 1:8: Cannot cast array(integer) to integer",
    ),
    fails(NAMES, "SELECT * FROM nation JOIN region USING (nothing)", "COLUMN_NOT_FOUND: line 1:"),
    fails(NAMES, "SELECT t.* FROM nation", "TABLE_NOT_FOUND: line 1:8:"),
    # texts that no parser reads
    fails(ERRORS, "SELEC 1", "line 1:1: mismatched input 'SELEC'"),
    fails(ERRORS, "SELECT FROM nation", "line 1:8: mismatched input 'FROM'"),
    fails(ERRORS, "SELECT * FROM nation WHERE", "line 1:27: mismatched input '<EOF>'"),
    fails(ERRORS, "SELECT 1 +", "line 1:11: mismatched input '<EOF>'"),
    fails(ERRORS, "SELECT * FROM nation LIMIT ten", "line 1:28: mismatched input 'ten'"),
    fails(ERRORS, "SELECT (1", "line 1:10: mismatched input '<EOF>'"),
    fails(f"{TRINO}/language/reserved.html", "SELECT 1 AS select", "line 1:13: mismatched input 'select'"),
    # what DuckDB would take, and Trino does not
    fails(f"{TRINO}/sql/select.html", "FROM nation", "line 1:1: mismatched input 'FROM'"),
    fails(f"{TRINO}/sql/select.html", "SELECT * FROM nation QUALIFY row_number() OVER () = 1", "line 1:"),
    fails(
        f"{TRINO}/sql/select.html",
        "SELECT 1 AS x, x + 1 AS y",
        "COLUMN_NOT_FOUND: line 1:16: Column 'x' cannot be resolved",
    ),
    fails(
        f"{TRINO}/sql/select.html",
        "SELECT 1 AS x WHERE x = 1",
        "COLUMN_NOT_FOUND: line 1:21: Column 'x' cannot be resolved",
    ),
    fails(f"{TRINO}/sql/select.html", "SELECT name::varchar FROM nation", "line 1:12: mismatched input ':'"),
    fails(
        f"{TRINO}/sql/select.html",
        "SELECT * FROM '/etc/passwd'",
        "line 1:15: mismatched input ''/etc/passwd''",
    ),
    fails(f"{TRINO}/sql/select.html", "SELECT * FROM read_text('/etc/passwd')", "line 1:"),
    fails(f"{TRINO}/sql/select.html", 'SELECT * FROM "/etc/passwd"', "TABLE_NOT_FOUND: line 1:15:"),
    fails(f"{TRINO}/sql/select.html", "SELECT * FROM duckdb_settings()", "line 1:"),
    fails(f"{ATHENA}/ddl-reference.html", "ATTACH '/tmp/x.db'", "line 1:1: mismatched input 'ATTACH'"),
    fails(f"{ATHENA}/ddl-reference.html", "COPY nation TO '/tmp/x'", "line 1:1: mismatched input 'COPY'"),
    fails(f"{ATHENA}/ddl-reference.html", "PRAGMA version", "line 1:1: mismatched input 'PRAGMA'"),
    fails(f"{ATHENA}/ddl-reference.html", "INSTALL httpfs", "line 1:1: mismatched input 'INSTALL'"),
    # one statement at a time
    fails(
        f"{ATHENA}/other-notable-limitations.html", "SELECT 1; SELECT 2", "Only one sql statement is allowed"
    ),
]
