"""Each notebook is generated from its script: nobody edits the other one, and no output is committed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SCRIPTS = sorted(path for path in NOTEBOOKS.glob("*.py") if path.name != "conftest.py")


def generated(script: Path, folder: Path) -> bytes:
    """The notebook of `script`, as ``jupytext --to ipynb`` and then ``nbstripout`` make it in `folder`."""
    shutil.copy(script, folder)
    notebook = script.with_suffix(".ipynb").name
    for command in (["jupytext", "--to", "ipynb", script.name], ["nbstripout", notebook]):
        subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, check=True)
    return (folder / notebook).read_bytes()


def test_there_are_notebooks() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_is_what_its_script_makes(script: Path, tmp_path: Path) -> None:
    notebook = script.with_suffix(".ipynb")
    commands = f"jupytext --to ipynb {script.name} && nbstripout {notebook.name}"

    assert notebook.read_bytes() == generated(script, tmp_path), f"in notebooks/, run: {commands}"
