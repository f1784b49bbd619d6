"""A Lambda function's log, as CloudWatch Logs has it."""

import difflib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bootstrap.session import Session
from lab.errors import UsageError

PREFIX = "/aws/lambda/"
POLL = 1.0


def lines(session: Session, function: str, *, tail: int, follow: bool) -> Iterator[str]:
    """The last `tail` lines of the function's log group over all its streams, then each new one if `follow`.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html

    :raises UsageError: when there is no such log group; it names those that there are
    """
    client = session.client("logs")
    seen: set[str] = set()
    newest = 0
    try:
        # in the order of time: LocalStack gives one stream after the other
        events = sorted(_events(client, function, start=0), key=lambda event: event["timestamp"])
    except client.exceptions.ResourceNotFoundException as error:
        raise _unknown(client, function) from error
    for event in events:
        seen.add(event["eventId"])
        newest = event["timestamp"]
    yield from map(_line, events[len(events) - min(tail, len(events)) :])
    while follow:
        time.sleep(POLL)
        for event in _events(client, function, start=newest):
            if event["eventId"] not in seen:
                seen.add(event["eventId"])
                newest = max(newest, event["timestamp"])
                yield _line(event)


def _events(client: Any, function: str, *, start: int) -> Iterator[dict[str, Any]]:
    pages = client.get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=PREFIX + function, startTime=start):
        yield from page["events"]


def _line(event: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}  {event['message'].rstrip()}"


def _unknown(client: Any, function: str) -> UsageError:
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=PREFIX)
    known = [group["logGroupName"].removeprefix(PREFIX) for page in pages for group in page["logGroups"]]
    if not known:
        return UsageError(f"There is no log of {function!r}: no function has run in this lab yet.")
    close = difflib.get_close_matches(function, known, n=1)
    return UsageError(
        f"There is no log of a function {function!r}.",
        f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(known))}.",
    )
