"""Notebooks are made from their scripts: ``python -m tests.support.notebooks`` writes all of them anew."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SCRIPTS = sorted(path for path in NOTEBOOKS.glob("*.py") if path.name != "conftest.py")


def generated(script: Path, folder: Path) -> bytes:
    """The notebook of `script`, as ``jupytext --to ipynb`` and then ``nbstripout`` make it in `folder`."""
    shutil.copy(script, folder)
    notebook = script.with_suffix(".ipynb").name
    for command in (["jupytext", "--to", "ipynb", script.name], ["nbstripout", notebook]):
        subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, check=True)
    return (folder / notebook).read_bytes()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        for source in SCRIPTS:
            source.with_suffix(".ipynb").write_bytes(generated(source, Path(work)))
            sys.stdout.write(f"notebooks/{source.stem}.ipynb\n")
