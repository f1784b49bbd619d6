"""Where the parser finds a mistake."""

import pytest
from localstack_lab.athena.sql.lexer import ParseError
from localstack_lab.athena.sql.parser import parse_expression, parse_query
from localstack_lab.athena.sql.printing import shown


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'"),
        ("SELECT * FORM t", "line 1:10: mismatched input 'FORM'"),
        ("SELECT a\nFROM t\nWHERE", "line 3:6: mismatched input '<EOF>'"),
        ("SELECT a FROM t GROUP dt", "line 1:23: mismatched input 'dt'. Expecting: 'BY'"),
        ("SELECT `a`",
         "line 1:8: backquoted identifiers are not supported; use double quotes to quote identifiers"),
        ("SELECT 1a",
         "line 1:8: identifiers must not start with a digit; surround the identifier with double quotes"),
        ("SELECT 'abc", "line 1:8: mismatched input '''"),
        ("SELECT 1 LIMIT 2 OFFSET 1", "line 1:18: mismatched input 'OFFSET'"),
        ("SELECT (1", "line 1:10: mismatched input '<EOF>'. Expecting: ')'"),
        ("SELECT a = b = c", "line 1:14: mismatched input '='"),
        ('SELECT ""', "line 1:8: Zero-length delimited identifier not allowed"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_at_its_place(sql: str, message: str) -> None:
    with pytest.raises(ParseError) as raised:
        parse_query(sql)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a + b * -c", "(a + (b * -c))"),
        ("a OR b AND NOT c = 1", "(a OR (b AND (NOT (c = 1))))"),
        ("a || b || c", "concat(concat(a, b), c)"),
        ("a - b - c", "((a - b) - c)"),
        ("x -> x + 1", "(x) -> (x + 1)"),
        ("a[1].b", "a[1].b"),
        ("CAST(a AS ROW(x integer, y array(varchar(3))))", "CAST(a AS row(x integer, y array(varchar(3))))"),
        ("a NOT BETWEEN 1 AND 2 AND b", "((NOT (a BETWEEN 1 AND 2)) AND b)"),
        ("count(DISTINCT a) FILTER (WHERE b)", "count(DISTINCT a) FILTER (WHERE b)"),
        ("TRIM(LEADING 'x' FROM a)", "ltrim(a, 'x')"),
    ],
)
def test_precedence(text: str, printed: str) -> None:
    assert shown(parse_expression(text)) == printed


def test_comments_and_a_last_semicolon() -> None:
    query = parse_query("-- first\nSELECT /* a; b */ 1;\n")
    assert query.position == (2, 1)
