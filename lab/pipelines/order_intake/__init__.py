"""Pipeline `order_intake`: send order files, follow them, account for each order, redrive dead letters."""

from bootstrap import order_intake as wiring
from bootstrap.changes import Change
from bootstrap.changes import Progress as ChangeProgress
from bootstrap.settings import Settings
from lab.pipelines.base import (
    Pipeline,
    Progress,
    RedriveReport,
    RunReport,
    RunRequest,
    Verification,
    quiet,
)
from lab.pipelines.order_intake import redriving, running, verifying


class OrderIntake:
    """S3 → EventBridge → Step Functions → Lambda → DynamoDB or SQS."""

    slug = wiring.SLUG
    title = "Order intake"

    def bootstrap(self, settings: Settings, progress: ChangeProgress | None = None) -> list[Change]:
        return wiring.bootstrap(settings, progress)

    def teardown(self, settings: Settings, progress: ChangeProgress | None = None) -> list[Change]:
        return wiring.teardown(settings, progress)

    def run(self, settings: Settings, request: RunRequest, progress: Progress = quiet) -> RunReport:
        return running.run(settings, request, progress)

    def verify(self, settings: Settings, progress: Progress = quiet) -> Verification:
        return verifying.verify(settings, progress)

    def redrive(self, settings: Settings, progress: Progress = quiet) -> RedriveReport:
        return redriving.redrive(settings, progress)


PIPELINE: Pipeline = OrderIntake()
