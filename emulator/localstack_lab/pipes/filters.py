"""Filter criteria of a pipe: an event passes when one of its patterns matches.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from localstack_lab.pipes.events import INNER_FIELD, Event
from localstack_lab.pipes.patterns import PatternError, compile_pattern

_BY_THE_POLLER = {
    "kinesis": (
        *("awsRegion", "eventSource", "eventSourceARN", "eventVersion"),
        *("eventID", "eventName", "invokeIdentityArn"),
    ),
    "sqs": ("awsRegion", "eventSource", "eventSourceARN"),
    "dynamodb": ("awsRegion", "eventSource", "eventSourceARN", "eventVersion"),
}
"""What polling adds to an event: AWS matches patterns before."""

Passes = Callable[[Event], bool]


def compile_filters(kind: str, criteria: dict[str, Any] | None) -> Passes | None:
    """Whether an event of a source (kinesis, dynamodb or sqs) passes; None where everything does.

    :raises PatternError: for patterns that AWS refuses
    """
    texts = [item.get("Pattern") for item in (criteria or {}).get("Filters") or []]
    tests = [_one(kind, text) for text in texts if text]
    if not tests:
        return None
    return lambda event: any(test(event) for test in tests)


def _one(kind: str, text: str) -> Passes:
    test = compile_pattern(text)
    pattern = json.loads(text)
    field = INNER_FIELD[kind]
    wanted = pattern.get(field) if field else pattern.get("dynamodb")
    if wanted is not None and not isinstance(wanted, dict) and kind != "sqs":
        name = field or "dynamodb"
        raise PatternError(f"The filter pattern for {name} must be in a valid JSON format: an object")
    hidden = _BY_THE_POLLER[kind]
    opens = field is not None and f'"{field}"' in text

    def passes(event: Event) -> bool:
        if wanted is not None and field is not None and isinstance(wanted, dict) != event.is_json:
            return False  # a JSON pattern for a plain text, or the other way round
        content = event.parsed if opens else event.content
        return test({name: value for name, value in content.items() if name not in hidden})

    return passes
