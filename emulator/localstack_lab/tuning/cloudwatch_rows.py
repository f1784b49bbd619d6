"""CloudWatch: write the data of one PutMetricData in one transaction.

Slow upstream: for every datum, and twice for one with statistics, LocalStack opens its SQLite file anew,
inserts and waits for the disk: milliseconds under a lock that the metrics of all services wait for.

Same answers: the same rows, in the same order, in the same file. A reader sees all data of a call or
none, where before it could see some. The file is LocalStack's scratch, so nobody waits for it to survive
a power cut.
"""

import sqlite3
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import Patch, TargetChanged

COMMON = "account_id, region, metric_name, namespace, timestamp, dimensions, unit, storage_resolution"


def single_values(metric: dict[str, Any]) -> list[float]:
    """The values of a MetricDatum, each as often as ``Counts`` says; empty for one with statistics only.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
    """
    if metric.get("Value") is not None:
        return [metric["Value"]]
    values = metric.get("Values") or []
    counts = metric.get("Counts", [1] * len(values))
    return [value for index, value in enumerate(values) for _ in range(int(counts[index]))]


def add_metric_data(
    self: Any, account_id: str, region: str, namespace: str, metric_data: list[dict[str, Any]]
) -> None:
    """``CloudwatchDatabase.add_metric_data``, with one connection and one commit for all data."""
    singles: list[tuple] = []
    aggregates: list[tuple] = []
    for metric in metric_data:
        moment = metric.get("Timestamp")
        common = (
            account_id,
            region,
            metric.get("MetricName"),
            namespace,
            self._convert_timestamp_to_unix(moment) if moment else int(datetime.now(UTC).timestamp()),
            self._get_ordered_dimensions_with_separator(metric.get("Dimensions")),
            metric.get("Unit"),
            metric.get("StorageResolution"),
        )
        singles += [(*common, value) for value in single_values(metric)]
        if statistics := metric.get("StatisticValues"):
            numbers = (statistics.get(name) for name in ("SampleCount", "Sum", "Minimum", "Maximum"))
            aggregates.append((*common, *numbers))
    if not singles and not aggregates:
        return
    with self.DATABASE_LOCK:
        connection = sqlite3.connect(self.METRICS_DB)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            with connection:
                connection.executemany(
                    f"INSERT INTO {self.TABLE_SINGLE_METRICS} ({COMMON}, value) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    singles,
                )
                connection.executemany(
                    f"INSERT INTO {self.TABLE_AGGREGATED_METRICS} ({COMMON}, sample_count, sum, min, max) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    aggregates,
                )
        finally:
            connection.close()  # `with connection` only ends the transaction


def _change(patch: Patch, module: ModuleType) -> None:
    database = module.__dict__.get("CloudwatchDatabase")
    if database is None:
        raise TargetChanged(f"{module.__name__} has no 'CloudwatchDatabase'")
    patch.replace(database, "add_metric_data", lambda _: add_metric_data)


PATCHES = [Patch("CloudWatch rows", "localstack.services.cloudwatch.cloudwatch_database_helper", _change)]
