"""Following executions of the state machine."""

import json
import time
from collections.abc import Callable
from typing import Any

from bootstrap import order_intake as wiring
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from lab.errors import ServiceFailed
from lab.pipelines.base import Progress, Step
from lab.pipelines.order_intake.letters import FileVersion

POLL_SECONDS = 0.1
SUCCEEDED, RUNNING = "SUCCEEDED", "RUNNING"


class Machine:
    """The pipeline's state machine, seen from outside.

    :raises NotBootstrapped: from every method, when there is none yet
    """

    def __init__(self, session: Session) -> None:
        self._states = session.client("stepfunctions")
        self._arn = session.arn("states", f"stateMachine:{wiring.STATE_MACHINE}")
        self._inputs: dict[str, FileVersion | None] = {}

    def start(self, given: dict[str, Any]) -> str:
        """Start an execution; answers its ARN."""
        try:
            answer = self._states.start_execution(stateMachineArn=self._arn, input=json.dumps(given))
        except self._states.exceptions.StateMachineDoesNotExist as error:
            raise NotBootstrapped(wiring.SLUG, f"The state machine {wiring.STATE_MACHINE}") from error
        return answer["executionArn"]

    def start_file(self, file: FileVersion, size: int) -> str:
        """Start an execution as S3's event for this version of the object would."""
        about = {"key": file.key, "version-id": file.version_id, "size": size}
        return self.start({"detail": {"bucket": {"name": file.bucket}, "object": about}})

    def status(self, execution: str) -> str:
        return self._states.describe_execution(executionArn=execution)["status"]

    def running(self) -> int:
        """How many executions have not ended."""
        try:
            pages = self._states.get_paginator("list_executions").paginate(
                stateMachineArn=self._arn, statusFilter=RUNNING
            )
            return sum(len(page["executions"]) for page in pages)
        except self._states.exceptions.StateMachineDoesNotExist as error:
            raise NotBootstrapped(wiring.SLUG, f"The state machine {wiring.STATE_MACHINE}") from error

    def find(self, file: FileVersion) -> str | None:
        """The ARN of the youngest execution that S3's event for `file` started, if it started one yet."""
        pages = self._states.get_paginator("list_executions").paginate(stateMachineArn=self._arn)
        for page in pages:
            for execution in page["executions"]:
                arn = execution["executionArn"]
                if arn not in self._inputs:
                    self._inputs[arn] = self._file_of(arn)
                if self._inputs[arn] == file:
                    return arn
        return None

    def _file_of(self, execution: str) -> FileVersion | None:
        given = json.loads(self._states.describe_execution(executionArn=execution).get("input") or "{}")
        detail = given.get("detail")
        if not isinstance(detail, dict) or "object" not in detail:
            return None
        about = detail["object"]
        return FileVersion(detail["bucket"]["name"], about["key"], about.get("version-id", "null"))

    def stretches(self, execution: str) -> tuple[int, int] | None:
        """(done, total) of the execution's distributed Map; None while it has none."""
        runs = self._states.list_map_runs(executionArn=execution)["mapRuns"]
        if not runs:
            return None
        counts = self._states.describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
        return counts["total"] - counts["pending"] - counts["running"], counts["total"]

    def follow(
        self,
        execution: str,
        progress: Progress,
        *,
        timeout: float,
        what: str,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> str:
        """Wait until the execution ends; answers its status.

        :param meanwhile: called at each look, such as to keep messages held
        :raises ServiceFailed: it did not end within `timeout` seconds
        """
        deadline = time.monotonic() + timeout
        while (status := self.status(execution)) == RUNNING:
            if time.monotonic() > deadline:
                raise ServiceFailed(
                    f"The execution {execution} did not end within {timeout:g} s.",
                    "`lab logs` shows what LocalStack says; `lab verify order_intake` what is missing.",
                )
            meanwhile()
            done, total = self.stretches(execution) or (0, 0)
            progress(Step(what, done, total))
            time.sleep(POLL_SECONDS)
        return status

    def settle(self, progress: Progress, *, timeout: float) -> bool:
        """Wait until no execution runs; answers whether that came true in time."""
        deadline = time.monotonic() + timeout
        while count := self.running():
            if time.monotonic() > deadline:
                return False
            progress(Step(f"{count} executions still run"))
            time.sleep(POLL_SECONDS)
        return True
