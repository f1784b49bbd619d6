"""A change-capture pipeline in a running lab, as its tests see it."""

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bootstrap.changes import Change
from bootstrap.settings import Settings
from lab.pipelines.change_capture import ChangeCapturePipeline
from lab.pipelines.change_capture.verifying import pipe_state
from tests.support.waiting import eventually

WITHIN = 60.0


class Capture:
    """A bootstrapped pipeline."""

    def __init__(self, pipeline: ChangeCapturePipeline, settings: Settings) -> None:
        self.pipeline = pipeline
        self.spec = pipeline.spec
        self.settings = settings
        self.session = self.spec.session(settings)

    def client(self, service: str) -> Any:
        return self.session.client(service)

    @staticmethod
    def key() -> str:
        """An order id that no other test uses."""
        return uuid.uuid4().hex

    def put(self, item: dict[str, Any]) -> None:
        self.client("dynamodb").put_item(TableName=self.spec.table, Item=item)

    def delete(self, key: str) -> None:
        self.client("dynamodb").delete_item(TableName=self.spec.table, Key={self.spec.key: {"S": key}})

    def found(self, key: str) -> list[tuple[str, dict[str, Any]]]:
        """(object, line) of each change of the order in the files, by sequence."""
        s3 = self.client("s3")
        found = []
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=self.spec.bucket, Prefix="cdc/"):
            for entry in page.get("Contents", []):
                body = s3.get_object(Bucket=self.spec.bucket, Key=entry["Key"])["Body"].read().decode()
                for text in filter(None, body.split("\n")):
                    line = json.loads(text, parse_float=Decimal)
                    if line[self.spec.key] == key:
                        found.append((entry["Key"], line))
        return sorted(found, key=lambda one: int(one[1]["cdc_sequence_number"]))

    def _found(self, key: str, count: int) -> list[tuple[str, dict[str, Any]]]:
        def enough() -> list[tuple[str, dict[str, Any]]]:
            found = self.found(key)
            return found if len(found) >= count else []

        return eventually(enough, within=WITHIN, every=0.2, expecting=f"{count} lines of {key}")

    def lines(self, key: str, count: int) -> list[dict[str, Any]]:
        """Wait for that many lines of the order, and answer them by sequence."""
        return [line for _, line in self._found(key, count)]

    def places(self, key: str, count: int) -> list[str]:
        """Wait for that many lines of the order, and answer the objects that they lie in."""
        return [place for place, _ in self._found(key, count)]

    def logged(self, text: str) -> bool:
        """Wait until the function's log tells of it."""

        def tells() -> bool:
            logs = self.client("logs")
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=self.spec.log_group)
            return any(text in event["message"] for page in pages for event in page["events"])

        return eventually(tells, within=WITHIN, every=0.2, expecting=f"{text!r} in {self.spec.log_group}")

    def stop_pipe(self) -> None:
        self.client("pipes").stop_pipe(Name=self.spec.pipe)
        self._pipe_is("STOPPED")

    def start_pipe(self) -> None:
        self.client("pipes").start_pipe(Name=self.spec.pipe)
        self._pipe_is("RUNNING")

    def _pipe_is(self, state: str) -> None:
        eventually(
            lambda: pipe_state(self.session, self.spec) == state, within=WITHIN, expecting=f"a {state} pipe"
        )

    def renew(self) -> None:
        """Make it anew: a stream cannot be emptied."""
        self.pipeline.teardown(self.settings)
        self.pipeline.bootstrap(self.settings)

    def inventory(self) -> set[str]:
        """The names of all resources of the kinds that the pipeline uses, in its region."""
        logs, pipes, firehose = (self.client(name) for name in ("logs", "pipes", "firehose"))
        names = {f"bucket {b['Name']}" for b in self.client("s3").list_buckets()["Buckets"]}
        names |= {f"queue {url}" for url in self.client("sqs").list_queues().get("QueueUrls", [])}
        names |= {f"table {name}" for name in self.client("dynamodb").list_tables()["TableNames"]}
        names |= {
            f"function {f['FunctionName']}" for f in self.client("lambda").list_functions()["Functions"]
        }
        names |= {f"stream {name}" for name in self.client("kinesis").list_streams()["StreamNames"]}
        names |= {f"pipe {pipe['Name']}" for pipe in pipes.list_pipes()["Pipes"]}
        names |= {f"delivery {name}" for name in firehose.list_delivery_streams()["DeliveryStreamNames"]}
        names |= {f"role {role['RoleName']}" for role in self.client("iam").list_roles()["Roles"]}
        names |= {f"log group {group['logGroupName']}" for group in logs.describe_log_groups()["logGroups"]}
        names -= {"log group /aws-glue/crawlers"}  # Glue's own, of all crawlers: it stays on AWS, too
        glue, athena = self.client("glue"), self.client("athena")
        names |= {f"database {one['Name']}" for one in glue.get_databases()["DatabaseList"]}
        names |= {
            f"classifier {one['JsonClassifier']['Name']}" for one in glue.get_classifiers()["Classifiers"]
        }
        names |= {f"crawler {name}" for name in glue.list_crawlers()["CrawlerNames"]}
        return names | {f"work group {one['Name']}" for one in athena.list_work_groups()["WorkGroups"]}


def captured(pipeline: ChangeCapturePipeline, endpoint: str) -> Iterator[Capture]:
    """For a fixture: the pipeline, set up for one module of tests and torn down after it."""
    settings = Settings(endpoint_url=endpoint)
    pipeline.bootstrap(settings)
    yield Capture(pipeline, settings)
    pipeline.teardown(settings)


def actions(changes: list[Change]) -> dict[str, int]:
    return dict(Counter(change.action for change in changes))
