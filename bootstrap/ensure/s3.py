"""S3 buckets: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"""

from typing import Any

from botocore.exceptions import ClientError

from bootstrap.changes import Change
from bootstrap.ensure.ownership import owner_in, require_owner, tag_list, verb
from bootstrap.session import Session

KIND = "S3 bucket"


def _tags(s3: Any, name: str) -> list[dict[str, str]] | None:
    """The bucket's tags, or None when there is no such bucket."""
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    try:
        return s3.get_bucket_tagging(Bucket=name)["TagSet"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return []
        raise


@verb(KIND)
def bucket(session: Session, name: str, *, owner: str, versioned: bool = False) -> Change:
    """A private bucket; with `versioned`, a key and a version id together name one delivery for ever."""
    s3 = session.client("s3")
    tags = _tags(s3, name)
    if tags is None:
        where = {"CreateBucketConfiguration": {"LocationConstraint": session.region}}
        s3.create_bucket(Bucket=name, **(where if session.region != "us-east-1" else {}))
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(owner)})
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return Change("created", KIND, name)
    require_owner(tags, owner, KIND, name)
    if versioned and s3.get_bucket_versioning(Bucket=name).get("Status") != "Enabled":
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return Change("updated", KIND, name, "versioning")
    return Change("unchanged", KIND, name)


@verb("S3 notifications of")
def bucket_notifications(session: Session, name: str) -> Change:
    """Send the bucket's events to EventBridge; whatever else notifies stays.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
    """
    s3 = session.client("s3")
    configuration = s3.get_bucket_notification_configuration(Bucket=name)
    configuration.pop("ResponseMetadata", None)
    kind = "S3 EventBridge notifications of"
    if "EventBridgeConfiguration" in configuration:
        return Change("unchanged", kind, name)
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration=configuration | {"EventBridgeConfiguration": {}}
    )
    return Change("created", kind, name)


@verb(KIND)
def delete_bucket(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the bucket with every object, version and delete marker in it, if `owner` made it."""
    s3 = session.client("s3")
    tags = _tags(s3, name)
    if tags is None:
        return None
    if owner_in(tags) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    empty_bucket(session, name)
    s3.delete_bucket(Bucket=name)
    return Change("deleted", KIND, name)


@verb(KIND)
def empty_bucket(session: Session, name: str) -> int:
    """Remove every object, version and delete marker; answers how many."""
    s3 = session.client("s3")
    count = 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        entries = page.get("Versions", []) + page.get("DeleteMarkers", [])
        if not entries:
            continue
        doomed = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
        answer = s3.delete_objects(Bucket=name, Delete={"Objects": doomed, "Quiet": True})
        for failure in answer.get("Errors", []):
            raise ClientError({"Error": failure}, "DeleteObjects")
        count += len(doomed)
    return count
