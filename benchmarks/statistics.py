"""Medians and ratios of samples; pure, so that a test can hold them to their word."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """What one contestant's rounds came to. ``unit`` is that of the samples."""

    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def low(self) -> float:
        return min(self.samples)

    @property
    def high(self) -> float:
        return max(self.samples)


@dataclass(frozen=True)
class Absent:
    """Why a contestant has no samples."""

    reason: str


Result = Summary | Absent


def ratio(ours: Result, theirs: Result) -> float | None:
    """How many times ours is theirs (of times, below 1 is faster); None when one is absent or theirs is 0."""
    if isinstance(ours, Absent) or isinstance(theirs, Absent) or theirs.median == 0:
        return None
    return ours.median / theirs.median


def best(results: dict[str, Result], but: str, more_is_better: bool = False) -> str | None:
    """The name of the peer with the smallest median, or the largest; None when none but ``but`` has any."""
    there = {
        name: result.median for name, result in results.items() if name != but and isinstance(result, Summary)
    }
    choose = max if more_is_better else min
    return choose(there, key=lambda name: there[name]) if there else None


def interleaved(names: list[str], rounds: int) -> list[tuple[int, str]]:
    """The order of play: ``(round, name)``, everyone once per round, so that a slow minute hits all alike.

    Each round begins with another contestant, so that none is always the one after a break.
    """
    order = []
    for number in range(rounds):
        shift = number % len(names) if names else 0
        order += [(number, name) for name in names[shift:] + names[:shift]]
    return order
