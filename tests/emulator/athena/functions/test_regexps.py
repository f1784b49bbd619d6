"""https://trino.io/docs/current/functions/regexp.html: examples, and patterns that RE2 reads otherwise."""

import pytest

from tests.emulator.athena.functions.calling import Lambda, Sql, answer, emitted, failure

FRUIT = "I have 23 apples, 5 pears and 13 oranges"
CASES = [
    ("regexp_count", ("1a 2b 14m", r"\s*[a-z]+\s*"), 3, "bigint"),
    ("regexp_count", ("aaa", ""), 4, "bigint"),
    ("regexp_extract_all", ("1a 2b 14m", r"\d+"), ["1", "2", "14"], "array(varchar(9))"),
    ("regexp_extract_all", ("1a 2b 14m", r"(\d+)([a-z]+)", 2), ["a", "b", "m"], "array(varchar(9))"),
    ("regexp_extract_all", ("ab", "(a)|b", 1), ["a", None], "array(varchar(2))"),
    ("regexp_extract", ("1a 2b 14m", r"\d+"), "1", "varchar(9)"),
    ("regexp_extract", ("1a 2b 14m", r"(\d+)([a-z]+)", 2), "a", "varchar(9)"),
    ("regexp_extract", ("abc", "x"), None, "varchar(3)"),
    ("regexp_extract", ("abc", "x*"), "", "varchar(3)"),
    ("regexp_extract", ("foobar", "(x)?bar", 1), None, "varchar(6)"),
    ("regexp_extract", ("foobar", "foo(x*)bar", 1), "", "varchar(6)"),
    ("regexp_extract", (None, "x*"), None, None),
    ("regexp_like", ("1a 2b 14m", r"\d+b"), True, "boolean"),
    ("regexp_like", ("ab\n", "^ab$"), True, "boolean"),
    ("regexp_like", ("a\nb", "a.b"), False, "boolean"),
    ("regexp_like", ("a\nb", "(?s)a.b"), True, "boolean"),
    ("regexp_like", ("a\nb", "(?m)^b$"), True, "boolean"),
    ("regexp_like", ("ABC", "(?i)b"), True, "boolean"),
    ("regexp_like", ("é", r"^\w$"), True, "boolean"),
    ("regexp_like", ("foobar", "foo(?!bar)"), False, "boolean"),
    ("regexp_like", ("foobaz", "(?<=foo)baz"), True, "boolean"),
    ("regexp_like", ("abab", r"(ab)\1"), True, "boolean"),
    ("regexp_like", ("a.b", r"\Q.\E"), True, "boolean"),
    ("regexp_like", ("x1", r"\p{L}\p{Nd}"), True, "boolean"),
    ("regexp_like", ("b", "[a-z&&[^b]]"), False, "boolean"),
    ("regexp_like", ("", "a*"), True, "boolean"),
    ("regexp_like", (None, "a"), None, "boolean"),
    ("regexp_like", ("aaa", Sql("'^a++$'", "varchar")), True, "boolean"),
    ("regexp_position", (FRUIT, r"\b\d+\b"), 8, "integer"),
    ("regexp_position", (FRUIT, r"\b\d+\b", 5), 8, "integer"),
    ("regexp_position", (FRUIT, r"\b\d+\b", 12), 19, "integer"),
    ("regexp_position", (FRUIT, r"\b\d+\b", 12, 1), 19, "integer"),
    ("regexp_position", (FRUIT, r"\b\d+\b", 12, 2), 31, "integer"),
    ("regexp_position", (FRUIT, r"\b\d+\b", 12, 3), -1, "integer"),
    ("regexp_replace", ("1a 2b 14m", r"\d+[ab] "), "14m", "varchar(9)"),
    ("regexp_replace", ("1a 2b 14m", r"(\d+)([ab]) ", "3c$2 "), "3ca 3cb 14m", "varchar(229)"),
    ("regexp_replace", ("new york", r"(?<first>\w)(\w*)", "${first}."), "n. y.", "varchar(332)"),
    ("regexp_replace", ("5", r"\d", r"\$$0"), "$5", "varchar(9)"),
    ("regexp_replace", ("axb", "x*", "-"), "-a--b-", "varchar(7)"),
    ("regexp_replace", ("a1b", r"\d", "\\\\"), "a\\b", "varchar(15)"),
    ("regexp_replace", ("abc", "(b)", "$12"), "ab2c", "varchar(19)"),
    (
        "regexp_replace",
        ("new york", r"(\w)(\w*)", Lambda("x", "upper(x[1]) || lower(x[2])", "varchar")),
        "New York",
        "varchar",
    ),
    ("regexp_replace", ("abc", "(x)", Lambda("x", "x[1]", "varchar")), "abc", "varchar"),
    ("regexp_split", ("1a 2b 14m", r"\s*[a-z]+\s*"), ["1", "2", "14", ""], "array(varchar(9))"),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("regexp_extract", ("a", "(a)", 2), "Pattern has 1 groups. Cannot access group 2"),
        ("regexp_extract", ("a", "a", -1), "Group cannot be negative"),
        ("regexp_replace", ("a", "a", "$1"), "Illegal replacement sequence: unknown group 1"),
        ("regexp_position", ("a", "a", 0), "start position cannot be smaller than 1"),
        ("regexp_like", ("a", "[a"), "Unclosed character class near index 2: [a"),
        ("regexp_like", ("a", r"\R"), r"The escape \R is not supported near index 0: \R"),
    ],
)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("regexp_like", (r"^[\w.]+@x\.com$",)),
        ("regexp_extract", (r"id=(\d+)", 1)),
        ("regexp_replace", ("[^a-z]", "_")),
    ],
)
def test_a_plain_pattern_stays_in_duckdb(name, arguments):
    sql, _ = emitted(name, "some text", *arguments)
    assert "lab_" not in sql


def test_a_pattern_without_end_is_stopped(engine, monkeypatch):
    from localstack_lab.athena.sql.functions import regexps

    monkeypatch.setitem(regexps._LIMIT, "timeout", 0.05)
    assert failure(engine, "regexp_like", "a" * 60 + "b", Sql(r"'^(a|aa)+\1$'", "varchar")).startswith(
        "REGEXP"
    )
