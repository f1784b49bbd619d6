"""LocalStack's Kinesis provider with the lab's engine in place of the kinesis-mock server."""

import os
import threading
from pathlib import Path
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.api.kinesis import KinesisApi
from localstack.aws.connect import connect_to
from localstack.services.kinesis import provider as stock
from localstack.services.kinesis.provider import KinesisProvider
from localstack.state import StateVisitor

from localstack_lab.kinesis import wire
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.errors import KinesisError
from localstack_lab.kinesis.operations import OPERATIONS
from localstack_lab.kinesis.region import Region
from localstack_lab.kinesis.settings import Settings
from localstack_lab.kinesis.store import lab_kinesis_stores

_WITH_RECORDS = frozenset(("PutRecord", "PutRecords", "GetRecords"))
_MANAGED_KEY = "alias/aws/kinesis"


def settings() -> Settings:
    """What LocalStack's configuration and the environment say.

    KINESIS_LATENCY is LocalStack's own (500 ms there when unset); here streams change at once unless it is
    set.
    """
    return Settings(
        latency=_seconds(os.environ.get("KINESIS_LATENCY", "")),
        shard_limit=int(config.KINESIS_SHARD_LIMIT),
        on_demand_limit=int(config.KINESIS_ON_DEMAND_STREAM_COUNT_LIMIT),
        error_probability=lambda: config.KINESIS_ERROR_PROBABILITY,
        enforce_throughput=os.environ.get("LAB_KINESIS_ENFORCE_THROUGHPUT", "") in ("1", "true"),
        memory_bytes=int(os.environ.get("LAB_KINESIS_MEMORY_MB", "16")) * 2**20,
        spill_directory=Path(config.dirs.tmp) / "kinesis",
        subscription_seconds=lambda: stock.MAX_SUBSCRIPTION_SECONDS,
    )


def _seconds(latency: str) -> float:
    """Kinesis-mock's notation: milliseconds as a bare number, or with a unit (`500ms`, `2s`)."""
    text = latency.strip().lower().replace(" ", "")
    if text.endswith("ms"):
        return float(text[:-2]) / 1000
    return float(text[:-1]) if text.endswith("s") else float(text or 0) / 1000


_first_look = threading.Lock()  # a store makes its Region on first access, without a lock of its own


def _region(account: str, region: str) -> Region:
    with _first_look:
        return lab_kinesis_stores[account][region].region


def _check_key(account: str, region: str, key_id: str) -> None:
    """Refuse a KMS key that LocalStack's KMS does not have or has disabled."""
    if key_id == _MANAGED_KEY:
        return
    kms = connect_to(aws_access_key_id=account, region_name=region).kms
    try:
        key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    except kms.exceptions.NotFoundException as error:
        raise KinesisError("KMSNotFoundException", error.response["Error"]["Message"]) from error
    if key["KeyState"] == "Disabled":
        raise KinesisError("KMSDisabledException", f"{key['Arn']} is disabled.")
    if key["KeyState"] != "Enabled":
        raise KinesisError("KMSInvalidStateException", f"{key['Arn']} is in state {key['KeyState']}.")


def _operation(name: str) -> Any:
    """A handler method that hands one operation of the API to the engine."""

    def handle(self: "LabKinesisProvider", context: RequestContext, request: dict[str, Any]) -> Any:
        try:
            result = self.engine.invoke(name, request or {}, context.account_id, context.region)
        except KinesisError as error:
            raise CommonServiceException(
                error.code, error.message, status_code=error.status_code, sender_fault=True
            ) from error
        if name in _WITH_RECORDS:
            return wire.answer(context, result) or result
        return result

    handle.__name__ = _METHODS[name]
    return handler(name, expand=False)(handle)


def _methods() -> dict[str, str]:
    """Operation → name of the method that LocalStack's provider has for it."""
    found = {}
    for name in dir(KinesisApi):
        if operation := getattr(getattr(KinesisApi, name), "operation", None):
            found[operation] = name
    return found


class LabKinesisProvider(KinesisProvider):
    """Every operation of the API, answered by one engine in this process.

    Consumers in this process reach the engine as ``provider.engine``, for example to wait for records
    (`KinesisEngine.wait_for_records`) instead of polling.
    """

    def __init__(self) -> None:
        self.engine = KinesisEngine(settings(), find_region=_region, check_key=_check_key)
        wire.install()

    def forward_request(self, context: RequestContext, _request: Any = None) -> Any:
        """Where LocalStack would forward to kinesis-mock: there is none, so the call is refused."""
        name = context.operation.name if context.operation else "without a name"
        raise NotImplementedError(f"The lab's Kinesis does not know the operation {name}.")

    def get_forward_url(self, account_id: str, region_name: str) -> str:
        raise NotImplementedError("The lab's Kinesis runs in process: there is no server to forward to.")

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        visitor.visit(lab_kinesis_stores)

    def on_before_state_load(self) -> None:
        self._abandon()

    def on_before_state_reset(self) -> None:
        self._abandon()

    def on_before_stop(self) -> None:
        self.engine.stop()

    def _abandon(self) -> None:
        """Tell whoever reads a stream now that it is gone, so that nothing goes on with the old state."""
        for _account, _region_name, store in lab_kinesis_stores.iter_stores():
            self.engine.abandon(store.region)


_METHODS = _methods()
for _name in OPERATIONS:
    setattr(LabKinesisProvider, _METHODS[_name], _operation(_name))
