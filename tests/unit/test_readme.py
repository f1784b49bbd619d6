"""The README cannot lie about what there is: commands, exit codes, targets and files are held against it."""

import re
from pathlib import Path

import pytest

from lab.app import app
from lab.errors import ExitCode

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands]  # type: ignore[union-attr]
TARGETS = dict(re.findall(r"^([a-z-]+):.*\n\t@\$\(UV\) (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.M))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_table(command: str) -> None:
    assert re.search(rf"^\| `lab {command}( SLUG)?( KEY| SQL)?` \|", README, re.M)


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_in_the_table(code: ExitCode) -> None:
    assert f"| {int(code)} | {code.meaning} |" in README


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_its_line_for_people_without_make(target: str) -> None:
    row = next((line for line in README.splitlines() if f"`make {target}`" in line and "bin/uv" in line), "")
    assert f"`bin/uv {TARGETS[target]}`" in row or ("lab up" in row and f"`{target}`" in row)


def test_every_file_it_links_to_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_nothing_is_left_to_be_filled_in() -> None:
    assert "<!--" not in README
