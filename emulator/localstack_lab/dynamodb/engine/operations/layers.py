"""Which words an operation has for a wrong request.

AWS checks requests in two layers. PutItem, UpdateItem and DeleteItem report from the current one, in an
envelope; GetItem, BatchGetItem and Query from the current one, bare; BatchWriteItem, the transactions and
Scan from the older one. Observed in us-east-1 in October 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from localstack_lab.dynamodb.engine.errors import DynamoDBError, validation

_ENVELOPE = re.compile(r"[0-9]+ validation errors? detected: ")


@contextmanager
def enveloped() -> Iterator[None]:
    """Put "1 validation error detected: " before what is wrong with the request."""
    try:
        yield
    except DynamoDBError as error:
        if error.code != "ValidationException" or _ENVELOPE.match(error.message):
            raise
        raise validation(f"1 validation error detected: {error.message}") from error


@contextmanager
def older_words() -> Iterator[None]:
    """Use the older layer's words where they differ."""
    try:
        yield
    except DynamoDBError as error:
        if error.older is None:
            raise
        raise validation(error.older) from error
