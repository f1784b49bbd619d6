"""Write invented changes into the table, follow each to its file and to Athena, and say where it is."""

import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Iterable

from bootstrap.change_capture import ChangeCapture
from bootstrap.session import Session
from bootstrap.settings import Settings
from generator import changes as invented
from lab import crawling
from lab.errors import UsageError
from lab.pipelines.base import Difference, Fate, Progress, RunReport, RunRequest, Step, Verification, quiet
from lab.pipelines.change_capture import lake
from lab.pipelines.change_capture.changes import INSERT, MODIFY, REMOVE, Mark
from lab.pipelines.change_capture.hops import Hops, kinds_by_key
from lab.pipelines.change_capture.rebuilding import table_items
from lab.pipelines.change_capture.verifying import judge, settle, settled_items
from lab.pipelines.change_capture.writing import Writer, write

EVENT = {"insert": INSERT, "update": MODIFY, "delete": REMOVE}
ON_ITS_WAY, NOT_STREAMED = "on its way", "nowhere"


def run(
    spec: ChangeCapture, settings: Settings, request: RunRequest, progress: Progress = quiet
) -> RunReport:
    """Write, wait until every change is in a file, rebuild this run's orders from the files, crawl these and
    have Athena tell the orders, too.

    A run makes orders of its own: a second one with the same seed gives them other ids.

    :raises UsageError: the request's numbers cannot be meant
    :raises NotBootstrapped: the pipeline's resources are not there
    """
    if request.input is not None or request.invalid:
        raise UsageError(
            f"{spec.slug} takes neither a file nor invalid records.", "Use --records, --rate, --for, --share."
        )
    try:
        shares = invented.parse_shares(request.shares)
    except ValueError as error:
        raise UsageError(f"Such changes cannot be made: {error}.") from error
    session = spec.session(settings)
    progress(Step("looking at what is there already"))
    hops = Hops(session, spec)
    hops.look()
    prefix = _own_prefix(session, spec, hops, request.seed)
    hops.restart(lambda key: key.startswith(f"{prefix}-"))
    count = None if request.duration is not None else request.records
    made = invented.generate(count, seed=request.seed, shares=shares, prefix=prefix)
    started = time.monotonic()
    written = write(
        Writer(session, spec),
        made,
        progress,
        total=count or int((request.rate or 0) * (request.duration or 0)),
        rate=request.rate,
        seconds=request.duration,
    )
    settle(session, spec, hops, progress, least=len(written))
    seconds = time.monotonic() - started
    items = settled_items(session, spec, hops, progress)
    found = judge(spec, hops, items)
    if hops.delivered:
        crawling.crawl(session, spec.lake, progress)
    found = found.and_also(lake.account(session, spec, hops, items, progress, prefix=f"{prefix}-"))
    differences = _not_streamed(written, hops) + found.differences
    verification = Verification(_generated(written) | found.counts, differences, found.notes)
    return RunReport(f"{spec.table} {prefix}-*", seconds, _fates(spec, written, hops), verification)


def _own_prefix(session: Session, spec: ChangeCapture, hops: Hops, seed: int) -> str:
    """An order id's beginning that no order has that is, or was within the streams' memory."""
    known = {key for key, _ in table_items(session, spec)}
    for marks in (hops.streamed, hops.piped, hops.delivered):
        known |= {mark.key for mark in marks.values()}
    taken = {key.rpartition("-")[0] for key in known}
    names = itertools.chain([str(seed)], (f"{seed}.{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _generated(written: list[invented.Change]) -> dict[str, int]:
    kinds = Counter(change.kind for change in written)
    return {"generated": len(written)} | {f"generated {kind}s": kinds[kind] for kind in invented.KINDS}


def _not_streamed(written: Iterable[invented.Change], hops: Hops) -> list[Difference]:
    """Orders whose changes the table's stream tells otherwise than they were made."""
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for change in written:
        wanted[change.order.order_id].append(EVENT[change.kind])
    told = kinds_by_key(hops.streamed.values())
    return [
        Difference(key, f"it was to see {', '.join(kinds)}; its stream tells {', '.join(told.get(key, []))}")
        for key, kinds in wanted.items()
        if told.get(key) != kinds
    ]


def _fates(spec: ChangeCapture, written: list[invented.Change], hops: Hops) -> list[Fate]:
    told: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in sorted(hops.streamed.values(), key=lambda mark: mark.sequence, reverse=True):
        told[mark.key].append(mark)
    fates = []
    for change in written:
        key = change.order.order_id
        name = f"{change.kind} {key}"
        if not told[key]:
            fates.append(Fate(name, NOT_STREAMED, "the table's stream does not tell of it"))
            continue
        mark = told[key].pop()
        if mark.event_id in hops.delivered:
            fates.append(Fate(name, spec.bucket, codes=(mark.kind,)))
        elif mark.event_id in hops.refused:
            _, place, reason = hops.refused[mark.event_id]
            fates.append(Fate(name, str(place), reason, ("refused",)))
        else:
            fates.append(Fate(name, ON_ITS_WAY, "it has not come to its end"))
    return fates
