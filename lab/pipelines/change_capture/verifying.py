"""Is every change where it must be, and do the files, and Athena, tell what the table holds?"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from bootstrap.change_capture import ChangeCapture
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from bootstrap.settings import Settings
from lab.pipelines.base import Difference, Progress, Step, Verification, quiet
from lab.pipelines.change_capture import lake
from lab.pipelines.change_capture.changes import Mark
from lab.pipelines.change_capture.hops import Hops
from lab.pipelines.change_capture.rebuilding import differing_fields, rebuilt, table_items

POLL_SECONDS = 0.3
_GRACE_SECONDS = 60.0
"""Beyond the buffers' own time: a function that fails is called again, a pipe that fails waits."""
_ROUNDS = 20


def verify(spec: ChangeCapture, settings: Settings, progress: Progress = quiet) -> Verification:
    """Rebuild the table from the files and compare, once nothing is on its way any more.

    :raises NotBootstrapped: the pipeline's resources are not there
    """
    session = spec.session(settings)
    hops = Hops(session, spec)
    items = settled_items(session, spec, hops, progress)
    found = judge(spec, hops, items)
    return found.and_also(lake.account(session, spec, hops, items, progress))


def settled_items(
    session: Session, spec: ChangeCapture, hops: Hops, progress: Progress
) -> dict[str, dict[str, Any]]:
    """The table's items by key, at a moment when every change of them had come to an end.

    When somebody goes on writing, or when nothing moves on, the items are those of the last look.
    """
    items: dict[str, dict[str, Any]] = {}
    for _ in range(_ROUNDS):
        moves = settle(session, spec, hops, progress)
        progress(Step("reading the table"))
        items = {key: item for key, item in table_items(session, spec) if hops.mine(key)}
        hops.look()
        if not moves or not hops.on_their_way():
            break
    return items


def settle(session: Session, spec: ChangeCapture, hops: Hops, progress: Progress, *, least: int = 0) -> bool:
    """Wait until no change is on its way; answers False when for too long nothing moved.

    :param least: how many changes the table's stream must have before
    """
    patience = spec.function_seconds + spec.seconds + _GRACE_SECONDS
    moved = time.monotonic()
    while True:
        if hops.look():
            moved = time.monotonic()
        on_their_way = len(hops.on_their_way())
        if not on_their_way and len(hops.streamed) >= least:
            return True
        if time.monotonic() - moved > patience or not _runs(session, spec):
            return False
        waits = f"waiting for Firehose, which writes an object every {spec.seconds} s"
        progress(Step(waits, hops.arrived(), max(len(hops.streamed), least)))
        time.sleep(POLL_SECONDS)


def _runs(session: Session, spec: ChangeCapture) -> bool:
    """Whether it is worth waiting: a pipe that was stopped moves nothing."""
    return pipe_state(session, spec) not in ("STOPPED", "START_FAILED", "CREATE_FAILED", "STOP_FAILED")


def pipe_state(session: Session, spec: ChangeCapture) -> str:
    """:raises NotBootstrapped: there is no such pipe"""
    pipes = session.client("pipes")
    try:
        return pipes.describe_pipe(Name=spec.pipe)["CurrentState"]
    except pipes.exceptions.NotFoundException as error:
        raise NotBootstrapped(spec.slug, f"The pipe {spec.pipe}") from error


def judge(spec: ChangeCapture, hops: Hops, items: dict[str, dict[str, Any]]) -> Verification:
    """What is amiss, order by order."""
    problems: defaultdict[str, list[str]] = defaultdict(list)
    _add(problems, hops.not_piped(), f"is in the table's stream and not in {spec.stream}")
    stuck = [mark for mark in hops.on_their_way() if mark.event_id in hops.piped]
    _add(problems, stuck, f"is in {spec.stream}, and neither in a file nor refused")
    if spec.partition_key.startswith("$.dynamodb.Keys."):
        # only where one order's changes share a partition key does Kinesis keep their order
        _add(problems, hops.disordered.values(), f"came into {spec.stream} after a later change")
    orders = rebuilt(hops.latest)
    for key in sorted(items.keys() | orders.keys()):
        if problem := _difference(items.get(key), orders.get(key)):
            problems[key].append(problem)
    harmless = _explain_refused(hops, problems)
    differences = [Difference(key, "; ".join(found)) for key, found in sorted(problems.items())]
    differences += hops.strange
    given_up = hops.given_up()
    if given_up:
        text = f"holds {given_up} messages: the pipe gave records up"
        differences.append(Difference(spec.queue, text))
    counts = hops.counts() | {"given up by the pipe": given_up}
    counts |= {"orders in the table": len(items), "orders rebuilt from the files": len(orders)}
    return Verification(counts | {"orders that differ": len(problems)}, differences, _notes(hops, harmless))


def _add(problems: defaultdict[str, list[str]], marks: Iterable[Mark], text: str) -> None:
    for mark in sorted(marks, key=lambda mark: mark.sequence):
        problems[mark.key].append(f"its change {mark} {text}")


def _difference(item: dict[str, Any] | None, order: dict[str, Any] | None) -> str:
    if item is None:
        return "the files have it, the table has not"
    if order is None:
        return "the table has it, the files have not"
    names = differing_fields(item, order)
    return f"the table and the files differ in {', '.join(names)}" if names else ""


def _explain_refused(hops: Hops, problems: defaultdict[str, list[str]]) -> Counter[str]:
    """Say of each order that differs which of its changes were refused; answers the others' reasons."""
    harmless: Counter[str] = Counter()
    for mark, place, reason in hops.refused.values():
        if mark.key in problems:
            problems[mark.key].append(f"its change {mark} was refused ({reason}; {place})")
        else:
            harmless[reason] += 1
    return harmless


def _notes(hops: Hops, harmless: Counter[str]) -> list[str]:
    notes = [
        f"{count} changes were refused, without a difference between table and files: {reason}"
        for reason, count in harmless.most_common()
    ]
    if twice := hops.lines - len(hops.delivered):
        notes.append(f"{twice} lines tell again what another one tells.")
    if old := len((hops.delivered.keys() | hops.refused.keys()) - hops.streamed.keys()):
        notes.append(f"{old} changes are older than what the table's stream still holds (24 hours).")
    return notes
