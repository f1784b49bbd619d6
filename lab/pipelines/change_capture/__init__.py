"""What the change-capture pipelines share: run, follow, verify, watch, look at one order."""

from collections.abc import Iterator
from dataclasses import dataclass

from bootstrap import change_capture as wiring
from bootstrap.change_capture import ChangeCapture
from bootstrap.changes import Change
from bootstrap.changes import Progress as ChangeProgress
from bootstrap.settings import Settings
from lab.errors import UsageError
from lab.pipelines.base import Progress, RedriveReport, RunReport, RunRequest, Verification, quiet
from lab.pipelines.change_capture import history, running, verifying, watching


@dataclass(frozen=True)
class ChangeCapturePipeline:
    """DynamoDB → its stream → pipe → Kinesis → Firehose with a Lambda function → S3."""

    spec: ChangeCapture
    title: str

    @property
    def slug(self) -> str:
        return self.spec.slug

    def bootstrap(self, settings: Settings, progress: ChangeProgress | None = None) -> list[Change]:
        return wiring.bootstrap(self.spec, settings, progress)

    def teardown(self, settings: Settings, progress: ChangeProgress | None = None) -> list[Change]:
        return wiring.teardown(self.spec, settings, progress)

    def run(self, settings: Settings, request: RunRequest, progress: Progress = quiet) -> RunReport:
        return running.run(self.spec, settings, request, progress)

    def verify(self, settings: Settings, progress: Progress = quiet) -> Verification:
        return verifying.verify(self.spec, settings, progress)

    def watch(
        self, settings: Settings, *, every: float = 1.0, seconds: float | None = None
    ) -> Iterator[watching.Glance]:
        return watching.watch(self.spec, settings, every=every, seconds=seconds)

    def history(self, settings: Settings, key: str) -> list[history.Told]:
        return history.history(self.spec, settings, key)

    def redrive(self, settings: Settings, progress: Progress = quiet) -> RedriveReport:
        """:raises UsageError: always: such a pipeline has no letters that could be sent again"""
        raise UsageError(
            f"{self.slug} has no dead letters that could be sent again.",
            f"What its transform function refused lies below {wiring.ERROR_PREFIX} in {self.spec.bucket}: "
            "put the order right in the table, and the change that makes comes through.",
        )
