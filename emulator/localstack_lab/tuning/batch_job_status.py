"""Step Functions without EC2: seven words of AWS Batch must not load moto's EC2 data.

Slow upstream: the task for AWS Batch imports ``moto.batch.utils`` for the enumeration ``JobStatus``. That
loads moto's Batch, and with it moto's EC2 with all instance types and zones: 95 MB and 0.7 s, in every
LocalStack that ever ran a state machine.

Same answers, because the module only compares a job's status, a string, with members of that enumeration;
the enumeration here has the same names and values (a test compares them). Whoever imports ``moto.batch``
itself gets the real one: the stand-in is there only during that one import.
"""

import sys
from enum import Enum
from types import ModuleType

from localstack_lab.tuning.patch import LOCALSTACK, Patch

NEEDED = "moto.batch.utils"


class JobStatus(str, Enum):  # noqa: UP042 - as moto has it: str() of a member names the class
    """https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html"""

    SUBMITTED = "SUBMITTED"
    PENDING = "PENDING"
    RUNNABLE = "RUNNABLE"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


def lend() -> None:
    """Before the import: put the stand-in where ``from moto.batch.utils import JobStatus`` finds it."""
    if NEEDED in sys.modules:
        return
    stand_in = ModuleType(NEEDED)
    stand_in.JobStatus = JobStatus  # type: ignore[attr-defined]
    sys.modules[NEEDED] = stand_in


def take_back(_patch: Patch, _module: ModuleType) -> None:
    """After the import: whoever asks for the module from now on gets moto's."""
    stand_in = sys.modules.get(NEEDED)
    if stand_in is not None and getattr(stand_in, "JobStatus", None) is JobStatus:
        del sys.modules[NEEDED]


PATCHES = [
    Patch(
        "Batch's job states without EC2",
        "localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service"
        ".state_task_service_batch",
        take_back,
        {**LOCALSTACK, "moto-ext": "5.1.24"},
        before=lend,
    )
]
