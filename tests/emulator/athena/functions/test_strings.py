"""https://trino.io/docs/current/functions/string.html: its examples, nulls and edges."""

import pytest

from tests.emulator.athena.functions.calling import Lambda, Sql, answer, failure

CASES = [
    ("chr", (65,), "A", "varchar(1)"),
    ("codepoint", ("é",), 233, "integer"),
    ("concat", ("a", "b", "c"), "abc", "varchar"),
    ("concat", ("a", Sql("NULL", "varchar")), None, "varchar"),
    ("concat_ws", (",", "a", None, "b"), "a,b", "varchar"),
    ("concat_ws", (None, "a"), None, "varchar"),
    ("concat_ws", ("-", ["a", None, "b"]), "a-b", "varchar"),
    ("concat_ws", ("-", Sql("[]::VARCHAR[]", "array(varchar)")), "", "varchar"),
    ("hamming_distance", ("karolin", "kathrin"), 3, "bigint"),
    ("length", ("naïve",), 5, "bigint"),
    ("length", (Sql("'ab   '", "char(5)"),), 5, "bigint"),
    ("length", (b"\x00\x01",), 2, "bigint"),
    ("levenshtein_distance", ("kitten", "sitting"), 3, "bigint"),
    ("levenshtein_distance", ("é", "e"), 1, "bigint"),
    ("lower", ("ÀB",), "àb", "varchar(2)"),
    ("upper", ("straße",), "STRAßE", "varchar(6)"),
    ("upper", (None,), None, None),
    ("lpad", ("abc", 5, "xy"), "xyabc", "varchar"),
    ("lpad", ("abc", 2, "x"), "ab", "varchar"),
    ("rpad", ("abc", 6, "xy"), "abcxyx", "varchar"),
    ("ltrim", ("\t  a ",), "a ", "varchar(5)"),
    ("rtrim", (" a \n",), " a", "varchar(4)"),
    ("trim", ("\u3000a b\u2003",), "a b", "varchar(5)"),
    ("trim", ("!foo!", "!"), "foo", "varchar(5)"),
    ("luhn_check", ("79927398713",), True, "boolean"),
    ("luhn_check", ("79927398714",), False, "boolean"),
    ("luhn_check", ("",), False, "boolean"),
    ("replace", ("aXbX", "X"), "ab", "varchar(4)"),
    ("replace", ("aXbX", "X", "yy"), "ayybyy", "varchar(14)"),
    ("replace", ("abc", "", "-"), "-a-b-c-", "varchar(7)"),
    ("reverse", ("abc",), "cba", "varchar(3)"),
    ("reverse", ("a\u0301b",), "b\u0301a", "varchar(3)"),
    ("soundex", ("Pfister",), "P236", "varchar(4)"),
    ("soundex", ("Tymczak",), "T522", "varchar(4)"),
    ("split", ("a,b,", ","), ["a", "b", ""], "array(varchar(4))"),
    ("split", ("a,b,c", ",", 2), ["a", "b,c"], "array(varchar(5))"),
    ("split", (None, ","), None, None),
    ("split_part", ("a,b,c", ",", 2), "b", "varchar(5)"),
    ("split_part", ("a,b,c", ",", 4), None, "varchar(5)"),
    ("split_part", ("abc", "", 2), "b", "varchar(3)"),
    ("split_to_map", ("a:1;b:2;", ";", ":"), {"a": "1", "b": "2"}, "map(varchar, varchar)"),
    (
        "split_to_map",
        ("a:1;b:2;a:3", ";", ":", Lambda("k, v1, v2", "k || v1 || v2", "varchar")),
        {"a": "a13", "b": "2"},
        "map(varchar, varchar)",
    ),
    (
        "split_to_multimap",
        ("a:1;b:2;a:3", ";", ":"),
        {"a": ["1", "3"], "b": ["2"]},
        "map(varchar, array(varchar))",
    ),
    ("strpos", ("high", "ig"), 2, "bigint"),
    ("strpos", ("high", "x"), 0, "bigint"),
    ("strpos", ("high", ""), 1, "bigint"),
    ("strpos", ("aaa", "aa", 2), 2, "bigint"),
    ("strpos", ("abcabc", "bc", -1), 5, "bigint"),
    ("strpos", ("aaa", "aa", -2), 1, "bigint"),
    ("strpos", ("abc", "c", 2), 0, "bigint"),
    ("starts_with", ("hello", "he"), True, "boolean"),
    ("substr", ("Quadratically", 5), "ratically", "varchar(13)"),
    ("substr", ("Quadratically", 5, 6), "ratica", "varchar(13)"),
    ("substr", ("Quadratically", -3), "lly", "varchar(13)"),
    ("substr", ("Quadratically", -6, 4), "ical", "varchar(13)"),
    ("substr", ("abc", 0), "", "varchar(3)"),
    ("substr", ("abc", -4), "", "varchar(3)"),
    ("substr", ("abc", 4), "", "varchar(3)"),
    ("substr", ("abc", 2, 0), "", "varchar(3)"),
    ("substr", ("abc", 2, -1), "", "varchar(3)"),
    ("substr", ("abc", 2, 9223372036854775807), "bc", "varchar(3)"),
    ("substr", ("héllo", Sql("2", "bigint"), Sql("3", "bigint")), "éll", "varchar(5)"),
    ("substr", ("héllo", Sql("NULL", "bigint"), Sql("3", "bigint")), None, "varchar(5)"),
    ("substring", (None, 0), None, None),
    ("substr", (Sql("'ab '", "char(3)"), 2), "b ", "varchar(3)"),
    ("translate", ("abcd", "ab", "12"), "12cd", "varchar"),
    ("translate", ("Palhoça", "ç", "c"), "Palhoca", "varchar"),
    ("translate", ("abcd", "a", ""), "bcd", "varchar"),
    ("translate", ("abcd", "aba", "123"), "12cd", "varchar"),
    ("normalize", ("e\u0301", "NFC"), "é", "varchar"),
]


