"""The place that Athena's complaint names is marked in the statement."""

import pytest
from rich.cells import cell_len

from lab.sqlplace import marked


@pytest.mark.parametrize(
    ("text", "complaint", "shown"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'", "SELEC 1\n^"),
        ("SELECT a,\n  b\nFROM c", "COLUMN_NOT_FOUND: line 2:3: Column 'b' cannot", "  b\n  ^"),
        ("SELECT a,\r\n\tb", "line 2:2: Column", " b\n ^"),
        ("SELECT", "line 1:7: mismatched input '<EOF>'", "SELECT\n      ^"),
        ("SELECT '日本', x", "line 1:14: Column 'x'", "SELECT '日本', x\n               ^"),
    ],
)
def test_the_line_and_a_mark_below_it(text: str, complaint: str, shown: str) -> None:
    assert marked(text, complaint) == shown


@pytest.mark.parametrize(
    "complaint",
    [
        "DIVISION_BY_ZERO: Division by zero",
        "line 9:1: no such line",
        "line 1:99: no such column",
        "line 0:1: no",
    ],
)
def test_without_a_place_nothing_is_marked(complaint: str) -> None:
    assert marked("SELECT 1", complaint) == ""


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    text = "SELECT " + ", ".join(f"column_{number}" for number in range(500)) + " FROM cdc"
    column = text.index("column_300") + 1

    line, mark = marked(text, f"line 1:{column}: Column 'column_300' cannot be resolved").splitlines()

    assert cell_len(line) <= 80
    assert line.startswith("… ")
    assert line.endswith(" …")
    assert line[len(mark) - 1 :].startswith("column_300")
