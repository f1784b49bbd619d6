"""Laws of delivery, for any batch and any failures: nothing lost, nothing twice, order kept, places exact."""

import threading

from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.pipes.delivery import Policy, StreamDelivery
from localstack_lab.pipes.events import Event
from localstack_lab.pipes.faults import ExecutionFailed, PartlyFailed
from localstack_lab.pipes.lanes import Record
from localstack_lab.pipes.progress import Progress

from tests.emulator.pipes.running import Letters


def records(count: int) -> list[Record]:
    return [Record(str(number), "k", 0.0, 1, Event(number)) for number in range(count)]


@given(st.integers(1, 40), st.sets(st.integers(0, 39)), st.integers(0, 2), st.data())
def test_bisecting_delivers_all_but_the_bad_records_in_order(
    count: int, bad: set[int], retries: int, data: st.DataObject
) -> None:
    delivered: list[int] = []
    done: list[int] = []
    letters = Letters()

    def execute(events: list[Event]) -> None:
        numbers = [event.content for event in events]
        failed = [at for at, number in enumerate(numbers) if number in bad]
        if not failed:
            delivered.extend(numbers)
        elif data.draw(st.booleans()):  # the target tells which
            delivered.extend(number for number in numbers if number not in bad)
            raise PartlyFailed(failed, "some failed")
        else:
            raise ExecutionFailed("failed")

    delivery = StreamDelivery(
        execute, Policy(retries, bisect=True), letters, threading.Event(), wait=lambda seconds: False
    )
    delivery.deliver("shard", records(count), lambda some: done.extend(r.event.content for r in some))

    given_up = [int(number) for _, numbers, _ in letters.written for number in numbers]
    assert delivered == [number for number in range(count) if number not in bad]
    assert sorted(given_up) == sorted(number for number in bad if number < count)
    assert sorted(done) == list(range(count))


@given(st.integers(1, 20), st.lists(st.integers(0, 2), max_size=30))
def test_faults_of_the_service_lose_nothing_however_many(count: int, faults: list[int]) -> None:
    ahead = list(faults)
    delivered: list[int] = []

    def execute(events: list[Event]) -> None:
        numbers = [event.content for event in events]
        match ahead.pop() if ahead else 0:
            case 1:
                raise ExecutionFailed("throttled", customer=False)
            case 2 if len(numbers) > 1:
                delivered.extend(numbers[:1])
                raise PartlyFailed(list(range(1, len(numbers))), "the rest was refused")
        delivered.extend(numbers)

    delivery = StreamDelivery(execute, Policy(), Letters(), threading.Event(), wait=lambda seconds: False)
    done: list[Record] = []
    delivery.deliver("shard", records(count), done.extend)
    assert delivered == list(range(count))
    assert len(done) == count


@given(st.permutations(range(12)), st.integers(0, 12))
def test_the_checkpoint_is_the_end_of_what_is_done_without_a_gap(order: list[int], until: int) -> None:
    committed: list[str] = []
    progress = Progress(committed.append)
    tickets = progress.add(str(number) for number in range(12))
    finished: set[int] = set()
    for number in order[:until]:
        progress.done([tickets[number]])
        finished.add(number)
        prefix = next((at for at in range(12) if at not in finished), 12)
        assert (committed[-1:] or ["-1"])[0] == str(prefix - 1)
        assert progress.beyond() == {str(at) for at in finished if at > prefix}
    assert committed == sorted(committed, key=int)


def test_a_pipe_that_stops_leaves_what_failed_for_the_next_start() -> None:
    stopping = threading.Event()
    done: list[Record] = []

    def execute(events: list[Event]) -> None:
        raise ExecutionFailed("not now", customer=False)

    def wait(seconds: float) -> bool:
        stopping.set()
        return True

    StreamDelivery(execute, Policy(), Letters(), stopping, wait=wait).deliver(
        "shard", records(3), done.extend
    )
    assert done == []
