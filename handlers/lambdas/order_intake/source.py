"""Reading the very version of a file that an event named."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .stretches import InvalidFile, Readable

_GONE = {
    "NoSuchKey",
    "NoSuchVersion",
    "NoSuchBucket",
    "MethodNotAllowed",
    "AccessDenied",
    "404",
    "405",
    "403",
}


class SourceUnavailable(Exception):
    """S3 is at fault, not the file: the state machine tries again."""


@functools.cache
def _s3() -> Any:
    # retries stay few: the state machine has a longer breath, and a Lambda that waits is paid for
    return boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 3}))


@contextmanager
def opened(source: dict, byte_range: str | None = None) -> Iterator[Readable]:
    """The file's bytes, or those of `byte_range` (``bytes=0-99``), as a stream that is closed at the end.

    :raises InvalidFile: the file is gone or not to be read
    :raises SourceUnavailable: S3 did not deliver it now
    """
    which = {"Bucket": source["bucket"], "Key": source["key"], "VersionId": source["version_id"]}
    if byte_range:
        which["Range"] = byte_range
    try:
        body = _s3().get_object(**which)["Body"]
        with body:
            yield body
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _GONE:
            raise InvalidFile("unreadable", f"S3 does not give the file: {code}.") from error
        raise SourceUnavailable(f"S3 answered {code}") from error
    except BotoCoreError as error:
        raise SourceUnavailable(str(error)) from error


def read_stretch(source: dict, stretch: dict) -> str:
    """The text of ``{"offset", "length"}`` bytes of the file."""
    last = stretch["offset"] + stretch["length"] - 1
    with opened(source, f"bytes={stretch['offset']}-{last}") as body:
        return body.read(stretch["length"] + 1).decode()
