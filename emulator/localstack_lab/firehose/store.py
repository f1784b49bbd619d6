"""Where delivery streams stand in their sources, kept in a LocalStack store beside their definitions."""

from typing import Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute


class LabFirehoseStore(BaseStore):
    """`positions`: delivery stream → shard → position, see `source.Source`."""

    positions: dict[str, dict[str, dict[str, Any]]] = LocalAttribute(default=dict)  # type: ignore[assignment]


lab_firehose_stores = AccountRegionBundle("firehose", LabFirehoseStore)
