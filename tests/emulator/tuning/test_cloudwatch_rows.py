"""The same rows as upstream writes, one transaction for all."""

import gc
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack_lab.tuning import cloudwatch_rows
from localstack_lab.tuning.cloudwatch_rows import single_values

# Upstream leaves its connections open until they are collected.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")

MOMENT = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
DATA = [
    {"MetricName": "Sent", "Value": 1.0, "Unit": "Count", "Timestamp": MOMENT},
    {"MetricName": "Zero", "Value": 0.0, "Timestamp": MOMENT},
    {
        "MetricName": "Size",
        "Value": 2.5,
        "Timestamp": MOMENT,
        "StorageResolution": 1,
        "Dimensions": [{"Name": "Queue", "Value": "q"}, {"Name": "Account", "Value": "a b"}],
    },
    {"MetricName": "Many", "Values": [1.0, 2.0, 3.0], "Counts": [2.0, 1.0, 3.0], "Timestamp": MOMENT},
    {"MetricName": "Plain", "Values": [4.0, 4.0], "Timestamp": MOMENT},
    {
        "MetricName": "Summary",
        "Timestamp": MOMENT,
        "StatisticValues": {"SampleCount": 3.0, "Sum": 6.0, "Minimum": 1.0, "Maximum": 3.0},
    },
    {"MetricName": "Nothing", "Timestamp": MOMENT},
]


@pytest.fixture
def database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], CloudwatchDatabase]]:
    def create(name: str) -> CloudwatchDatabase:
        folder = tmp_path / name
        monkeypatch.setattr(CloudwatchDatabase, "CLOUDWATCH_DATA_ROOT", str(folder))
        monkeypatch.setattr(CloudwatchDatabase, "METRICS_DB", str(folder / "metrics.db"))
        return CloudwatchDatabase()

    yield create
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def rows(database: CloudwatchDatabase) -> list[list[tuple]]:
    connection = sqlite3.connect(database.METRICS_DB)
    try:
        tables = (database.TABLE_SINGLE_METRICS, database.TABLE_AGGREGATED_METRICS)
        return [connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in tables]
    finally:
        connection.close()


def fresh() -> list[dict[str, Any]]:
    return [
        {**datum, "Dimensions": list(datum["Dimensions"])} if "Dimensions" in datum else dict(datum)
        for datum in DATA
    ]


def test_the_rows_are_upstreams(
    database: Callable[[str], CloudwatchDatabase], tuned: Callable[..., None]
) -> None:
    stock = database("stock")
    stock.add_metric_data("000000000000", "us-east-1", "AWS/SQS", fresh())
    expected = rows(stock)
    tuned(*cloudwatch_rows.PATCHES)
    ours = database("ours")
    ours.add_metric_data("000000000000", "us-east-1", "AWS/SQS", fresh())
    assert rows(ours) == expected
    assert [len(table) for table in expected] == [11, 1]


def test_a_datum_without_a_moment_gets_this_one(
    database: Callable[[str], CloudwatchDatabase], tuned: Callable[..., None]
) -> None:
    tuned(*cloudwatch_rows.PATCHES)
    ours = database("ours")
    before = int(datetime.now(UTC).timestamp())
    ours.add_metric_data("000000000000", "us-east-1", "Shop", [{"MetricName": "Orders", "Value": 1.0}])
    ((row,), _) = rows(ours)
    assert before <= row[5] <= datetime.now(UTC).timestamp()


def test_a_call_is_written_whole_or_not_at_all(
    database: Callable[[str], CloudwatchDatabase], tuned: Callable[..., None]
) -> None:
    tuned(*cloudwatch_rows.PATCHES)
    ours = database("ours")
    bad = [{"MetricName": "Orders", "Value": 1.0}, {"MetricName": "Orders", "Value": object()}]
    with pytest.raises(sqlite3.Error):
        ours.add_metric_data("000000000000", "us-east-1", "Shop", bad)
    assert rows(ours) == [[], []]


def test_counts_repeat_values() -> None:
    assert single_values({"Values": [1.0, 2.0], "Counts": [2.0, 0.0]}) == [1.0, 1.0]
