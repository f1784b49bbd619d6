"""LocalStack's Firehose provider with delivery to S3 as AWS does it; other destinations stay LocalStack's."""

import threading
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.firehose import (
    ConcurrentModificationException,
    InvalidArgumentException,
    LimitExceededException,
    ResourceInUseException,
)
from localstack.services.firehose.models import FirehoseStore, firehose_stores
from localstack.services.firehose.provider import FirehoseProvider
from localstack.state import StateVisitor
from localstack.utils.strings import camel_to_snake_case

from localstack_lab.firehose import checks, constraints, creation, descriptions
from localstack_lab.firehose.base import Request
from localstack_lab.firehose.records_api import Records
from localstack_lab.firehose.settings_api import Settings
from localstack_lab.firehose.source import Gone, Unavailable
from localstack_lab.firehose.store import lab_firehose_stores

MOST_STREAMS = 5_000  # in an account and region
DELETE_SECONDS = 5.0  # for the last deliveries, before DeleteDeliveryStream answers
_DELETE_LONGEST = 60.0  # and after it, in state DELETING
_FLUSH_SECONDS = 10.0


class LabFirehoseProvider(Records, Settings):
    """Every operation of the API; those that make, change and end delivery streams are here."""

    @handler("CreateDeliveryStream", expand=False)
    def create_delivery_stream(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html"""
        constraints.check("CreateDeliveryStream", creation.without_stock(request))
        account, region, name = context.account_id, context.region, request["DeliveryStreamName"]
        ours = creation.check(request, account, region)
        with self._lock:
            store = self.get_store(account, region)
            if name in store.delivery_streams:
                raise ResourceInUseException(f"Firehose {name} under accountId {account} already exists")
            if len(store.delivery_streams) >= MOST_STREAMS:
                raise LimitExceededException(f"There can be at most {MOST_STREAMS} delivery streams.")
            if not ours:
                members = {camel_to_snake_case(member): value for member, value in request.items()}
                return FirehoseProvider.create_delivery_stream(self, context, **members)
            described: Any = creation.description(request, account, region)
            positions = lab_firehose_stores[account][region].positions
            positions[name] = {}
            try:
                self.fleet.start(described, positions[name])
            except (Gone, Unavailable) as error:
                raise InvalidArgumentException(f"The source of the delivery stream: {error}") from error
            store.delivery_streams[name] = described
            store.TAGS.tag_resource(described["DeliveryStreamARN"], request.get("Tags") or [])
            described["DeliveryStreamStatus"] = "ACTIVE"
            return {"DeliveryStreamARN": described["DeliveryStreamARN"]}

    @handler("DeleteDeliveryStream", expand=False)
    def delete_delivery_stream(self, context: RequestContext, request: Request) -> Any:
        """Delivers what waits; the answer comes when that is done, or while it goes on in state DELETING.

        https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeleteDeliveryStream.html
        """
        constraints.check("DeleteDeliveryStream", request)
        name = request["DeliveryStreamName"]
        with self._lock:
            described = self.described(context, name)
            store, arn = self.get_store(context.account_id, context.region), described["DeliveryStreamARN"]
            if self.fleet.pipeline(arn) is None and described["DeliveryStreamStatus"] != "DELETING":
                store.TAGS.del_resource(arn)
                return FirehoseProvider.delete_delivery_stream(self, context, delivery_stream_name=name)
            again = described["DeliveryStreamStatus"] == "DELETING"
            described["DeliveryStreamStatus"] = "DELETING"
        if again:
            return {}
        positions = lab_firehose_stores[context.account_id][context.region].positions
        ender = threading.Thread(
            target=self._end, args=(store, positions, name, arn), name=f"firehose-delete-{name}", daemon=True
        )
        ender.start()
        ender.join(DELETE_SECONDS)
        return {}

    def _end(self, store: FirehoseStore, positions: dict[str, Any], name: str, arn: str) -> None:
        self.fleet.end(arn, _DELETE_LONGEST)
        with self._lock:
            store.delivery_streams.pop(name, None)
            store.TAGS.del_resource(arn)
            positions.pop(name, None)

    @handler("UpdateDestination", expand=False)
    def update_destination(self, context: RequestContext, request: Request) -> Any:
        """https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html"""
        constraints.check("UpdateDestination", creation.without_stock(request))
        name = request["DeliveryStreamName"]
        with self._lock:
            described = self.described(context, name)
            if described["DeliveryStreamStatus"] != "ACTIVE":
                raise ResourceInUseException(f"Firehose {name} is not ACTIVE.")
            wanted, current = request["CurrentDeliveryStreamVersionId"], described["VersionId"]
            if wanted != current:
                raise ConcurrentModificationException(
                    f"Cannot update firehose: {name} since the current version id: {current} and specified "
                    f"version id: {wanted} do not match"
                )
            if all(d["DestinationId"] != request["DestinationId"] for d in described["Destinations"]):
                raise InvalidArgumentException(f"Destination Id {request['DestinationId']} not found")
            if self.is_ours(described):
                self._update(described, request)
            else:
                members = {camel_to_snake_case(member): value for member, value in request.items()}
                FirehoseProvider.update_destination(self, context, **members)
                described["VersionId"] = str(int(current) + 1)
        return {}

    def _update(self, described: Any, request: Request) -> None:
        updates = [member for member, value in request.items() if member.endswith("Update") and value]
        if updates not in (["ExtendedS3DestinationUpdate"], ["S3DestinationUpdate"]):
            raise InvalidArgumentException(
                "A delivery stream to S3 takes one ExtendedS3DestinationUpdate; this emulator does not "
                "change a destination into one of another type."
            )
        before = described["Destinations"][0]["ExtendedS3DestinationDescription"]
        extended = descriptions.merged(before, request[updates[0]])
        checks.destination(extended)
        _check_change(before, extended)
        described["Destinations"] = [descriptions.destination(extended)]
        described["VersionId"] = str(int(described["VersionId"]) + 1)
        described["LastUpdateTimestamp"] = datetime.now(UTC)
        self.pipeline(described).update(self.fleet.plan(described))

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        visitor.visit(firehose_stores)
        visitor.visit(lab_firehose_stores)

    def on_before_state_save(self) -> None:
        self.fleet.flush(_FLUSH_SECONDS)

    def on_before_state_reset(self) -> None:
        self.fleet.end_all(timeout=0)

    def on_before_state_load(self) -> None:
        self.fleet.end_all(timeout=0)

    def on_after_state_load(self) -> None:
        for account, region, store in firehose_stores.iter_stores():
            positions = lab_firehose_stores[account][region].positions
            for name, described in store.delivery_streams.items():
                if self.is_ours(described):
                    self._go_on(described, positions.setdefault(name, {}))

    def _go_on(self, described: Any, positions: dict[str, dict[str, Any]]) -> None:
        """Start a stream that was loaded; without its source it is there, but delivers nothing."""
        try:
            self.fleet.start(described, positions)
        except (Gone, Unavailable) as error:
            described["DeliveryStreamStatus"] = "CREATING_FAILED"
            described["FailureDescription"] = {"Type": "UNKNOWN_ERROR", "Details": str(error)}

    def on_before_stop(self) -> None:
        self.fleet.close()


def _check_change(before: Request, after: Request) -> None:
    """What can only be chosen when a stream is created."""
    if before.get("S3BackupMode") == "Enabled" and after.get("S3BackupMode") != "Enabled":
        raise InvalidArgumentException("S3BackupMode cannot be disabled once it is enabled.")
    was, wanted = (
        bool((each.get("DynamicPartitioningConfiguration") or {}).get("Enabled")) for each in (before, after)
    )
    if was != wanted:
        raise InvalidArgumentException(
            "Dynamic Partitioning can only be enabled when a delivery stream is created, and not be disabled."
        )
