"""SQS queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"""

import json
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.changes import Change
from bootstrap.ensure.ownership import owner_in, require_owner, tag_map, verb
from bootstrap.session import Session

KIND = "SQS queue"


def queue_url(session: Session, name: str) -> str | None:
    """The queue's URL, or None when there is no such queue."""
    try:
        return session.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    except ClientError as error:
        if error.response["Error"]["Code"] in (
            "AWS.SimpleQueueService.NonExistentQueue",
            "QueueDoesNotExist",
        ):
            return None
        raise


def _same(key: str, wanted: str, actual: str | None) -> bool:
    if key == "Policy" and actual:
        return json.loads(wanted) == json.loads(actual)
    return wanted == actual


@verb(KIND)
def queue(session: Session, name: str, *, owner: str, attributes: dict[str, str]) -> Change:
    """A standard queue with these attributes (SQS's names, values as strings; Policy as JSON text)."""
    sqs = session.client("sqs")
    url = queue_url(session, name)
    if url is None:
        sqs.create_queue(QueueName=name, Attributes=attributes, tags=tag_map(owner))
        return Change("created", KIND, name)
    require_owner(sqs.list_queue_tags(QueueUrl=url).get("Tags"), owner, KIND, name)
    actual: dict[str, Any] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    changed = [key for key, value in attributes.items() if not _same(key, value, actual.get(key))]
    if not changed:
        return Change("unchanged", KIND, name)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={key: attributes[key] for key in changed})
    return Change("updated", KIND, name, ", ".join(changed))


@verb(KIND)
def delete_queue(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the queue with its messages, if `owner` made it."""
    sqs = session.client("sqs")
    url = queue_url(session, name)
    if url is None:
        return None
    if owner_in(sqs.list_queue_tags(QueueUrl=url).get("Tags")) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    sqs.delete_queue(QueueUrl=url)
    return Change("deleted", KIND, name)
