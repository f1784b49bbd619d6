"""The invented stream of changes."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.changes import CATALOGUE, KINDS, Order, generate, parse_shares


def test_the_same_seed_gives_the_same_changes_and_more_of_them_begin_the_same() -> None:
    assert (
        list(generate(200, seed=7))
        == list(generate(500, seed=7))[:200]
        == list(islice(generate(seed=7), 200))
    )
    assert list(generate(20, seed=7)) != list(generate(20, seed=8))


def test_every_change_meets_what_the_ones_before_left() -> None:
    table: dict[str, Order] = {}
    for change in generate(3000, seed=1, shares={"insert": 0.4, "update": 0.35, "delete": 0.25}):
        order = change.order
        match change.kind:
            case "insert":
                assert order.order_id not in table
                table[order.order_id] = order
            case "update":
                assert table[order.order_id] != order
                table[order.order_id] = order
            case "delete":
                assert table.pop(order.order_id) == order


def test_shares_are_kept() -> None:
    kinds = Counter(change.kind for change in generate(5000, seed=2))

    assert {kind: round(kinds[kind] / 5000, 1) for kind in KINDS} == {
        "insert": 0.6,
        "update": 0.3,
        "delete": 0.1,
    }


def test_orders_are_of_the_catalogue_and_money_has_two_digits() -> None:
    for change in generate(300, seed=3, prefix="x"):
        order = change.order
        assert order.product_name in {name for name, _ in CATALOGUE}
        assert order.price > 0
        assert order.price.as_tuple().exponent == -2
        assert 1 <= order.quantity <= 9
        assert order.order_id.startswith("x-")


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        ({"upsert": 1.0}, "no such kind of change: upsert"),
        ({"insert": 0.5}, "add up to 1"),
        ({"insert": 1.5, "update": -0.5}, "lie between 0 and 1"),
    ],
)
def test_shares_that_cannot_be_are_refused(shares: dict[str, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        generate(1, shares=shares)


def test_shares_not_named_are_none() -> None:
    assert parse_shares({"update": 1.0}) == {"insert": 0.0, "update": 1.0, "delete": 0.0}
    # there is nothing to update or delete before something was inserted
    assert [change.kind for change in generate(3, shares={"update": 1.0})] == ["insert", "update", "update"]


def test_the_command_writes_a_line_for_each_change(tmp_path: Path) -> None:
    file = tmp_path / "changes.jsonl"

    assert main(["changes", "--records", "50", "--seed", "7", "--output", str(file)]) == 0

    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    made = list(generate(50, seed=7))
    assert [line["change"] for line in lines] == [change.kind for change in made]
    assert [line["price"] for line in lines] == [str(change.order.price) for change in made]
    assert lines[0].keys() == {"change", "order_id", "product_name", "quantity", "price"}


def test_the_command_refuses_a_negative_count(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["changes", "--records", "-1"])
    assert "cannot be negative" in capsys.readouterr().err


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        generate(-1)
