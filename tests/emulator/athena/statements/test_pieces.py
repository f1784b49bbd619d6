"""Semicolons: measured on Athena, 2026-09-26 (athena-local's measurements)."""

import pytest
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.pieces import only_statement


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "  SELECT 1;",
        "SELECT 1  ",
        "\n\nSELECT 1\n",
        "  SELECT 1  ;  ",
        "SELECT 1\t;",
        ";SELECT 1",
        "; SELECT 1",
        "SELECT 1;;",
        "SELECT 1; ;",
        "SELECT 1;\r\n",
    ],
)
def test_the_statement_is_what_lies_between(text: str) -> None:
    assert only_statement(text) == "SELECT 1"


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("-- c\nSELECT\n  1 ;\n", "-- c\nSELECT\n  1"),
        ("SELECT 1 -- c\n;", "SELECT 1 -- c"),
        ("SELECT 'a;b'", "SELECT 'a;b'"),
        ('SELECT 1 AS "a;b"', 'SELECT 1 AS "a;b"'),
        ("SELECT 1 -- a;b", "SELECT 1 -- a;b"),
        ("SELECT 1 /* a;b */", "SELECT 1 /* a;b */"),
        (r"CREATE TABLE t (a int COMMENT 'it\'s; so')", r"CREATE TABLE t (a int COMMENT 'it\'s; so')"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_what_a_semicolon_does_not_part(text: str, statement: str) -> None:
    assert only_statement(text) == statement


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("SELECT 1; -- c", "SELECT 1; -- c"),
        ("SELECT 1; /* c */", "SELECT 1; /* c */"),
        ("SELECT 1;SELECT 2", "SELECT 1;SELECT 2"),
        ("SELECT 'a;b'; -- c", "SELECT 'a;b'; -- c"),
        ("  SELECT  1; -- c  ", "  SELECT  1; -- c"),
        ("SELECT 1\n; -- c\n", "SELECT 1\n; -- c"),
        ("SELEC 1; -- c", "SELEC 1; -- c"),
    ],
)
def test_more_than_one(text: str, got: str) -> None:
    with pytest.raises(QueryError) as refused:
        only_statement(text)
    assert (refused.value.name, refused.value.message) == (
        "MALFORMED_QUERY",
        f"Only one sql statement is allowed. Got: {got}",
    )


def test_semicolons_alone() -> None:
    with pytest.raises(QueryError, match="Empty sql statement: ;"):
        only_statement(";")
