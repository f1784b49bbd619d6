"""Batches of writes: many at a time, and never two changes of one order in the same."""

from decimal import Decimal
from typing import Any

import pytest

from generator.changes import Change, Order, generate
from lab.errors import ServiceFailed
from lab.pipelines.change_capture import writing
from lab.pipelines.change_capture.writing import BATCH, Writer, write
from tests.support.change_capture import SPEC, World


def key_of(request: dict[str, Any]) -> str:
    [body] = request.values()
    return body.get("Item", body.get("Key"))["orderid"]["S"]


def test_batches_are_full_and_keep_each_orders_changes_in_their_order() -> None:
    world: Any = World()
    changes = list(generate(1000, seed=5))

    done = write(Writer(world, SPEC), changes, lambda _step: None)

    assert done == changes
    assert [key_of(request) for batch in world.batches for request in batch] == [
        change.order.order_id for change in changes
    ]
    for batch in world.batches:
        keys = [key_of(request) for request in batch]
        assert len(set(keys)) == len(keys) <= BATCH
    assert len(world.batches) < 100


def test_money_goes_to_dynamodb_as_it_is() -> None:
    world: Any = World()
    order = Order("a", "Base 180", 3, Decimal("19234.10"))

    write(Writer(world, SPEC), [Change("insert", order)], lambda _step: None)

    [[request]] = world.batches
    assert request["PutRequest"]["Item"] == {
        "orderid": {"S": "a"},
        "product_name": {"S": "Base 180"},
        "quantity": {"N": "3"},
        "price": {"N": "19234.10"},
    }


class _Busy(World):
    """A table that takes one write of each batch."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.refusals = refusals

    def client(self, service: str) -> Any:
        client = super().client(service)
        take = client.batch_write_item

        def batch_write_item(RequestItems: dict[str, Any]) -> dict[str, Any]:
            [(table, requests)] = RequestItems.items()
            if self.refusals == 0:
                return take(RequestItems)
            self.refusals -= 1
            take({table: requests[:1]})
            return {"UnprocessedItems": {table: requests[1:]}} if requests[1:] else {}

        client.batch_write_item = batch_write_item
        return client


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(writing.time, "sleep", pauses.append)
    return pauses


def test_what_dynamodb_leaves_undone_is_written_again_before_anything_else(no_pauses: list[float]) -> None:
    world: Any = _Busy(refusals=2)
    changes = list(generate(30, seed=5, shares={"insert": 1.0}))

    write(Writer(world, SPEC), changes, lambda _step: None)

    assert [key_of(request) for batch in world.batches for request in batch] == [
        change.order.order_id for change in changes
    ]
    assert no_pauses[0] == 0
    assert no_pauses[2] > no_pauses[1] > 0


def test_a_table_that_takes_nothing_more_is_an_error(no_pauses: list[float]) -> None:
    world: Any = _Busy(refusals=1000)

    with pytest.raises(ServiceFailed, match="does not take 15 writes"):
        write(Writer(world, SPEC), generate(25, seed=5, shares={"insert": 1.0}), lambda _step: None)


class _Clock:
    """A clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_rate_and_the_time_decide_how_many_changes_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock()
    monkeypatch.setattr(writing, "time", clock)
    world: Any = World()

    done = write(Writer(world, SPEC), generate(seed=5), lambda _step: None, rate=50, seconds=3)

    assert len(done) == 150
    assert clock.now - 100 == pytest.approx(3, abs=0.2)
    assert len(world.batches) < 60  # several at once, not one by one
