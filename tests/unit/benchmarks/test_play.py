"""Rounds are interleaved; who cannot play is asked once and says why."""

from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from benchmarks.contestants import NotThere
from benchmarks.measures.base import Measure
from benchmarks.play import play
from benchmarks.statistics import Absent, Summary


class Recorded(Measure):
    name, title, unit = "put", "A put", "ms"

    def __init__(self, failures: dict[tuple[str, str], Exception], rounds: int | None = None) -> None:
        self.failures = failures
        self.rounds = rounds
        self.calls: list[tuple[str, str]] = []

    def prepare(self, contestant: Any, clients: Any) -> None:
        self._note("prepare", contestant)

    def sample(self, contestant: Any, clients: Any, number: int) -> float:
        self._note("sample", contestant)
        return float(number)

    def _note(self, what: str, contestant: Any) -> None:
        self.calls.append((what, contestant.name))
        if error := self.failures.get((what, contestant.name)):
            raise error


def run(measure: Measure, rounds: int) -> dict[str, Any]:
    contestants: Any = [SimpleNamespace(name=name) for name in "ab"]
    return play(measure, contestants, {"a": None, "b": None}, rounds, lambda _: None)  # type: ignore[dict-item]


def test_each_round_has_one_sample_of_each() -> None:
    measure = Recorded({})
    assert run(measure, 3) == {"a": Summary((0.0, 1.0, 2.0)), "b": Summary((0.0, 1.0, 2.0))}
    assert [name for what, name in measure.calls if what == "sample"] == ["a", "b", "b", "a", "a", "b"]


def test_who_cannot_get_ready_is_not_asked_for_samples() -> None:
    measure = Recorded({("prepare", "a"): NotThere("it has no streams")})
    assert run(measure, 2)["a"] == Absent("it has no streams")
    assert ("sample", "a") not in measure.calls


def test_an_answered_error_is_the_reason_and_ends_the_tries() -> None:
    error = ClientError({"Error": {"Code": "NotImplemented", "Message": "no\n such  thing"}}, "PutRecords")
    measure = Recorded({("sample", "b"): error})
    found = run(measure, 5)["b"]
    assert isinstance(found, Absent)
    assert found.reason.endswith("operation: no such thing")
    assert measure.calls.count(("sample", "b")) == 1


def test_a_long_measurement_may_have_fewer_rounds() -> None:
    assert run(Recorded({}, rounds=1), 5)["a"] == Summary((0.0,))
