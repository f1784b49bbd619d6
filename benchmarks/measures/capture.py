"""Changes of orders from DynamoDB to S3, through the project's own pipelines and handlers."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from benchmarks.contestants import Contestant, NotThere
from benchmarks.measures.base import Measure
from benchmarks.measures.whole import another_of
from benchmarks.measures.wiring import unfit, wire
from benchmarks.memory_course import Course
from benchmarks.processor import load_over
from benchmarks.workload import Clients, until
from bootstrap import sales_cdc, sales_outlook, sales_projection
from bootstrap.change_capture import DATA_PREFIX, ChangeCapture
from bootstrap.errors import BootstrapError
from bootstrap.session import Session
from bootstrap.settings import Settings
from generator import changes
from lab.errors import LabError
from lab.pipelines.base import quiet
from lab.pipelines.change_capture.verifying import verify
from lab.pipelines.change_capture.writing import Writer, item, write

FIRST_WITHIN = 30.0
"""Seconds for the first change of a pipeline, buffers of seconds and a cold function included."""
NO_BUFFER = replace(
    sales_cdc.SPEC,
    table="bench-orders",
    pipe="bench-orders-to-kinesis",
    stream="bench-changes",
    delivery="bench-changes-to-s3",
    function="bench-transformation",
    bucket="bench-change-files",
    function_seconds=0,
    seconds=0,
)
"""The pipeline `sales_cdc` under other names, that gathers nothing."""


class Lines:
    """Counts the lines that a pipeline has written, each object read once."""

    def __init__(self, session: Session, spec: ChangeCapture) -> None:
        self._s3, self._bucket = session.client("s3"), spec.bucket
        self._lines: dict[str, int] = {}

    def keys(self) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=DATA_PREFIX)
        for page in pages:
            yield from (entry["Key"] for entry in page.get("Contents", []))

    def body(self, key: str) -> bytes:
        with self._s3.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
            return bytes(body.read())

    def count(self) -> int:
        for key in self.keys():
            if key not in self._lines:
                self._lines[key] = self.body(key).count(b"\n")
        return sum(self._lines.values())

    @property
    def objects(self) -> int:
        """How many objects the lines of the last count are in."""
        return len(self._lines)


def carry_one(session: Session, spec: ChangeCapture, prefix: str) -> Lines:
    """Send one order through, so that nothing that is loaded once is measured later.

    :raises NotThere: it does not come out
    """
    lines = Lines(session, spec)
    before = lines.count()
    write(Writer(session, spec), changes.generate(1, prefix=prefix), quiet)
    until(lambda: lines.count() > before, FIRST_WITHIN, f"change of {spec.table} in S3", every=0.1)
    return lines


class Sustained(Measure):
    """Writes, 25 in a call, as fast as DynamoDB takes them; the clock stops when all are lines in S3.

    Then `lab verify` holds the table against the files, item by item: a change too few or too many, or an
    order that differs, and there is no figure. An instance of its own, so that its memory is the changes':
    Kinesis keeps what it holds for a day in memory, up to 64 MiB (LAB_KINESIS_MEMORY_MB), the rest in files,
    so memory rises by that much and then no more.
    """

    unit = "changes/s"
    goal = 500.0
    more_is_better = True
    rounds = 1

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.name = f"cdc-{seconds}s"
        self.title = f"CDC end to end, batch writes for {seconds} s, none lost"
        self._notes: list[str] = []

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        another = another_of(contestant)
        try:
            another.start()
            return self._measure(another, wire(another.endpoint, sales_cdc.SPEC))
        except (BootstrapError, LabError) as e:
            raise NotThere(str(e)) from e
        finally:
            another.stop()

    def _measure(self, contestant: Contestant, settings: Settings) -> float:
        session = sales_cdc.SPEC.session(settings)
        lines = carry_one(session, sales_cdc.SPEC, "first")
        before = lines.count()
        course, sent = Course(), 0
        course.weigh("start", contestant.pid)
        began = time.monotonic()
        for seed, moment in enumerate(("middle", "end of writing")):
            endless = changes.generate(seed=seed, prefix=moment.split()[0])
            sent += len(write(Writer(session, sales_cdc.SPEC), endless, quiet, seconds=self.seconds / 2))
            course.weigh(moment, contestant.pid)
        written = time.monotonic() - began
        until(lambda: lines.count() >= before + sent, 120 + 2 * self.seconds, f"{sent} changes", every=0.2)
        seconds = time.monotonic() - began
        course.weigh("all in S3", contestant.pid)
        self._require_none_lost(settings, before + sent, lines)
        self._notes.append(
            f"{self.name}, {contestant.name}: {sent:,} changes written at {sent / written:,.0f} a second, the"
            f" last in S3 {seconds - written:.1f} s after its write, in {lines.objects} objects; verified,"
            f" none lost, none twice. RSS (PSS) in MiB: {course};"
            f" {course.kib_each(sent):.1f} KiB of PSS a change"
        )
        return sent / seconds

    @staticmethod
    def _require_none_lost(settings: Settings, wanted: int, lines: Lines) -> None:
        found = verify(sales_cdc.SPEC, settings)
        if not found.ok:
            first = found.differences[0]
            raise NotThere(f"{len(found.differences)} differences, the first: {first.key} {first.problem}")
        if lines.count() != wanted or found.counts["streamed"] != wanted:
            raise NotThere(f"{lines.count()} lines and {found.counts['streamed']} in the stream of {wanted}")

    def notes(self) -> list[str]:
        return self._notes


class OneChange(Measure):
    name = "cdc-one-change"
    title = "one change: DynamoDB write returned → object in S3 (0 s buffer), p50"
    unit = "ms"
    goal = 500.0
    CHANGES = 7
    SEEDS = count(1)

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        session = NO_BUFFER.session(wire(clients.endpoint, NO_BUFFER))
        try:
            carry_one(session, NO_BUFFER, "first")
        except NotThere as e:
            unfit(clients.endpoint, e, NO_BUFFER)
            raise

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        session = NO_BUFFER.session(wire(clients.endpoint, NO_BUFFER))
        return statistics.median(self._one(session) for _ in range(self.CHANGES))

    def _one(self, session: Session) -> float:
        lines, dynamodb = Lines(session, NO_BUFFER), session.client("dynamodb")
        prefix = f"single{next(self.SEEDS)}"
        [change] = changes.generate(1, prefix=prefix)
        before = set(lines.keys())
        new: set[str] = set()

        def arrived() -> bool:
            new.update(set(lines.keys()) - before)
            return bool(new)

        dynamodb.put_item(TableName=NO_BUFFER.table, Item=item(NO_BUFFER.key, change.order))
        began = time.perf_counter()
        until(arrived, FIRST_WITHIN, "object in S3", every=0.005)
        milliseconds = (time.perf_counter() - began) * 1000
        if not any(prefix.encode() in lines.body(key) for key in new):
            raise NotThere("the object in S3 does not tell of the change")
        return milliseconds


class Idle(Measure):
    """Three pipelines that have carried changes and have nothing to do, in an instance of their own."""

    name = "idle"
    title = "CPU when idle, three pipelines wired and used, over 15 s"
    unit = "% of a core"
    goal = 3.0
    rounds = 1
    SECONDS = 15.0
    SETTLE = 5.0
    SPECS = (sales_cdc.SPEC, sales_projection.SPEC, sales_outlook.SPEC)
    SETTINGS = {"LAB_TIME_SCALE": "0.05"}
    """A buffer of a minute need not be waited for."""

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        another: Any = another_of(contestant, self.SETTINGS)
        try:
            another.start()
            for spec in self.SPECS:
                carry_one(spec.session(wire(another.endpoint, spec)), spec, "first")
            time.sleep(self.SETTLE)
            return load_over(another.pid, self.SECONDS)
        except BootstrapError as e:
            raise NotThere(str(e)) from e
        finally:
            another.stop()
