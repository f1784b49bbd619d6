"""The lab that a notebook starts: it goes with the notebook, however far that came."""

import subprocess
import sys
from pathlib import Path

import pytest

from lab.health import answers

pytestmark = pytest.mark.embedded  # it starts a lab of its own

NOTEBOOK = """
from lab.notebook import NotebookLab
lab = NotebookLab("sales_cdc", {"LAB_TIME_SCALE": "0.05"})
assert lab.started_here
print(lab.settings.endpoint_url, flush=True)
"""


@pytest.mark.parametrize("ending", ["", "lab.close()", "raise RuntimeError('a cell that fails')"])
def test_nothing_is_left_of_it_when_the_kernel_ends(tmp_path: Path, ending: str) -> None:
    (tmp_path / "t").mkdir()

    ended = subprocess.run(
        [sys.executable, "-c", NOTEBOOK + ending],
        env={"TMPDIR": str(tmp_path / "t"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == (1 if "raise" in ending else 0), ended.stderr
    assert not answers(int(ended.stdout.rpartition(":")[2]))
    assert list((tmp_path / "t").iterdir()) == []
