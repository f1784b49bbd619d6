"""Counters of every hop, looked at again and again."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bootstrap.change_capture import ChangeCapture
from bootstrap.settings import Settings
from lab.pipelines.change_capture.hops import Hops
from lab.pipelines.change_capture.verifying import pipe_state


@dataclass(frozen=True, slots=True)
class Glance:
    """What there was at one moment.

    :param at: ISO 8601, UTC
    :param rates: each counter's growth since the last glance, a second
    :param on_their_way: changes that have not come to their end
    """

    at: str
    pipe: str
    counts: dict[str, int]
    rates: dict[str, float]
    on_their_way: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def watch(
    spec: ChangeCapture, settings: Settings, *, every: float = 1.0, seconds: float | None = None
) -> Iterator[Glance]:
    """A glance every so many seconds, for `seconds` or for ever; at least one.

    :raises NotBootstrapped: the pipeline's resources are not there
    """
    session = spec.session(settings)
    hops = Hops(session, spec)
    began = last = time.monotonic()
    before: dict[str, int] | None = None
    while True:
        hops.look()
        now = time.monotonic()
        counts = hops.counts()
        # the first look finds all that was there before: that is no growth
        growth = {name: count - (before or counts)[name] for name, count in counts.items()}
        passed = max(now - last, 1e-9)
        yield Glance(
            at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            pipe=pipe_state(session, spec),
            counts=counts,
            rates={name: round(grown / passed, 1) for name, grown in growth.items()},
            on_their_way=len(hops.on_their_way()),
        )
        if seconds is not None and now + every > began + seconds:
            return
        before, last = counts, now
        time.sleep(every)
