"""Comments that Hive's part of Athena does not read: measured on Athena (athena-local's measurements).

2026-09-18, 2026-09-22, 2026-09-24, 2026-09-26 and 2026-09-27.
"""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.executions.failures import athena_error

NEAR = "cannot recognize input near"
NOT_BY_HIVE = "Query type not supported by DDL engine."


@pytest.fixture
def tables(lab: Any) -> Any:
    """`h` of Hive, `i` of Iceberg, and a view `v`."""
    lab.outcome("CREATE EXTERNAL TABLE h (n int) PARTITIONED BY (p string) LOCATION 's3://b/h/'")
    lab.outcome("CREATE TABLE i (n int) LOCATION 's3://b/i/' TBLPROPERTIES ('table_type'='ICEBERG')")
    lab.catalog.create_table(DatabaseName="shop", TableInput={"Name": "v", "TableType": "VIRTUAL_VIEW"})
    return lab


def _told(lab: Any, text: str) -> dict[str, Any]:
    with pytest.raises(QueryFailed) as raised:
        lab.outcome(text)
    assert raised.value.text.startswith("FAILED: ParseException ")
    return {"reason": raised.value.text.removeprefix("FAILED: ParseException "), **athena_error(raised.value)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/* c */ SHOW CREATE TABLE h", f"line 1:0 {NEAR} '/' '*' 'c'"),
        ("SHOW /* c */ CREATE TABLE h", f"line 1:5 {NEAR} 'SHOW' '/' '*' in ddl statement"),
        ("show /* a */ /* b */ create table h", f"line 1:5 {NEAR} 'show' '/' '*' in ddl statement"),
        (
            "SHOW CREATE /* c */ TABLE h",
            "line 1:12 mismatched input '/' expecting TABLE near 'CREATE' in show statement",
        ),
        ("SHOW CREATE TABLE /* c */ h", f"line 1:18 {NEAR} '/' '*' 'c' in table name"),
        ("SHOW CREATE TABLE shop./* c */h", f"line 1:23 {NEAR} 'shop' '.' '/' in table name"),
        ("DESCRIBE /* c */ h", f"line 1:0 {NEAR} 'DESCRIBE' '/' '*' in describe statement"),
        ("desc /* c */ h", f"line 1:0 {NEAR} 'desc' '/' '*' in describe statement"),
        ("/* c */ DESCRIBE h", f"line 1:0 {NEAR} '/' '*' 'c'"),
        ("DESCRIBE shop./* c */h", f"line 1:0 {NEAR} 'DESCRIBE' '/' '*' in describe statement"),
        ("DESCRIBE EXTENDED /* c */ h", f"line 1:18 {NEAR} '/' '*' 'c' in specifying describe table types"),
        ("/* c */ MSCK REPAIR TABLE h", f"line 1:0 {NEAR} '/' '*' 'c'"),
        ("MSCK /* c */ REPAIR TABLE h", "line 1:5 missing EOF at '/' near 'MSCK'"),
        ("MSCK REPAIR /* c */ TABLE h", "line 1:12 missing EOF at '/' near 'REPAIR'"),
        ("MSCK REPAIR TABLE /* c */ h", f"line 1:18 {NEAR} '/' '*' 'c' in table name"),
        ("MSCK REPAIR TABLE shop.h /* c */", "line 1:25 missing EOF at '/' near 'h'"),
        ("ALTER /* c */ TABLE h ADD COLUMNS (m int)", f"line 1:0 {NEAR} 'ALTER' '/' '*' in alter statement"),
        ("ALTER\n/* c */ TABLE h ADD COLUMNS (m int)", f"line 1:0 {NEAR} 'ALTER' '/' '*' in alter statement"),
        ("ALTER TABLE /* c */ h ADD COLUMNS (m int)", f"line 1:12 {NEAR} '/' '*' 'c' in table name"),
        (
            "ALTER TABLE shop.h /* c */ ADD COLUMNS (m int)",
            f"line 1:19 {NEAR} '/' '*' 'c' in alter table statement",
        ),
        # of views and of what is not there
        (
            "SHOW CREATE /* c */ TABLE v",
            "line 1:12 mismatched input '/' expecting TABLE near 'CREATE' in show statement",
        ),
        ("MSCK REPAIR /* c */ TABLE nope", "line 1:12 missing EOF at '/' near 'REPAIR'"),
        ("MSCK REPAIR /* c */ TABLE v", "line 1:12 missing EOF at '/' near 'REPAIR'"),
        ("ALTER /* c */ TABLE v ADD COLUMNS (m int)", f"line 1:0 {NEAR} 'ALTER' '/' '*' in alter statement"),
        # places: several blanks count as one
        (
            "SHOW  CREATE /* c */ TABLE h",
            "line 1:12 mismatched input '/' expecting TABLE near 'CREATE' in show statement",
        ),
        ("SHOW\t/* c */ CREATE TABLE h", f"line 1:5 {NEAR} 'SHOW' '/' '*' in ddl statement"),
        ("SHOW\n\n/* c */ CREATE TABLE h", f"line 1:5 {NEAR} 'SHOW' '/' '*' in ddl statement"),
        ("SHOW\n/* c */ CREATE TABLE h", f"line 2:0 {NEAR} 'SHOW' '/' '*' in ddl statement"),
        ("-- x\n/* c */ SHOW CREATE TABLE h", f"line 2:0 {NEAR} '/' '*' 'c'"),
        ("MSCK  REPAIR /* c */ TABLE h", "line 1:12 missing EOF at '/' near 'REPAIR'"),
    ],
)
def test_what_hive_does_not_read(tables: Any, text: str, reason: str) -> None:
    told = _told(tables, text)
    assert told["reason"] == reason
    assert (told["ErrorCategory"], told["ErrorType"]) == (1, 1003)
    assert told["ErrorMessage"] == f"FAILED: ParseException {reason}"


