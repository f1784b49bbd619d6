"""Which pipelines are set up in a running lab."""

import importlib
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.ensure.ownership import owner_in
from bootstrap.session import Session
from bootstrap.settings import Settings
from lab.pipelines import SLUGS


def wired(settings: Settings, services: Mapping[str, str]) -> list[str]:
    """The slugs of the pipelines whose bucket is there and carries their tag; a bootstrap makes it last.

    :param services: the lab's health: where S3 was never used, nothing is set up, and asking would start it
    """
    if services.get("s3") != "running":
        return []
    client = Session(settings).client("s3")
    found = []
    for slug in SLUGS:
        bucket = importlib.import_module(f"bootstrap.{slug}").BUCKET
        try:
            owner = owner_in(client.get_bucket_tagging(Bucket=bucket)["TagSet"])
        except (
            ClientError,
            BotoCoreError,
        ):  # no such bucket, one without tags, or a lab that is just stopping
            continue
        if owner == slug:
            found.append(slug)
    return found
