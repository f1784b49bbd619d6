"""Values in Athena's result files: what Trino's JDBC driver shows."""

import random
from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        # Java's Double.toString, https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Double.html
        ("DOUBLE '1'", "1.0"),
        ("DOUBLE '-0.0'", "-0.0"),
        ("DOUBLE '1e7'", "1.0E7"),
        ("DOUBLE '9999999'", "9999999.0"),
        ("DOUBLE '12345678.5'", "1.23456785E7"),
        ("DOUBLE '0.001'", "0.001"),
        ("DOUBLE '0.00099'", "9.9E-4"),
        ("DOUBLE '-1.5e-10'", "-1.5E-10"),
        ("DOUBLE '1e300'", "1.0E300"),
        ("DOUBLE '123456789012345680000'", "1.2345678901234568E20"),
        ("DOUBLE '749925000000'", "7.49925E11"),
        ("nan()", "NaN"),
        ("-infinity()", "-Infinity"),
        ("REAL '3.4e10'", "3.4E10"),
        ("REAL '0.1'", "0.1"),
        ("CAST(1.50 AS decimal(10,2))", "1.50"),
        ("true", "true"),
        ("DATE '2020-02-29'", "2020-02-29"),
        ("TIMESTAMP '2020-02-29 01:02:03'", "2020-02-29 01:02:03"),
        ("TIMESTAMP '2020-02-29 01:02:03.400'", "2020-02-29 01:02:03.400"),
        ("TIMESTAMP '2020-02-29 01:02:03.123456'", "2020-02-29 01:02:03.123456"),
        ("TIMESTAMP '2020-07-01 12:00:00.000 Europe/Berlin'", "2020-07-01 12:00:00.000 Europe/Berlin"),
        ("TIMESTAMP '2020-07-01 12:00:00.000 +08:00'", "2020-07-01 12:00:00.000 +08:00"),
        ("TIME '01:02:03.400'", "01:02:03.400"),
        ("X'48656c6c6f'", "48 65 6c 6c 6f"),
        ("INTERVAL '2' DAY", "2 00:00:00.000"),
        ("INTERVAL '-14' MONTH", "-1-2"),
        ("ARRAY[1, NULL, 3]", "[1, null, 3]"),
        ("ARRAY['a,b', '\"']", '[a,b, "]'),
        ("ARRAY[]", "[]"),
        ("ARRAY[ARRAY[DOUBLE '1e7']]", "[[1.0E7]]"),
        ("MAP(ARRAY['k', 'l'], ARRAY[1, NULL])", "{k=1, l=null}"),
        ("CAST(ROW(1, 'x', NULL) AS ROW(a integer, b varchar, c double))", "{a=1, b=x, c=null}"),
        ("CAST(JSON '{\"a\": [1, 2]}' AS json)", '{"a":[1,2]}'),
        ("''", ""),
    ],
)
def test_a_value_as_text(text_of: Callable[[str], str], expression: str, shown: str) -> None:
    assert text_of(expression) == shown


# https://docs.aws.amazon.com/athena/latest/ug/arrays-create-maps.html, and measured on Athena (athena-local's
# measurements); the others follow from java.util.HashMap, whose order it is
@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (
            "MAP(ARRAY['first', 'last', 'age'], ARRAY['Bob', 'Smith', '35'])",
            "{last=Smith, first=Bob, age=35}",
        ),
        ("MAP(ARRAY['k', 'j'], ARRAY[1, 2])", "{j=2, k=1}"),
        ("MAP(ARRAY[10, 9], ARRAY['b', 'a'])", "{9=a, 10=b}"),
        ("MAP(ARRAY[10, -9, 17], ARRAY['b', 'a', 'c'])", "{17=c, -9=a, 10=b}"),
        ("MAP(ARRAY[BIGINT '-5', 4294967296, 3], ARRAY['b', 'a', 'c'])", "{4294967296=a, 3=c, -5=b}"),
        ("MAP(ARRAY[17, 1], ARRAY['b', 'a'])", "{17=b, 1=a}"),
        ("MAP(ARRAY[true, false], ARRAY[1, 2])", "{false=2, true=1}"),
        ("MAP(ARRAY['Aa', 'BB', ''], ARRAY[1, 2, 3])", "{Aa=1, BB=2, =3}"),
        ("MAP(ARRAY['k', 'j'], ARRAY[MAP(ARRAY['b', 'a'], ARRAY[1, 2]), NULL])", "{j=null, k={a=2, b=1}}"),
        ("MAP()", "{}"),
        (
            "map_from_entries(transform(sequence(1, 13), x -> ROW(x * 16, x)))",
            "{32=2, 64=4, 96=6, 128=8, 160=10, 192=12, 16=1, 48=3, 80=5, 112=7, 144=9, 176=11, 208=13}",
        ),
        (
            "map_from_entries(transform(sequence(1, 12), x -> ROW(x * 16, x)))",
            "{16=1, 32=2, 48=3, 64=4, 80=5, 96=6, 112=7, 128=8, 144=9, 160=10, 176=11, 192=12}",
        ),
    ],
)
def test_a_map_has_the_order_of_javas(text_of: Callable[[str], str], expression: str, shown: str) -> None:
    assert text_of(expression) == shown


def test_the_code_of_a_text_is_javas(text_of: Callable[[str], str]) -> None:
    """Of random texts, with characters that are two of UTF-16's."""
    draw = random.Random(7)
    texts = ["".join(draw.choices("abcXYZ09 _é日😀", k=draw.randrange(1, 9))) for _ in range(60)]
    for one, other in zip(texts[::2], texts[1::2], strict=True):
        if one == other:
            continue
        places = {text: _place(text) for text in (one, other)}
        shown = ", ".join(f"{text}=1" for text in sorted(places, key=lambda text: places[text]))
        assert text_of(f"MAP(ARRAY['{one}', '{other}'], ARRAY[1, 1])") == f"{{{shown}}}"


def _place(text: str) -> int:
    """Where java.util.HashMap puts a String in a table of 16."""
    code = 0
    units = text.encode("utf-16-be")
    for at in range(0, len(units), 2):
        code = (code * 31 + int.from_bytes(units[at : at + 2])) & 0xFFFFFFFF
    return (code ^ code >> 16) & 15


def test_every_value_is_quoted_and_null_is_an_empty_field(file_of: Callable[[str], str]) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/querying.html
    sql = "SELECT 1, 'a\"b' AS \"x\"\"y\", CAST(NULL AS varchar), '', 'two\nlines' AS a, 2 AS a"
    assert file_of(sql) == '"_col0","x""y","_col2","_col3","a","a"\n"1","a""b",,"","two\nlines","2"\n'


def test_no_rows_leave_the_header(file_of: Callable[[str], str]) -> None:
    assert file_of("SELECT 1 AS a WHERE false") == '"a"\n'


@pytest.mark.parametrize("kind", ["ARRAY[1]", "MAP(ARRAY[1], ARRAY[2])", "CAST(ROW(1) AS ROW(a integer))"])
def test_a_null_structure_is_null(file_of: Callable[[str], str], kind: str) -> None:
    assert file_of(f"SELECT IF(rand() > 2, {kind}) AS a") == '"a"\n\n'
