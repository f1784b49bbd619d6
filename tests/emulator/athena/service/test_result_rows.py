"""Rows out of result files: Athena's CSV with its NULLs, and lines."""

import csv
import io
import random

import pytest
from localstack_lab.athena.results.rows import csv_rows, lines


def test_null_is_the_empty_field_without_quotes() -> None:
    rows, taken = csv_rows(b'"a","b"\n,""\n"x",\n', 10)
    assert rows == [["a", "b"], [None, ""], ["x", None]]
    assert taken == 17


def test_quotes_separators_and_line_ends_inside_a_value() -> None:
    rows, _ = csv_rows('"say ""hi"", then","a\nb","é"\n'.encode(), 10)
    assert rows == [['say "hi", then', "a\nb", "é"]]


@pytest.mark.parametrize("cut", range(25))
def test_what_follows_the_last_whole_row_is_left(cut: int) -> None:
    """GIVEN a piece that ends anywhere in the second row WHEN it is read THEN only the first row is taken."""
    whole = b'"a","b"\n"x""y","1\n2"\n"c","d"\n'
    piece = whole[: 8 + cut] if cut < 13 else whole[: 8 + 12]
    rows, taken = csv_rows(piece, 10)
    assert (rows, taken) == ([["a", "b"]], 8)


def test_a_page_ends_after_as_many_rows_as_are_wanted() -> None:
    rows, taken = csv_rows(b'"1"\n"2"\n"3"\n', 2)
    assert (rows, taken) == ([["1"], ["2"]], 8)


def test_any_values_come_back_in_pieces_of_any_size() -> None:
    """GIVEN values of all that makes CSV hard WHEN read page by page THEN they are the values again."""
    chosen = random.Random(7)
    alphabet = ['"', ",", "\n", "a", "é", "", '""', "\r\n", " "]
    table = [
        [chosen.choice((None, "".join(chosen.choices(alphabet, k=chosen.randrange(6))))) for _ in range(3)]
        for _ in range(300)
    ]
    text = "".join(
        ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in row) + "\n"
        for row in table
    ).encode()
    found: list[list[str | None]] = []
    at = 0
    while at < len(text):
        size = 16
        rows, taken = csv_rows(text[at : at + size], 7)
        while not rows:
            size *= 2
            rows, taken = csv_rows(text[at : at + size], 7)
        found += rows
        at += taken
    assert found == table
    plain = [["" if value is None else value for value in row] for row in table]
    assert list(csv.reader(io.StringIO(text.decode(), newline=""))) == plain


def test_lines_have_no_end_after_the_last() -> None:
    assert lines(b"a\nb", 10, last=True) == ([["a"], ["b"]], 4)
    assert lines(b"a\nb", 10, last=False) == ([["a"]], 2)
    assert lines(b"a\nb\nc", 2, last=True) == ([["a"], ["b"]], 4)
    assert lines(b"plan\n", 10, last=True) == ([["plan"], [""]], 6)
