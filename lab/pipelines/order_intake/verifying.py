"""Every order of every file in the bucket, held against the table and the dead-letter queue."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from bootstrap import order_intake as wiring
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from bootstrap.settings import Settings
from lab.pipelines.base import Difference, Progress, Step, Verification, quiet
from lab.pipelines.order_intake.accounts import Account, Item, Letters, account_for
from lab.pipelines.order_intake.executions import Machine
from lab.pipelines.order_intake.letters import FileVersion, Letter, Queue

SETTLE_SECONDS = 600.0
_POLL_SECONDS = 0.2


def verify(settings: Settings, progress: Progress = quiet) -> Verification:
    """Account for every order, once nothing is on its way any more.

    :raises NotBootstrapped: the pipeline's resources are not there
    """
    session = Session(settings)
    settled = Machine(session).settle(progress, timeout=SETTLE_SECONDS)
    letters = Letters(peek_all(Queue(session), progress))
    progress(Step("reading the table"))
    items = all_items(session)
    account, notes, seen = Account(), [], set()
    files = list(file_versions(session))
    for number, (file, _) in enumerate(files, 1):
        progress(Step("accounting for each file's orders", number, len(files)))
        seen.add(file)
        account_for(account, file, read_file(session, file), items, letters)
    for row in items.values():
        if row.origin is None:
            notes.append(f"The table has an item {row.order_id!r} that did not come through the pipeline.")
        elif row.origin[0] not in seen:
            notes.append(f"The order {row.order_id!r} came from {row.origin[0]}, which is no longer there.")
    notes += [f"A message that is no dead letter: {letter.body[:200]}" for letter in letters.unreadable]
    if letters.repeated:
        notes.append(f"{letters.repeated} dead letters tell again what another one tells.")
    if not settled:
        account.differences.append(Difference(wiring.STATE_MACHINE, "executions still run; ask again later"))
    counts = {"files": len(files)} | account.counts() | {"dead letters": letters.count}
    return Verification(counts, account.differences, notes)


def peek_all(queue: Queue, progress: Progress) -> list[Letter]:
    """All dead letters, waiting for those that somebody else holds (at most as long as they may be held)."""
    deadline = time.monotonic() + 70
    while queue.counts()[1] and time.monotonic() < deadline:
        progress(Step("somebody else holds dead letters; waiting until they are back"))
        time.sleep(_POLL_SECONDS)
    progress(Step("reading the dead-letter queue"))
    return queue.peek()


def file_versions(session: Session) -> Iterator[tuple[FileVersion, int]]:
    """Every version of every object in the bucket, with its size; delete markers hold no orders."""
    s3 = session.client("s3")
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=wiring.BUCKET):
            for version in page.get("Versions", []):
                yield FileVersion(wiring.BUCKET, version["Key"], version["VersionId"]), version["Size"]
    except s3.exceptions.NoSuchBucket as error:
        raise NotBootstrapped(wiring.SLUG, f"The bucket {wiring.BUCKET}") from error


def read_file(session: Session, file: FileVersion) -> bytes:
    """The version's bytes."""
    answer = session.client("s3").get_object(Bucket=file.bucket, Key=file.key, VersionId=file.version_id)
    with answer["Body"] as body:
        return body.read()


def _table(session: Session, call: Callable[[Any], Iterator[dict[str, Any]]]) -> dict[str, Item]:
    dynamodb = session.client("dynamodb")
    try:
        return {item.order_id: item for item in map(Item.read, call(dynamodb))}
    except dynamodb.exceptions.ResourceNotFoundException as error:
        raise NotBootstrapped(wiring.SLUG, f"The table {wiring.TABLE}") from error


def all_items(session: Session) -> dict[str, Item]:
    """The whole table, by order id."""

    def scan(dynamodb: Any) -> Iterator[dict[str, Any]]:
        pages = dynamodb.get_paginator("scan").paginate(TableName=wiring.TABLE, ConsistentRead=True)
        for page in pages:
            yield from page["Items"]

    return _table(session, scan)


def some_items(session: Session, ids: list[str]) -> dict[str, Item]:
    """The rows of these ids, those that there are."""

    def get(dynamodb: Any) -> Iterator[dict[str, Any]]:
        for start in range(0, len(ids), 100):  # BatchGetItem's limit
            keys = [{wiring.TABLE_KEY: {"S": order_id}} for order_id in ids[start : start + 100]]
            wanted = {wiring.TABLE: {"Keys": keys, "ConsistentRead": True}}
            while wanted:
                answer = dynamodb.batch_get_item(RequestItems=wanted)
                yield from answer["Responses"].get(wiring.TABLE, [])
                wanted = answer.get("UnprocessedKeys")

    return _table(session, get)