@pytest.mark.parametrize(("name", "arguments", "expected", "kind"), CASES)
def test_answers_as_trino(engine, name, arguments, expected, kind):
    found = answer(engine, name, *arguments)
    assert found.value == expected
    assert kind is None or found.type == kind


ERRORS = [
    ("chr", (-1,), "Not a valid Unicode code point: -1"),
    ("codepoint", (Sql("''", "varchar(1)"),), "Input string must be a single character string"),
    (
        "hamming_distance",
        ("a", "ab"),
        "The input strings to hamming_distance function must have the same length",
    ),
    ("lpad", ("a", -1, "x"), "Target length must be in the range [0..2147483647]"),
    ("rpad", ("a", 3, ""), "Padding string must not be empty"),
    ("luhn_check", ("abcd",), "Input should only contain numeric characters"),
    ("split", ("a", ""), "The delimiter may not be the empty string"),
    ("split", ("a", ",", 0), "Limit must be positive"),
    ("split_part", ("a", ",", 0), "Index must be greater than zero"),
    (
        "split_to_map",
        ("a", ",", ":"),
        "Key-value delimiter must appear exactly once in each entry. Bad input: 'a'",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "message"), ERRORS)
def test_fails_as_trino(engine, name, arguments, message):
    assert failure(engine, name, *arguments) == f"INVALID_FUNCTION_ARGUMENT: {message}"


def test_a_long_operand_is_written_once(engine):
    nested = Sql("'x'", "varchar")
    from tests.emulator.athena.functions.calling import emitted

    for _ in range(12):
        sql, kind = emitted("lpad", Sql(nested.sql, "varchar"), 3, "ab")
        nested = Sql(sql, str(kind))
    assert len(nested.sql) < 12_000
    assert engine.execute(f"SELECT {nested.sql}").fetchone() == ("abx",)
