"""Every patch, in the order in which they are installed. Each module says what it changes and why that is
safe."""

from localstack_lab.tuning import (
    assumed_roles,
    batch_job_status,
    cloudwatch_rows,
    disabled_rules,
    internal_calls,
    jsonpath,
    map_workers,
    parsed_definitions,
    s3_event_keys,
    sqs_metrics,
    state_threads,
)
from localstack_lab.tuning.patch import Patch

PATCHES: list[Patch] = [
    *internal_calls.PATCHES,
    *jsonpath.PATCHES,
    *assumed_roles.PATCHES,
    *batch_job_status.PATCHES,
    *cloudwatch_rows.PATCHES,
    *state_threads.PATCHES,
    *map_workers.PATCHES,
    *parsed_definitions.PATCHES,
    *sqs_metrics.PATCHES,
    *s3_event_keys.PATCHES,
    *disabled_rules.PATCHES,
]
