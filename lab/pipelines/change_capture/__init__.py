"""What the change-capture pipelines share: run, follow, verify, watch, look at one order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bootstrap import change_capture as wiring
from bootstrap.change_capture import ChangeCapture
from bootstrap.changes import Change
from bootstrap.changes import Progress as ChangeProgress
from bootstrap.ensure.athena import named_queries
from bootstrap.settings import Settings
from lab import athena, crawling
from lab.athena import Answer
from lab.crawling import Crawled
from lab.errors import UsageError
from lab.pipelines.base import Progress, RedriveReport, RunReport, RunRequest, Verification, quiet
from lab.pipelines.change_capture import history, running, verifying, watching


@dataclass(frozen=True)
class ChangeCapturePipeline:
    """DynamoDB → its stream → pipe → Kinesis → Firehose with a Lambda function → S3 → crawler → Athena."""

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

    def crawl(self, settings: Settings, progress: Progress = quiet) -> Crawled:
        """Run the pipeline's crawler and wait for it."""
        return crawling.crawl(self.spec.session(settings), self.spec.lake, progress)

    def query(
        self, settings: Settings, text: str, parameters: Sequence[str] = (), progress: Progress = quiet
    ) -> Answer:
        """Ask Athena in the pipeline's own work group and database; see `lab.athena.query`."""
        return athena.query(
            self.spec.session(settings),
            text,
            work_group=self.spec.lake.work_group,
            database=self.spec.lake.database,
            parameters=parameters,
            progress=progress,
        )

    def saved(self, settings: Settings) -> dict[str, str]:
        """The text of each saved query of the pipeline's work group, by name."""
        found = named_queries(self.spec.session(settings), self.spec.lake.work_group)
        return {name: found[name]["QueryString"] for name in sorted(found)}

    def redrive(self, settings: Settings, progress: Progress = quiet) -> RedriveReport:
        """:raises UsageError: always: such a pipeline has no letters that could be sent again"""
        raise UsageError(
            f"{self.slug} has no dead letters that could be sent again.",
            f"What its transform function refused lies below {wiring.ERROR_PREFIX} in {self.spec.bucket}: "
            "put the order right in the table, and the change that makes comes through.",
        )
