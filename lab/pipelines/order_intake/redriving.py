"""Process the dead letters again, once the cause is gone.

A letter is deleted only after its order is stored, or has come back as a letter of its own: both are certain
when the execution that took it has succeeded. If anything is cut off in between, the letter turns up again
when its hold ends; the next redrive finds the order stored already, so nothing is stored twice.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import batched, islice
from typing import Any

from bootstrap.session import Session
from bootstrap.settings import Settings
from lab.pipelines.base import Difference, Progress, RedriveReport, Step, quiet
from lab.pipelines.order_intake.accounts import LOST, Account, Letters, account_for, is_stored, order_ids
from lab.pipelines.order_intake.executions import SUCCEEDED, Machine
from lab.pipelines.order_intake.letters import HOLD_SECONDS, FileVersion, Letter, Queue
from lab.pipelines.order_intake.verifying import all_items, file_versions, read_file, some_items

ROUND = 1_000
AT_ONCE = 8
TIMEOUT_SECONDS = 900.0
_MAX_ORDERS, _MAX_BYTES = 100, 24_000  # of one execution's input: far below an inline Map's limits


@dataclass(slots=True)
class Job:
    """One execution to come: some orders of a file, or the file as a whole, and the letters it settles."""

    file: FileVersion
    size: int
    letters: list[Letter] = field(default_factory=list)
    orders: dict[int, Any] = field(default_factory=dict)
    whole_file: bool = False

    def start(self, machine: Machine) -> str:
        if self.whole_file:
            return machine.start_file(self.file, self.size)
        return machine.start(
            {
                "redrive": {
                    "source": self.file._asdict() | {"size": self.size},
                    "orders": [_jsonable(order) for order in self.orders.values()],
                    "positions": list(self.orders),
                }
            }
        )


def redrive(settings: Settings, progress: Progress = quiet) -> RedriveReport:
    """Run every dead letter again, then every file of which no trace is found.

    :raises NotBootstrapped: the pipeline's resources are not there
    """
    session = Session(settings)
    redriver = _Redriver(session, progress)
    redriver.letters()
    redriver.lost_files()
    return RedriveReport(redriver.counts, redriver.left)


class _Redriver:
    def __init__(self, session: Session, progress: Progress) -> None:
        self._session, self._progress = session, progress
        self._queue, self._machine = Queue(session), Machine(session)
        self._mine: set[str] = set()
        self._known: set[str] = set()
        self._returned: list[Letter] = []
        self._held: list[Letter] = []
        self._held_at = time.monotonic()
        self.left: list[Difference] = []
        self.counts = {
            "dead letters taken": 0,
            "orders stored": 0,
            "orders that came back": 0,
            "files run again": 0,
            "lost files run again": 0,
        }

    def letters(self) -> None:
        """Take the letters in rounds, until only those are left that came back or cannot be read."""
        try:
            while fresh := self._take():
                self.counts["dead letters taken"] += len(fresh)
                self._held, self._held_at = fresh, time.monotonic()
                self._work(list(jobs(fresh)))
        finally:
            self._queue.release(self._returned + self._held)

    def lost_files(self) -> None:
        """Files that EventBridge never delivered leave no letter where its own dead letters are not built."""
        self._machine.settle(self._progress, timeout=TIMEOUT_SECONDS)
        letters, items = Letters(self._queue.peek()), all_items(self._session)
        lost = []
        for file, size in file_versions(self._session):
            account = Account()
            account_for(account, file, read_file(self._session, file), items, letters)
            if any(fate.place == LOST for fate in account.fates):
                lost.append(Job(file, size, whole_file=True))
        self.counts["lost files run again"] = len(lost)
        self._work(lost)

    def _take(self) -> list[Letter]:
        """The next letters to work on; those of our own executions and unreadable ones are put aside."""
        fresh = []
        for letter in islice(self._queue.receive(), ROUND):
            if letter.message_id in self._known:
                continue
            self._known.add(letter.message_id)
            if letter.file is None:
                self.left.append(Difference(letter.message_id, f"not a dead letter: {letter.body[:120]}"))
                self._returned.append(letter)
            elif letter.execution in self._mine:
                self._returned.append(letter)
            else:
                fresh.append(letter)
        return fresh

    def _work(self, work: list[Job]) -> None:
        done = 0
        for some in batched(work, AT_ONCE, strict=False):
            started = [(job, job.start(self._machine)) for job in some]
            self._mine.update(execution for _, execution in started)
            for job, execution in started:
                what = f"redriving {job.file}"
                status = self._machine.follow(
                    execution,
                    self._progress,
                    timeout=TIMEOUT_SECONDS,
                    what=what,
                    meanwhile=self._keep_holding,
                )
                self._settle(job, execution, status)
                done += 1
                self._progress(Step(what, done, len(work)))

    def _settle(self, job: Job, execution: str, status: str) -> None:
        if status == SUCCEEDED:
            self._queue.delete(job.letters)
        else:
            self.left.append(Difference(str(job.file), f"its execution ended {status}: {execution}"))
            self._queue.release(job.letters)
        settled = {letter.message_id for letter in job.letters}
        self._held = [letter for letter in self._held if letter.message_id not in settled]
        if status != SUCCEEDED:
            return
        if job.whole_file:
            self.counts["files run again"] += bool(job.letters)
            return
        ids = sorted({order_id for order in job.orders.values() for order_id in order_ids(order) if order_id})
        items = some_items(self._session, ids)
        for order in job.orders.values():
            rows = [items[order_id] for order_id in order_ids(order) if order_id in items]
            stored = any(is_stored(row, order) for row in rows)
            self.counts["orders stored" if stored else "orders that came back"] += 1

    def _keep_holding(self) -> None:
        if time.monotonic() - self._held_at > HOLD_SECONDS / 3:
            self._queue.hold(self._held)
            self._held_at = time.monotonic()


def jobs(letters: list[Letter]) -> Iterator[Job]:
    """The executions that settle these letters: the whole file where one asks for that, else its orders.

    Letters about the same order, or the same file, share one job.
    """
    by_file: dict[FileVersion, list[Letter]] = {}
    for letter in letters:
        assert letter.file is not None
        by_file.setdefault(letter.file, []).append(letter)
    for file, about in by_file.items():
        size = max(letter.size for letter in about)
        if any(not letter.entries or not all(e.whole for e in letter.entries) for letter in about):
            yield Job(file, size, about, whole_file=True)
        else:
            yield from _order_jobs(file, size, about)


def _order_jobs(file: FileVersion, size: int, letters: list[Letter]) -> Iterator[Job]:
    job, room = Job(file, size), _MAX_BYTES
    for letter in sorted(letters, key=lambda letter: letter.entries[0].position):
        needed = len(letter.body.encode())
        if job.letters and (needed > room or len(job.orders) + len(letter.entries) > _MAX_ORDERS):
            yield job
            job, room = Job(file, size), _MAX_BYTES
        job.letters.append(letter)
        job.orders |= {entry.position: entry.order for entry in letter.entries}
        room -= needed
    yield job


def _jsonable(value: Any) -> Any:
    """Decimals as floats: what Step Functions itself would make of the number's text."""
    if isinstance(value, dict):
        return {name: _jsonable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_jsonable(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value
