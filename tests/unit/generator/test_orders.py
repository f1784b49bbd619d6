"""Invented orders: the same seed, the same bytes; shares and kinds as asked for."""

import io
import json
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from generator import orders
from generator.__main__ import main
from handlers.lambdas.order_intake.validation import reasons_against


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    arguments = ["orders", "--records", "40", "--seed", "7", "--invalid", "missing_contact=0.2"]
    here = orders.order_file(40, seed=7, invalid={"missing_contact": 0.2})

    there = subprocess.run([sys.executable, "-m", "generator", *arguments], capture_output=True, check=True)
    main([*arguments, "--output", str(tmp_path / "orders.json")])

    assert there.stdout == here
    assert (tmp_path / "orders.json").read_bytes() == here


def test_another_seed_gives_other_orders() -> None:
    assert orders.order_file(5, seed=1) != orders.order_file(5, seed=2)


def test_the_order_of_locales_does_not_matter() -> None:
    assert orders.order_file(30, locales=["de_DE", "en_US"]) == orders.order_file(
        30, locales=["en_US", "de_DE"]
    )


def test_more_orders_begin_with_the_same_ones() -> None:
    assert list(orders.generate(10, seed=3)) == list(islice(orders.generate(1_000_000, seed=3), 10))


def test_without_shares_every_order_is_valid_and_has_an_id_of_its_own() -> None:
    made = json.loads(orders.order_file(300, seed=11))["orders"]

    assert [reasons_against(order) for order in made] == [[]] * 300
    ids = {order["order-info"].get("OrderId", order["order-info"].get("orderId")) for order in made}
    assert len(ids) == 300


def test_both_spellings_and_both_types_of_quantity_occur() -> None:
    infos = [order["order-info"] for order in orders.generate(60, seed=1)]

    assert {"OrderId", "orderId"} <= {name for info in infos for name in info}
    assert {type(info["qty"]) for info in infos} == {str, int}


@pytest.mark.parametrize("kind", orders.INVALID)
def test_each_kind_is_refused_for_just_its_own_reason(kind: str) -> None:
    made = json.loads(orders.order_file(40, seed=5, invalid={kind: 1}))["orders"]

    assert [[reason["code"] for reason in reasons_against(order)] for order in made] == [[kind]] * 40


def test_shares_are_kept() -> None:
    shares = {"missing_contact": 0.1, "invalid_quantity": 0.3}

    codes = Counter(
        reasons[0]["code"] if (reasons := reasons_against(order)) else "valid"
        for order in orders.generate(2_000, seed=1, invalid=shares)
    )

    assert codes["missing_contact"] / 2_000 == pytest.approx(0.1, abs=0.03)
    assert codes["invalid_quantity"] / 2_000 == pytest.approx(0.3, abs=0.03)
    assert codes.keys() == {"missing_contact", "invalid_quantity", "valid"}


def test_a_huge_file_is_made_one_order_at_a_time() -> None:
    class Counted(io.StringIO):
        longest = 0

        def write(self, text: str) -> int:
            Counted.longest = max(Counted.longest, len(text))
            return len(text)

    assert orders.write(orders.generate(500), Counted()) == 500
    assert Counted.longest < 1_000


def test_no_orders_are_still_a_file() -> None:
    assert json.loads(orders.order_file(0)) == {"orders": []}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("missing_contact", "kind=share"),
        ("missing_contact=much", "could not convert"),
        ("mising_contact=0.1", "no such kind"),
        ("missing_contact=-0.1", "between 0 and 1"),
        ("missing_contact=0.6,missing_email=0.6", "add up"),
    ],
)
def test_shares_that_cannot_be_meant_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        orders.parse_shares(text)


def test_shares_are_read_with_blanks_and_trailing_commas() -> None:
    assert orders.parse_shares(" missing_contact = 0.1, missing_email=0,") == {
        "missing_contact": 0.1,
        "missing_email": 0.0,
    }


def test_a_negative_number_and_no_locale_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        orders.generate(-1)
    with pytest.raises(ValueError, match="at least one locale"):
        orders.generate(1, locales=[])


def test_the_command_names_the_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["orders", "--invalid", "nonsense=1"])

    assert exit_.value.code == 2
    assert "no such kind of invalid order: nonsense" in capsys.readouterr().err