@pytest.mark.parametrize(
    ("comment", "word"),
    [
        ("/* abc */", "abc"),
        ("/* a b */", "a"),
        ("/**/", "*"),
        ("/* , */", ","),
        ("/* 1 */", "1"),
        ("/* 'x' */", "'x'"),
        ("/* a.b */", "a"),
        ("/* _a1 */", "_a1"),
        ("/*+ x */", "+"),
        ("/* あ */", "*"),
        ("/* 1a */", "1a"),
        ("/*\nc */", "c"),
        ('/* "q" */', '"q"'),
        ("/* ) */", ")"),
        ("/* 1.5 */", "1.5"),
        ("/* a-b */", "a"),
        ("/* <= */", "<="),
        ("/* != */", "!="),
        ("/* || */", "|"),
        ("/* 'a''b' */", "'a''b'"),
        ("/* 'a */", "a"),
    ],
)
def test_the_word_that_hive_sees_in_a_comment(tables: Any, comment: str, word: str) -> None:
    assert _told(tables, f"{comment} SHOW CREATE TABLE h")["reason"] == f"line 1:0 {NEAR} '/' '*' '{word}'"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ALTER /* c */ TABLE h RENAME TO x", NOT_BY_HIVE),
        ("ALTER TABLE /* c */ nope RENAME TO x", NOT_BY_HIVE),
        ("ALTER /* c */ TABLE h REPLACE COLUMNS (n int)", NOT_BY_HIVE),
        ("ALTER /* c */ TABLE h CHANGE COLUMN n m int", NOT_BY_HIVE),
        ("ALTER /* c */ TABLE h DROP COLUMN n", "line 1:28: mismatched input 'COLUMN' expecting 'PARTITION'"),
        (
            "ALTER  /* c */ TABLE h DROP COLUMN n",
            "line 1:28: mismatched input 'COLUMN' expecting 'PARTITION'",
        ),
        ("/* c */ ALTER TABLE v drop column n", "line 1:28: mismatched input 'column' expecting 'PARTITION'"),
    ],
)
def test_what_hive_could_not_do_anyway(tables: Any, text: str, told: str) -> None:
    answer = _told(tables, text)
    assert (answer["ErrorCategory"], answer["ErrorType"], answer["ErrorMessage"]) == (2, 1006, told)
    assert answer["reason"].startswith("line 1:")


@pytest.mark.parametrize(
    "text",
    [
        "DESCRIBE -- c\nh",
        "DESCRIBE h -- /* c */",
        "SHOW PARTITIONS /* c */ h",
        "SHOW TBLPROPERTIES /* c */ h",
        "SHOW COLUMNS FROM /* c */ h",
        "ALTER /* c */ TABLE h ADD PARTITION (p = 'a')",
        "ALTER /* c */ TABLE h DROP IF EXISTS PARTITION (p = 'a')",
        "ALTER /* c */ TABLE h SET TBLPROPERTIES ('a'='/* b */')",
        "ALTER /* c */ TABLE h SET LOCATION 's3://b/g/'",
        "ALTER TABLE h ADD COLUMNS (m int COMMENT '/* c */')",
        "CREATE EXTERNAL /* c */ TABLE x (n int) LOCATION 's3://b/x/'",
        "/* c */ SHOW CREATE TABLE i",
        "SHOW /* c */ CREATE TABLE i",
        "SHOW CREATE TABLE /* c */ i",
        "DESCRIBE /* c */ i",
        "ALTER /* c */ TABLE i ADD COLUMNS (m int)",
        "ALTER TABLE i /* c */ ADD COLUMNS (m int)",
        "/* c */ ALTER TABLE i RENAME TO j",
        "DESCRIBE /* c */ v",
        "/* c */ DESCRIBE v",
        "/* c */ SHOW TABLES",
    ],
)
def test_what_is_read(tables: Any, text: str) -> None:
    tables.outcome(text)


def test_msck_of_an_iceberg_table_is_refused_for_that(tables: Any) -> None:
    with pytest.raises(QueryFailed, match=r"^Query type not supported by Athena Iceberg at this time$"):
        tables.outcome("MSCK REPAIR /* c */ TABLE i")
