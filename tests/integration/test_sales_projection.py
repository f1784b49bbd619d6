"""Changes spread over all shards: each reaches S3, in whatever order, and the files tell the table."""

from collections.abc import Iterator

import pytest

from bootstrap import sales_projection as wiring
from lab.pipelines.base import RunRequest
from lab.pipelines.sales_projection import PIPELINE
from tests.support.sales import Capture, actions, captured


@pytest.fixture(scope="module")
def capture(lab_endpoint: str) -> Iterator[Capture]:
    yield from captured(PIPELINE, lab_endpoint)


def test_a_run_accounts_for_every_insert_update_and_delete(capture: Capture) -> None:
    report = PIPELINE.run(capture.settings, RunRequest(records=100, seed=3))

    counts = report.verification.counts
    assert report.verification.differences == []
    assert counts["generated"] == counts["streamed"] == counts["piped"] == counts["delivered"] == 100
    assert {fate.place for fate in report.fates} == {wiring.BUCKET}
    assert PIPELINE.verify(capture.settings).differences == []
    assert counts["rows in Athena"] == counts["lines in files"]
    assert counts["orders as Athena tells them"] == counts["orders in the table"]


def test_each_change_has_a_partition_key_of_its_own(capture: Capture) -> None:
    key = capture.key()
    item = {
        "orderid": {"S": key},
        "product_name": {"S": "Aaron 1860"},
        "quantity": {"N": "1"},
        "price": {"N": "9923.66"},
    }
    for quantity in range(1, 9):
        capture.put(item | {"quantity": {"N": str(quantity)}})
    capture.delete(key)
    capture.lines(key, 9)

    told = PIPELINE.history(capture.settings, key)

    assert [one.event for one in told] == ["INSERT", *["MODIFY"] * 7, "REMOVE"]
    assert [one.partition_key for one in told] == [one.event_id for one in told]
    assert len({one.shard for one in told}) > 1
    assert PIPELINE.verify(capture.settings).differences == []


def test_a_second_bootstrap_changes_nothing(capture: Capture) -> None:
    assert set(actions(PIPELINE.bootstrap(capture.settings))) == {"unchanged"}
