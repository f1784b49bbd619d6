"""The engine's state as a LocalStack store, so that resets, snapshots and restores reach it."""

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from localstack_lab.kinesis.region import Region


class LabKinesisStore(BaseStore):
    """One per account and region; `region` holds streams with all their records and pickles as a whole."""

    region: Region = LocalAttribute(default=Region)  # type: ignore[assignment]  # a descriptor


lab_kinesis_stores = AccountRegionBundle("kinesis", LabKinesisStore)
