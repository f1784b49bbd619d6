"""Each notebook is generated from its script: nobody edits the other one, and no output is committed."""

from pathlib import Path

import pytest

from tests.support.notebooks import SCRIPTS, generated


def test_there_are_notebooks() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_is_what_its_script_makes(script: Path, tmp_path: Path) -> None:
    notebook = script.with_suffix(".ipynb")
    assert notebook.read_bytes() == generated(script, tmp_path), "run `make ipynb`"
