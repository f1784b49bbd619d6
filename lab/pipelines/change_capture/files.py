"""Reading the files that Firehose wrote, each object once."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bootstrap.change_capture import DATA_PREFIX, ERROR_PREFIX, ChangeCapture
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from lab.pipelines.change_capture.changes import Change, Line, NotAChange

_READERS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """One line of one object, counted from 1."""

    bucket: str
    key: str
    line: int

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key} line {self.line}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that Firehose could not transform, with its reason."""

    change: Change
    code: str
    message: str


type Found = tuple[Place, Line | Refused | NotAChange]


class Files:
    """The pipeline's bucket: lines of changes, and records that were refused."""

    def __init__(self, session: Session, spec: ChangeCapture) -> None:
        self._s3 = session.client("s3")
        self._spec = spec
        self._seen: set[str] = set()
        self.objects = 0
        """How many objects with lines of changes have been read."""

    def read(self) -> Iterator[Found]:
        """Every line of every object that was not read before, oldest object first.

        :raises NotBootstrapped: there is no such bucket
        """
        new = [key for key in self._keys() if key not in self._seen]
        with ThreadPoolExecutor(min(_READERS, len(new)) or 1) as readers:
            for key, body in zip(new, readers.map(self._body, new), strict=True):
                self._seen.add(key)
                self.objects += key.startswith(DATA_PREFIX)
                yield from self._lines(key, body)

    def _keys(self) -> Iterator[str]:
        try:
            for prefix in (DATA_PREFIX, ERROR_PREFIX):
                pages = self._s3.get_paginator("list_objects_v2").paginate(
                    Bucket=self._spec.bucket, Prefix=prefix
                )
                for page in pages:
                    yield from (entry["Key"] for entry in page.get("Contents", []))
        except self._s3.exceptions.NoSuchBucket as error:
            raise NotBootstrapped(self._spec.slug, f"The bucket {self._spec.bucket}") from error

    def _body(self, key: str) -> bytes:
        with self._s3.get_object(Bucket=self._spec.bucket, Key=key)["Body"] as body:
            return body.read()

    def _lines(self, key: str, body: bytes) -> Iterator[Found]:
        refused = key.startswith(ERROR_PREFIX)
        for number, text in enumerate(body.split(b"\n"), 1):
            if not text:
                continue
            place = Place(self._spec.bucket, key, number)
            try:
                yield place, (self._refused(text) if refused else Line.read(text, self._spec.key))
            except NotAChange as error:
                yield place, error

    def _refused(self, text: bytes) -> Refused:
        """https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html"""
        try:
            failure: dict[str, Any] = json.loads(text)
            data = base64.b64decode(failure["rawData"], validate=True)
            code, message = str(failure.get("errorCode")), str(failure.get("errorMessage"))
        except (KeyError, TypeError, ValueError) as error:
            raise NotAChange(f"it lacks or misstates {error}") from error
        return Refused(Change.of_json(data, self._spec.key), code, message)
