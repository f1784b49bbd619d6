"""The three change-capture pipelines do not get in each other's way."""

import importlib
import itertools

import pytest

from bootstrap import order_intake
from bootstrap.change_capture import ChangeCapture

SPECS: list[ChangeCapture] = [
    importlib.import_module(f"bootstrap.{slug}").SPEC
    for slug in ("sales_cdc", "sales_projection", "sales_outlook")
]


def regional(spec: ChangeCapture) -> set[tuple[str | None, str, str]]:
    """(region, kind, name) of what has a name of its own in its region."""
    names = {
        "table": spec.table,
        "stream": spec.stream,
        "pipe": spec.pipe,
        "delivery stream": spec.delivery,
        "function": spec.function,
        "queue": spec.queue,
    }
    return {(spec.region, kind, name) for kind, name in names.items()}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(SPECS, 2)), ids=lambda spec: spec.slug)
def test_no_two_pipelines_share_a_name(one: ChangeCapture, other: ChangeCapture) -> None:
    assert not regional(one) & regional(other)
    assert one.bucket != other.bucket
    roles = [{spec.role(part) for part in ("pipes", "firehose", "lambda")} for spec in (one, other)]
    assert not roles[0] & roles[1]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.slug)
def test_the_lab_finds_a_pipeline_by_its_bucket(spec: ChangeCapture) -> None:
    module = importlib.import_module(f"bootstrap.{spec.slug}")

    assert (spec.slug, spec.bucket) == (module.SLUG, module.BUCKET)
    assert spec.bucket != order_intake.BUCKET


def test_only_one_pipeline_lives_in_another_region() -> None:
    assert [spec.region for spec in SPECS] == [None, None, "ap-southeast-2"]
