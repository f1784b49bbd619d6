"""Which executions settle which dead letters."""

from decimal import Decimal
from typing import Any

from lab.pipelines.order_intake.letters import Entry, FileVersion, Letter
from lab.pipelines.order_intake.redriving import jobs

FILE, OTHER = FileVersion("b", "k", "v"), FileVersion("b", "k", "w")


def letter(name: str, *entries: Entry, file: FileVersion = FILE, size: int = 9, body: str = "…") -> Letter:
    return Letter(name, f"receipt-{name}", body, file, size, entries)


class Machine:
    """Stands for the state machine: keeps what it is asked to start."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    def start(self, given: dict[str, Any]) -> str:
        self.given.append(given)
        return "arn"

    def start_file(self, file: FileVersion, size: int) -> str:
        self.given.append((file, size))
        return "arn"


def test_orders_of_one_file_share_an_execution_and_keep_their_positions() -> None:
    letters = [letter("b", Entry(7, {"price": Decimal("9.9")}, True)), letter("a", Entry(2, None, True))]
    machine = Machine()

    [job] = jobs(letters)
    job.start(machine)  # type: ignore[arg-type]

    source = {"bucket": "b", "key": "k", "version_id": "v", "size": 9}
    assert machine.given == [
        {"redrive": {"source": source, "orders": [None, {"price": 9.9}], "positions": [2, 7]}}
    ]
    assert {held.message_id for held in job.letters} == {"a", "b"}


def test_another_version_of_the_file_is_another_execution() -> None:
    found = list(jobs([letter("a", Entry(0, 1, True)), letter("b", Entry(0, 1, True), file=OTHER)]))

    assert [job.file for job in found] == [FILE, OTHER]


def test_a_letter_about_the_file_runs_the_whole_file_for_all_its_letters() -> None:
    machine = Machine()

    [job] = jobs([letter("a", Entry(0, 1, True)), letter("b", size=70_000)])
    job.start(machine)  # type: ignore[arg-type]

    assert job.whole_file
    assert len(job.letters) == 2
    assert machine.given == [(FILE, 70_000)]


def test_an_order_that_stands_only_in_the_file_runs_the_whole_file() -> None:
    [job] = jobs([letter("a", Entry(0, None, False))])

    assert job.whole_file


def test_two_letters_about_one_order_are_settled_by_one_run_of_it() -> None:
    [job] = jobs([letter("a", Entry(3, {"x": 1}, True)), letter("b", Entry(3, {"x": 1}, True))])

    assert job.orders == {3: {"x": 1}}
    assert len(job.letters) == 2


def test_many_orders_are_spread_over_executions_that_stay_small() -> None:
    by_number = list(jobs([letter(str(n), Entry(n, n, True)) for n in range(250)]))
    by_size = list(jobs([letter(str(n), Entry(n, n, True), body="x" * 10_000) for n in range(6)]))

    assert [len(job.orders) for job in by_number] == [100, 100, 50]
    assert [len(job.orders) for job in by_size] == [2, 2, 2]
    assert [n for job in by_number for n in job.orders] == list(range(250))


def test_no_letters_need_no_execution() -> None:
    assert list(jobs([])) == []
