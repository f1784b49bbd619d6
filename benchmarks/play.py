"""The rounds: everyone in turn, and a contestant that cannot do a thing is asked once."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.contestants import Contestant, NotThere
from benchmarks.measures.base import Measure
from benchmarks.statistics import Absent, Result, Summary, interleaved
from benchmarks.workload import Clients

REASON_LENGTH = 160

Say = Callable[[str], None]


def attempt(call: Callable[[], Any]) -> Any:
    """What the call answers; an error of the emulator's becomes the reason why it is not there."""
    try:
        return call()
    except NotThere as e:
        return Absent(str(e)[:REASON_LENGTH])
    except (ClientError, BotoCoreError) as e:
        return Absent(" ".join(str(e).split())[:REASON_LENGTH])


def play(
    measure: Measure, contestants: list[Contestant], clients: dict[str, Clients], rounds: int, say: Say
) -> dict[str, Result]:
    """Name → the result of one measurement, over ``rounds`` interleaved rounds."""
    absent: dict[str, Absent] = {}
    samples: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    by_name = {contestant.name: contestant for contestant in contestants}
    for name, contestant in by_name.items():
        say(f"{measure.title}: {name} gets ready")
        if isinstance(found := attempt(lambda c=contestant: measure.prepare(c, clients[c.name])), Absent):
            absent[name] = found
    for number, name in interleaved(list(by_name), min(rounds, measure.rounds or rounds)):
        if name in absent:
            continue
        say(f"{measure.title}: round {number + 1}, {name}")
        contestant = by_name[name]
        found = attempt(lambda c=contestant, n=number: measure.sample(c, clients[c.name], n))
        if isinstance(found, Absent):
            absent[name] = found
        else:
            samples[name].append(found)
    return {name: absent.get(name) or Summary(tuple(samples[name])) for name in by_name}
