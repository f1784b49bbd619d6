"""Reading the end of a log, and what is added to it."""

from pathlib import Path

import pytest

from lab.logfile import BLOCK, last_lines, new_lines


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
@pytest.mark.parametrize("width", [1, 50, BLOCK])
def test_the_last_lines(tmp_path: Path, count: int, width: int) -> None:
    lines = [f"{number}".rjust(width, "ü") for number in range(20)]
    path = tmp_path / "log"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert last_lines(path, count) == lines[max(0, 20 - count) :]


def test_no_log_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none", 5) == []
    assert list(new_lines(tmp_path / "none", lambda: True)) == []


def test_a_new_line_is_given_when_it_is_whole_and_the_last_after_the_end(tmp_path: Path) -> None:
    """GIVEN a log that grows while it is followed WHEN its writer ends THEN its last words are there, too."""
    path = tmp_path / "log"
    path.write_text("old\n")
    pieces = iter(["one\ntw", "o\n", "last\n"])

    def writing() -> bool:
        piece = next(pieces)
        with path.open("a") as file:
            file.write(piece)
        return piece != "last\n"

    assert list(new_lines(path, writing)) == ["one", "two", "last"]
