"""What GetQueryExecution says about a statement before it is run."""

import pytest
from localstack_lab.athena.statements.kinds import kind_of
from localstack_lab.athena.statements.prepared import (
    Deallocate,
    Execute,
    Prepare,
    PreparedSyntaxError,
    parse,
)


@pytest.mark.parametrize(
    ("text", "statement", "substatement", "result"),
    [
        ("SELECT 1", "DML", "SELECT", "csv"),
        ("-- SHOW TABLES\n(( select 1 ))", "DML", "SELECT", "csv"),
        ("/* SELECT */ SHOW TABLES", "UTILITY", "SHOW_TABLES", "txt"),
        ("TABLE t", "DML", "SELECT", "csv"),
        ("VALUES 1", "DML", "SELECT", "csv"),
        ("INSERT INTO t SELECT 1", "DML", "INSERT", "data"),
        ("UNLOAD (SELECT 1) TO 's3://b/p/' WITH (format = 'PARQUET')", "DML", "UNLOAD", "data"),
        ("EXPLAIN ANALYZE SELECT 1", "DML", "EXPLAIN", "txt"),
        ("create table t as select 1", "DDL", "CREATE_TABLE_AS_SELECT", "table"),
        ("CREATE TABLE t WITH (format = 'ORC') AS (VALUES 1)", "DDL", "CREATE_TABLE_AS_SELECT", "table"),
        (
            "CREATE EXTERNAL TABLE t (a int COMMENT 'as select') LOCATION 's3://b/'",
            "DDL",
            "CREATE_TABLE",
            "txt",
        ),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", "DDL", "CREATE_VIEW", "txt"),
        ("CREATE SCHEMA s", "DDL", "CREATE_DATABASE", "txt"),
        ("DROP SCHEMA s", "DDL", "DROP_DATABASE", "txt"),
        ("ALTER TABLE `a`.`b` ADD COLUMNS(x int)", "DDL", "ALTER_TABLE_ADD_COLUMN", "txt"),
        ("ALTER TABLE t REPLACE COLUMNS (x int)", "DDL", "ALTER_TABLE_REPLACE_COLUMN", "txt"),
        ("ALTER TABLE t CHANGE x y int", "DDL", "ALTER_TABLE_CHANGE_COLUMN", "txt"),
        ("ALTER TABLE t ADD IF NOT EXISTS PARTITION (d='1')", "DDL", "ALTER_TABLE_ADD_PARTITION", "txt"),
        ("ALTER TABLE t SET TBLPROPERTIES ('c' = 'add column')", "DDL", "ALTER_TABLE_PROPERTIES", "txt"),
        ("MSCK REPAIR TABLE t", "DDL", "MSCK_REPAIR", "txt"),
        ("SHOW CREATE /* c */ VIEW v", "UTILITY", "SHOW_CREATE_VIEW", "txt"),
        ("SHOW TBLPROPERTIES t", "UTILITY", "SHOW_TABLE_PROPERTIES", "txt"),
        ("DESC t", "UTILITY", "DESCRIBE_TABLE", "txt"),
        ("OPTIMIZE t REWRITE DATA USING BIN_PACK", "DDL", "CREATE_TABLE_AS_SELECT", "txt"),
        ("nonsense", "UTILITY", None, "txt"),
    ],
)
def test_a_statement_is_of_the_kind_that_athena_reports(
    text: str, statement: str, substatement: str | None, result: str
) -> None:
    kind = kind_of(text)
    assert (kind.statement_type, kind.substatement_type, kind.result) == (statement, substatement, result)


@pytest.mark.parametrize(
    "text", ["", ";", "ALTER", "ALTER TABLE a.", "CREATE", "SHOW", "'open", "/* open", "("]
)
def test_a_broken_statement_has_a_kind_too(text: str) -> None:
    assert kind_of(text).statement_type in ("DDL", "UTILITY")


def test_prepared_statements_are_taken_apart() -> None:
    assert parse("PREPARE p FROM SELECT ?;") == Prepare("p", "SELECT ?")
    assert parse("EXECUTE p") == Execute("p", ())
    assert parse("EXECUTE p USING 1, 'a,b', f(1, 2), ARRAY[1,2];") == Execute(
        "p", ("1", "'a,b'", "f(1, 2)", "ARRAY[1,2]")
    )
    assert parse("deallocate prepare p") == Deallocate("p")
    assert parse("SELECT 1") is None


@pytest.mark.parametrize("text", ["PREPARE p SELECT 1", "EXECUTE p USING 1,", "EXECUTE 1", "DEALLOCATE p"])
def test_a_broken_prepared_statement_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(PreparedSyntaxError, match=r"line 1:\d+: mismatched input"):
        parse(text)
