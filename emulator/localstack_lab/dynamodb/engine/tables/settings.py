"""Settings of a table that no item depends on: stream, encryption, class, tags. Checked, kept in wire form.

Definitions keep them under `Table.details` by the name that the request gives them.
"""

from __future__ import annotations

import uuid
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import validation

from . import names
from .constraints import Flag, Struct, Text
from .throughput import INVALID

VIEW_TYPES = ("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
STREAM = Struct({"StreamEnabled": Flag(required=True), "StreamViewType": Text(values=VIEW_TYPES)})
TABLE_CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")
MAXIMUM_TAGS = 50


def check_new_stream(stream: dict[str, Any] | None) -> None:
    """Rules of StreamSpecification in CreateTable."""
    _check_stream(
        stream,
        "Table is being created with a stream enabled, UpdateViewType is required",
        "Table is being created with a stream disabled, UpdateViewType should not be specified",
    )


def check_stream_update(stream: dict[str, Any] | None) -> None:
    """Rules of StreamSpecification in UpdateTable."""
    _check_stream(
        stream,
        "If stream is being enabled then UpdateViewType is required",
        "If stream is being disabled, then UpdateViewType must not be specified",
    )


def _check_stream(stream: dict[str, Any] | None, missing: str, unwanted: str) -> None:
    if stream is None:
        return
    has_view = stream.get("StreamViewType") is not None
    if stream["StreamEnabled"] and not has_view:
        raise validation(INVALID + missing)
    if not stream["StreamEnabled"] and has_view:
        raise validation(INVALID + unwanted)


def check_table_class(table_class: str | None) -> None:
    """Refuse a class that does not exist."""
    if table_class is not None and table_class not in TABLE_CLASSES:
        raise validation(
            "Invalid table-class parameter provided. Please try again with a valid table-class value: "
            f"[{', '.join(TABLE_CLASSES)}]."
        )


def encryption(ctx: Call, specification: dict[str, Any]) -> dict[str, Any] | None:
    """SSEDescription for an SSESpecification; None means the key that AWS owns, which is not described.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html
    """
    key, kind = specification.get("KMSMasterKeyId"), specification.get("SSEType")
    if not specification.get("Enabled"):
        for name, value in (("SSEType", kind), ("KMSMasterKeyId", key)):
            if value is not None:
                raise validation(f"{INVALID}{name} can not be specified if Enabled is false")
        return None
    if kind == "AES256":
        raise validation(f"{INVALID}SSEType AES256 is not supported")
    if key is None:
        # The account's own key for DynamoDB (alias/aws/dynamodb): one per account and region.
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"kms/{ctx.account_id}/{ctx.region}/alias/aws/dynamodb"))
    if not key.startswith("arn:"):
        key = names.arn(ctx, key if key.startswith("alias/") else f"key/{key}", "kms")
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}


def merged_tags(old: dict[str, str], tags: list[dict[str, str]]) -> dict[str, str]:
    """Tags after more were given; refuses what AWS refuses.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
    """
    given: dict[str, str] = {}
    for tag in tags:
        key, value = tag.get("Key"), tag.get("Value")
        if not key or len(key) > 128:
            raise validation(f"The Tag Key provided is invalid, Key: {key}")
        if key.startswith("aws:"):
            raise validation(f"Tag Key cannot be prefixed with aws:, Key: {key}")
        if value is None or len(value) > 256:
            raise validation(
                f"The Tag Value provided is invalid, Value: {'null' if value is None else value}"
            )
        if key in given:
            raise validation(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}")
        given[key] = value
    merged = old | given
    if len(merged) > MAXIMUM_TAGS:
        raise validation("Number of Tags exceed the current limit for the provided ResourceArn")
    return merged
