"""`lab verify` for change capture: whatever goes wrong on the way, the order that it hit is named."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lab.pipelines.base import Verification
from lab.pipelines.change_capture.hops import Hops
from lab.pipelines.change_capture.verifying import judge, settled_items
from tests.support.change_capture import SPEC, World, encoded, order


@pytest.fixture
def world() -> World:
    """One order that was made and changed, and one that was made and deleted."""
    world = World()
    world.whole("INSERT", order("a"))
    world.whole("MODIFY", order("a", quantity={"N": "4"}), order("a"))
    world.whole("INSERT", order("b"))
    world.whole("REMOVE", None, order("b"))
    return world


def verify(world: Any) -> Verification:
    """Without waiting: the pipe is stopped, so nothing is worth waiting for."""
    world.pipe = "STOPPED"
    hops = Hops(world, SPEC)
    return judge(SPEC, hops, settled_items(world, SPEC, hops, lambda _step: None))


def problems(world: World) -> dict[str, str]:
    found = verify(world)
    assert found.ok == (not found.differences)
    return {one.key: one.problem for one in found.differences}


def test_all_is_well(world: World) -> None:
    found = verify(world)

    assert found.ok
    assert found.notes == []
    assert found.counts == {
        "streamed": 4,
        "piped": 4,
        "in Kinesis": 4,
        "delivered": 4,
        "lines in files": 4,
        "files": 4,
        "failed": 0,
        "given up by the pipe": 0,
        "orders in the table": 1,
        "orders rebuilt from the files": 1,
        "orders that differ": 0,
    }


def _lose_in_the_pipe(world: World) -> str:
    world.change("INSERT", order("c"))
    return (
        "its change INSERT 5 is in the table's stream and not in orders-stream; the table has it, the files"
    )


def _lose_in_firehose(world: World) -> str:
    world.carry(world.change("INSERT", order("c")))
    return "its change INSERT 5 is in orders-stream, and neither in a file nor refused; the table has it"


def _lose_a_delete(world: World) -> str:
    world.whole("INSERT", order("c"))
    world.carry(world.change("REMOVE", None, order("c")))
    return "REMOVE 6 is in orders-stream, and neither in a file nor refused; the files have it, the"


def _refuse(world: World) -> str:
    world.whole("INSERT", order("c", price={"S": "free"}))
    return (
        "the table has it, the files have not; its change INSERT 5 was refused "
        "(Lambda.ProcessingFailedStatus: refused; orders-bucket/errors/processing-failed/0004 line 1)"
    )


def _falsify(world: World) -> str:
    world.whole("INSERT", order("c"))
    name = max(world.objects)
    world.objects[name] = world.objects[name].replace(b"19234.06", b"19234.060001")
    return "the table and the files differ in price"


def _write_behind_the_streams_back(world: World) -> str:
    world.items["c"] = order("c")
    return "the table has it, the files have not"


def _swap(world: World) -> str:
    first, second = world.change("INSERT", order("c")), world.change("MODIFY", order("c"), order("c"))
    for record in (second, first):
        world.carry(record)
        world.deliver(record)
    return "its change INSERT 5 came into orders-stream after a later change"


@pytest.mark.parametrize(
    "harm",
    [
        _lose_in_the_pipe,
        _lose_in_firehose,
        _lose_a_delete,
        _refuse,
        _falsify,
        _write_behind_the_streams_back,
        _swap,
    ],
    ids=lambda harm: harm.__name__.strip("_"),
)
def test_what_is_amiss_is_said_of_the_order_that_it_hit(world: World, harm: Callable[[World], str]) -> None:
    expected = harm(world)

    found = problems(world)

    assert list(found) == ["c"]
    assert expected in found["c"]


def test_a_refused_change_that_a_later_one_mends_is_only_a_note(world: World) -> None:
    bad = order("c", price={"S": "free"})
    world.whole("INSERT", bad)
    world.whole("MODIFY", order("c"), bad)

    found = verify(world)

    assert found.ok
    assert found.counts["failed"] == 1
    [note] = found.notes
    assert note.startswith("1 changes were refused, without a difference between table and files: Lambda.Pro")


def test_a_change_that_comes_twice_counts_once(world: World) -> None:
    world.carry(world.stream[1])
    world.deliver(world.stream[0], world.stream[1])

    found = verify(world)

    assert found.ok
    assert (found.counts["piped"], found.counts["in Kinesis"]) == (4, 5)
    assert (found.counts["delivered"], found.counts["lines in files"]) == (4, 6)
    assert found.notes == ["2 lines tell again what another one tells."]


def test_files_may_tell_the_changes_in_any_order(world: World) -> None:
    world.objects = dict(zip(world.objects, reversed(world.objects.values()), strict=True))

    assert verify(world).ok


def test_what_the_stream_no_longer_holds_is_a_note(world: World) -> None:
    del world.stream[:2], world.kinesis[:2]

    found = verify(world)

    assert found.ok
    assert found.notes == ["2 changes are older than what the table's stream still holds (24 hours)."]


@pytest.mark.parametrize(
    ("prefix", "body"),
    [
        ("cdc/", b"no json\n"),
        ("cdc/", b'{"orderid": "a"}\n'),
        ("cdc/", json.dumps({"cdc_event_type": "DROP", "orderid": "a"}).encode()),
        ("errors/processing-failed/", b"{}\n"),
        ("errors/processing-failed/", json.dumps({"rawData": encoded({"eventID": "?"})}).encode()),
    ],
)
def test_a_line_that_is_no_change_is_named_by_its_place(world: World, prefix: str, body: bytes) -> None:
    world.put(prefix, body)

    [(key, problem)] = problems(world).items()

    assert key == f"orders-bucket/{prefix}0004 line 1"
    assert problem.startswith("this line is no change of the table: it lacks or misstates")


def test_a_record_of_kinesis_that_is_no_change_is_named(world: World) -> None:
    world.kinesis.append(b"hello")

    assert list(problems(world)) == ["orders-stream shard-1 4"]


def test_what_the_pipe_gave_up_is_a_difference(world: World) -> None:
    world.given_up = 2

    assert problems(world) == {"orders-pipe-dlq": "holds 2 messages: the pipe gave records up"}


def test_a_second_look_reads_only_what_is_new(world: World) -> None:
    hops = Hops(world, SPEC)  # type: ignore[arg-type]
    assert hops.look()
    assert not hops.look()

    world.whole("INSERT", order("c"))

    assert hops.look()
    assert hops.counts()["delivered"] == 5
    assert hops.arrived() == 5


def test_orders_that_are_not_asked_for_do_not_count(world: World) -> None:
    hops = Hops(world, SPEC, mine=lambda key: key == "b")  # type: ignore[arg-type]
    hops.look()

    assert hops.counts()["streamed"] == 2
    assert hops.latest.keys() == {"b"}
