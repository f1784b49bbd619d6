"""The stand-in is moto's enumeration in all but its weight, and is there only for one import."""

import subprocess
import sys

from localstack_lab.tuning.batch_job_status import PATCHES, JobStatus

PROGRAM = f"""
import importlib, sys
from localstack_lab.tuning.hooks import install
from localstack_lab.tuning.post_import import PostImportFinder
install(PostImportFinder())
task = importlib.import_module({PATCHES[0].module!r})
assert "moto.ec2" not in sys.modules, "EC2 was loaded"
assert "moto.batch.utils" not in sys.modules, "the stand-in was left behind"
from moto.batch.utils import JobStatus as real, make_arn_for_job
import moto.batch
ours = task.JobStatus
assert ours is not real
assert [(m.name, m.value, str(m)) for m in ours] == [(m.name, m.value, str(m)) for m in real]
assert all(ours(m.value) == m.value and hash(ours(m.value)) == hash(m.value) for m in real)
assert moto.batch.utils.JobStatus is real
print("the same")
"""


def test_a_job_state_equals_its_word() -> None:
    assert JobStatus.SUCCEEDED == "SUCCEEDED"
    assert "FAILED" in {JobStatus.SUCCEEDED, JobStatus.FAILED}


def test_step_functions_loads_without_ec2_and_moto_is_unharmed() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "the same", done.stderr
