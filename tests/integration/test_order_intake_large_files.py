"""Files that no inline Map could hold on AWS go through a distributed Map; every order is accounted for."""

import json

from bootstrap.settings import Settings
from generator.orders import order_file
from lab.pipelines import pipeline as pipeline_of
from lab.pipelines.base import RunRequest
from tests.support.order_intake import Intake, order


def test_a_file_above_the_limit_of_a_state_is_accounted_for(
    intake: Intake, intake_settings: Settings
) -> None:
    invalid = {"missing_contact": 0.05, "not_an_object": 0.02, "inexact_number": 0.02}
    request = RunRequest(records=1_400, seed=77, invalid=invalid)
    assert len(order_file(1_400, seed=77, invalid=invalid)) > 256 * 1024
    seen: list[tuple[int, int]] = []

    report = pipeline_of("order_intake").run(
        intake_settings, request, lambda step: seen.append((step.done, step.total))
    )

    counts = report.verification.counts
    assert report.verification.differences == []
    assert counts["orders"] == 1_400 == len(report.fates)
    assert counts["stored"] + counts["in the dead-letter queue"] == 1_400
    assert counts["in the dead-letter queue"] > 50
    assert any(total >= 28 for _, total in seen), "progress counts the stretches of the distributed Map"


def test_many_tiny_orders_are_too_many_for_one_history(intake: Intake) -> None:
    file = intake.put([7] * 201)
    execution = intake.done(file)

    assert intake.machine.stretches(execution) == (5, 5)
    assert [letter.entries[0].position for letter in intake.letters(file)] == list(range(201))


def test_the_largest_small_file_stays_inline(intake: Intake) -> None:
    orders = [order() for _ in range(100)]
    assert len(json.dumps({"orders": orders})) < 32_768

    file = intake.put(orders)
    execution = intake.done(file)

    assert intake.machine.stretches(execution) is None
    assert len(intake.events_of(execution, "MapIterationSucceeded")) == 100
    assert intake.letters(file) == []


def test_duplicates_and_conflicts_within_one_stretch_each_find_their_place(intake: Intake) -> None:
    twice, first, second = order(), order("one-id", qty=1), order("one-id", qty=2)
    orders = [twice, first, *[order() for _ in range(205)], twice, second]

    file = intake.take(orders)

    assert intake.codes(file) == [["conflicting_order"]]
    [letter] = intake.letters(file)
    held, stored = letter.entries[0].order, intake.item("one-id")
    assert stored is not None
    assert sorted(o["order-info"]["qty"] for o in (held, stored.order)) == [1, 2]


def test_an_order_too_large_to_store_is_a_dead_letter_that_points_into_the_file(intake: Intake) -> None:
    file = intake.take([order(), order(note="x" * 40_000)])

    [letter] = intake.letters(file)
    assert [reason["code"] for reason in letter.reasons] == ["too_large"]
    assert letter.entries == ((1, None, False),)
