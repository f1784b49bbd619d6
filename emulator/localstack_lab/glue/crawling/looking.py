"""Looks at objects: small crawls here, large ones in a worker, so that this process stays responsive."""

import base64
import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawling.classify import LACKS_ENGINE, MEBI, UNKNOWN, Read, checked, classify
from localstack_lab.glue.crawling.job import CrawlFailed, CrawlStopped
from localstack_lab.glue.crawling.schema import Format, Schema
from localstack_lab.lake.objects.names import S3Object

HERE = 8 * MEBI
"""Bytes of samples up to which a crawl is done in this process."""
_BATCH = 256  # objects of one call of a worker
_SECONDS = 3_600.0
_MEMORY_MB = 1_024


class Looker:
    """Gives each object's schema.

    :param objects: `lake.objects.service.Objects` or what has its `read`
    :param stop: ends a worker at once
    """

    def __init__(self, objects: Any, stop: threading.Event | None = None) -> None:
        self._objects = objects
        self._stop = stop

    def schemas(
        self, found: list[S3Object], custom: list[dict[str, Any]], check: Callable[[], None]
    ) -> Iterator[Schema]:
        """Format and columns of objects, in their order.

        :raises CrawlFailed: when one cannot be read
        """
        samples = sum(min(one.size, MEBI) for one in found)
        if samples > HERE:
            for start in range(0, len(found), _BATCH):
                check()
                yield from self._elsewhere(found[start : start + _BATCH], custom)
            return
        for one in found:
            check()
            schema = classify(self._reader(one), one.size, custom)
            yield next(self._elsewhere([one], custom)) if schema.notes == (LACKS_ENGINE,) else schema

    def _reader(self, one: S3Object) -> Read:
        def read(start: int, length: int) -> bytes:
            try:
                return bytes(self._objects.read(one.url, start, length))
            except ServiceException as error:
                raise CrawlFailed(_unreadable(error.message, error.code, one.url)) from error

        return read

    def _elsewhere(self, found: list[S3Object], custom: list[dict[str, Any]]) -> Iterator[Schema]:
        from localstack_lab.lake.workers import pool

        arguments = {"found": [[one.url, one.size] for one in found], "custom": _plain(custom)}
        try:
            answer = pool.call(
                f"{__name__}:work",
                arguments,
                {"samples": _Samples(self._objects)},
                stop=self._stop,
                seconds=_SECONDS,
                memory_mb=_MEMORY_MB,
            )
        except pool.WorkerEnded as error:
            if error.why == "stopped":
                raise CrawlStopped from error
            raise CrawlFailed(f"The worker that looked at the objects ended: {error}") from error
        for one, packed in zip(found, answer, strict=True):
            if "refused" in packed:
                raise CrawlFailed(_unreadable(packed["message"], packed["refused"], one.url))
            yield unpacked(packed)


def _unreadable(message: str, code: str, url: str) -> str:
    return f"{message} (Service: Amazon S3; Error Code: {code}; Path: {url})"


class _Samples:
    """What a worker may ask for: bytes of objects."""

    def __init__(self, objects: Any) -> None:
        self._objects = objects

    def read(self, url: str, start: int, length: int) -> str:
        """The bytes in base 64: the socket carries JSON."""
        return base64.b64encode(self._objects.read(url, start, length)).decode()


def work(host: Any, found: list[list[Any]], custom: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the worker: schemas of objects, as JSON; the last entry tells of an object that cannot be read."""
    from localstack_lab.glue.crawling.formats import orc, orc_engine
    from localstack_lab.lake.workers.remote import Refused

    packed = []
    for url, size in found:

        def read(start: int, length: int, url: str = url) -> bytes:
            return base64.b64decode(host["samples"].read(url=url, start=start, length=length))

        try:
            schema = classify(read, size, custom)
            if schema.notes == (LACKS_ENGINE,):
                schema = checked(orc_engine.classify(read, size))
            packed.append(dataclasses.asdict(schema))
        except orc.Damaged as error:
            packed.append(dataclasses.asdict(Schema(UNKNOWN, (), notes=(str(error),))))
        except Refused as error:
            packed.append({"refused": error.code, "message": error.message})
            packed += [{}] * (len(found) - len(packed))
            break
    return packed


def unpacked(packed: dict[str, Any]) -> Schema:
    """A schema that went through JSON."""
    form = Format(**{name: _tuples(value) for name, value in packed["format"].items()})
    rest = {name: _tuples(value) for name, value in packed.items() if name != "format"}
    return Schema(form, **rest)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _plain(custom: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Classifiers without their times, which JSON cannot carry."""
    return [
        {
            kind: {name: value for name, value in made.items() if name not in ("CreationTime", "LastUpdated")}
            for kind, made in cast(dict[str, dict[str, Any]], one).items()
        }
        for one in custom
    ]
