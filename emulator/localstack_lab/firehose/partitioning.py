"""Which partition a record belongs to: keys from its content and from the transforming function.

https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
"""

import json
from typing import NamedTuple

from localstack_lab.firehose import prefixes
from localstack_lab.firehose.plan import Plan
from localstack_lab.firehose.queries import ExtractionError
from localstack_lab.firehose.record import Record

FAILED, CODE = "metadata-extraction-failed", "DynamicPartitioning.MetadataExtractionFailed"
TOO_MANY, TOO_MANY_CODE = "activePartitionExceeded", "DynamicPartitioning.ActivePartitionExceeded"


class Partition(NamedTuple):
    """The keys of a partition; records with the same ones share a buffer."""

    query: tuple[tuple[str, str], ...] = ()
    function: tuple[tuple[str, str], ...] = ()


WHOLE = Partition()


def of(record: Record, plan: Plan) -> Partition:
    """:raises ExtractionError: when a key is missing, empty or too long for a prefix"""
    if not plan.partitioned:
        return WHOLE
    found: dict[str, str] = {}
    if plan.query is not None:
        try:
            document = json.loads(record.data)
        except ValueError as error:
            raise ExtractionError("Non JSON record provided") from error
        extracted = plan.query.extract(document)
        found = {name: extracted[name] for name in plan.query_keys}
    given = {name: record.lambda_keys.get(name, "") for name in plan.lambda_keys}
    if not all(given.values()):
        raise ExtractionError("partitionKeys values must not be null or empty")
    if sum(map(len, (*found.values(), *given.values()))) > prefixes.LONGEST:
        raise ExtractionError(f"The evaluated prefix is longer than {prefixes.LONGEST} characters")
    return Partition(tuple(sorted(found.items())), tuple(sorted(given.items())))
