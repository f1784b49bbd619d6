"""Texts that a lexer could take hours for are refused soon: LocalStack's own process reads them first.

A statement may have 262,144 bytes: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
"""

import time

import pytest
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements import tokens
from localstack_lab.athena.statements.check import check

LONG = 100_000


@pytest.mark.parametrize(
    ("begin", "repeated"),
    [
        ("SELECT ", "/* "),
        ("SELECT ", "/*"),
        ("DROP TABLE ", "/* "),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION '", "\\'"),
        ('CREATE EXTERNAL TABLE t (a int) COMMENT "', '\\"'),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION '", "\\"),
        ("SELECT '", "''"),
        ("DROP TABLE `", "``"),
    ],
)
def test_a_text_that_never_ends_what_it_begins(begin: str, repeated: str) -> None:
    text = begin + repeated * ((LONG - len(begin)) // len(repeated)) + "x"
    began = time.monotonic()
    with pytest.raises(QueryError):
        check(text, database="default", catalog=None)
    assert time.monotonic() - began < 30  # it took minutes


def test_comments_end_at_their_first_end() -> None:
    words = [token.text for token in tokens.tokens("a /* b */ c /* d /* e */ f /* g")]
    assert words == ["a", "c", "f", "/", "*", "g", "<EOF>"]


def test_a_string_of_hives_without_an_end_is_a_sign_and_what_follows() -> None:
    words = [token.text for token in tokens.tokens(r"""'a\'b" 'c' "d""", hive=True)]
    assert words == [r"""'a\'b" '""", "c", "'", '"', "d", "<EOF>"]


def test_escapes_of_a_long_string_are_read_in_one_go() -> None:
    (string, _) = tokens.tokens("'" + r"\u0041\101\n" * 20_000 + "'", hive=True)
    began = time.monotonic()
    assert tokens.hive_text(string) == "AA\n" * 20_000
    assert time.monotonic() - began < 5
