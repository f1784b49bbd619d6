"""`lab run` for change capture: every change that was made is looked for, each order by its own name."""

from pathlib import Path
from typing import Any

import pytest

from bootstrap.change_capture import ChangeCapture
from bootstrap.settings import Settings
from lab import crawling
from lab.errors import UsageError
from lab.pipelines.base import RunReport, RunRequest, Verification
from lab.pipelines.change_capture import lake
from lab.pipelines.change_capture.history import history, plain
from lab.pipelines.change_capture.running import run
from lab.pipelines.change_capture.watching import watch
from lab.pipelines.order_intake.running import run as run_order_intake
from tests.support.change_capture import SPEC, World, order


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(ChangeCapture, "session", lambda _spec, _settings: made)
    # the catalog and Athena have tests of their own: test_change_lake.py
    monkeypatch.setattr(crawling, "crawl", lambda *_: None)
    monkeypatch.setattr(lake, "account", lambda *_, **__: Verification({}, []))
    return made


def go(**request: Any) -> RunReport:
    return run(SPEC, Settings(), RunRequest(**request), lambda _step: None)


def test_every_change_has_its_place(world: World) -> None:
    report = go(records=60, seed=1)

    assert report.ok, report.verification
    counts = report.verification.counts
    assert counts["generated"] == counts["streamed"] == counts["delivered"] == len(report.fates) == 60
    assert sum(counts[f"generated {kind}s"] for kind in ("insert", "update", "delete")) == 60
    assert {fate.place for fate in report.fates} == {SPEC.bucket}
    assert [fate.record.split()[0].upper()[:3] for fate in report.fates] == [
        {"INSERT": "INS", "MODIFY": "UPD", "REMOVE": "DEL"}[fate.codes[0]] for fate in report.fates
    ]


def test_only_this_runs_orders_count(world: World) -> None:
    world.change("INSERT", order("older"))

    first, second, third = go(records=5, seed=3), go(records=5, seed=3), go(records=5, seed=4)

    assert [one.source for one in (first, second, third)] == ["Orders 3-*", "Orders 3.2-*", "Orders 4-*"]
    assert all(one.ok and one.verification.counts["streamed"] == 5 for one in (first, second, third))


def test_an_id_stays_taken_while_a_stream_remembers_it(world: World) -> None:
    world.whole("INSERT", order("3-1"))
    world.whole("REMOVE", None, order("3-1"))

    assert go(records=1, seed=3).source == "Orders 3.2-*"


def test_a_change_that_the_stream_does_not_tell_of_is_a_difference(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pipe = "STOPPED"  # or the run waits for what never comes
    take = world.take

    def forget(request: dict[str, Any]) -> None:
        take(request)
        if len(world.stream) == 3:
            del world.stream[-1]

    monkeypatch.setattr(world, "take", forget)

    report = go(records=3, seed=1, shares={"insert": 1.0})

    assert not report.ok
    problems = {one.key: one.problem for one in report.verification.differences}
    assert problems == {"1-3": "it was to see INSERT; its stream tells "}
    assert [fate.place for fate in report.fates] == [SPEC.bucket, SPEC.bucket, "nowhere"]


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ({"input": Path("a.json")}, "takes neither a file"),
        ({"invalid": {"missing_price": 0.1}}, "nor invalid records"),
        ({"shares": {"upsert": 1.0}}, "no such kind of change: upsert"),
    ],
)
def test_what_cannot_be_meant_is_refused(world: World, request_: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        go(**request_)
    assert world.batches == []


@pytest.mark.parametrize("request_", [{"rate": 5.0}, {"duration": 5.0}, {"shares": {"insert": 1.0}}])
def test_a_pipeline_of_files_refuses_what_only_a_flow_has(request_: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="order_intake takes files, not a flow of changes"):
        run_order_intake(Settings(), RunRequest(**request_))


def test_the_history_of_an_order_is_before_and_after(world: World) -> None:
    world.whole("INSERT", order("a"))
    world.whole("MODIFY", order("a", quantity={"N": "4"}), order("a"))
    world.carry(world.stream[0])  # twice: it is told once
    world.carry(world.change("REMOVE", None, order("a", quantity={"N": "4"})))
    world.whole("INSERT", order("b"))
    world.kinesis.append(b"no change")

    told = history(SPEC, Settings(), "a")

    assert [(one.event, one.changed()) for one in told][1:2] == [("MODIFY", ["quantity"])]
    assert [one.event for one in told] == ["INSERT", "MODIFY", "REMOVE"]
    assert [one.file for one in told] == [
        "orders-bucket/cdc/0000 line 1",
        "orders-bucket/cdc/0001 line 1",
        "",
    ]
    assert told[0].created == "2023-11-14T22:13:20.000Z"
    assert told[0].as_dict()["sequence"] == "1"


def test_watching_says_how_fast_it_grows(world: World) -> None:
    world.whole("INSERT", order("a"))
    glances = watch(SPEC, Settings(), every=0.001)

    first = next(glances)
    world.whole("INSERT", order("b"))
    world.carry(world.change("INSERT", order("c")))
    second = next(glances)

    assert (first.counts["streamed"], first.rates["streamed"], first.on_their_way) == (1, 0.0, 0)
    assert (second.counts["streamed"], second.counts["delivered"], second.on_their_way) == (3, 2, 1)
    assert second.rates["streamed"] > second.rates["delivered"] > 0


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ({"N": "1.50"}, "1.50"),
        ({"L": [{"S": "a"}, {"NULL": True}]}, "[a, null]"),
        ({"M": {"a": {"BOOL": False}}}, "{a: false}"),
        ({"SS": ["a", "b"]}, "{a, b}"),
    ],
)
def test_attributes_as_a_person_reads_them(attribute: dict[str, Any], text: str) -> None:
    assert plain(attribute) == text
