"""The two ways to read a data stream: in process where the lab's engine serves Kinesis, else by its API."""

import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.plugins import SERVICE_PLUGINS

from localstack_lab.firehose.source import Expired, Gone, Log, Reading, Unavailable
from localstack_lab.kinesis.engine import KinesisEngine, parse_arn
from localstack_lab.kinesis.errors import KinesisError

LIMIT = 10_000
_POLL_SECONDS = 1.0  # as Firehose does on AWS


def open_log(stream_arn: str) -> Log:
    """The data stream of that ARN."""
    service = SERVICE_PLUGINS.get_service("kinesis")
    engine = getattr(getattr(service, "_provider", None), "engine", None)
    return EngineLog(engine, stream_arn) if isinstance(engine, KinesisEngine) else ClientLog(stream_arn)


def _start(position: dict[str, Any]) -> dict[str, Any]:
    """A position as GetShardIterator wants it; LATEST when there is none."""
    if after := position.get("after"):
        return {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": after}
    if at := position.get("at"):
        return {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": at}
    return {"ShardIteratorType": position.get("from", "LATEST")}


def _failure(code: str, message: str) -> Exception:
    if code == "ExpiredIteratorException":
        return Expired(message)
    return Gone(message) if code == "ResourceNotFoundException" else Unavailable(f"{code}: {message}")


def _reading(answer: dict[str, Any]) -> Reading:
    return Reading(
        answer["Records"],
        answer.get("NextShardIterator"),
        answer.get("ChildShards", []),
        answer.get("MillisBehindLatest", 0),
    )


def _open(shards: list[dict[str, Any]]) -> list[str]:
    return [
        shard["ShardId"] for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]
    ]


class EngineLog:
    """Reads from the engine's memory and sleeps on its condition."""

    def __init__(self, engine: KinesisEngine, stream_arn: str) -> None:
        self._engine, self._arn = engine, stream_arn
        self._account, self._region, _ = parse_arn(stream_arn)

    def _invoke(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self._engine.invoke(operation, request, self._account, self._region)
        except KinesisError as error:
            raise _failure(error.code, error.message) from error

    def open_shards(self) -> list[str]:
        return _open(self._invoke("ListShards", StreamARN=self._arn)["Shards"])

    def iterator(self, shard: str, position: dict[str, Any]) -> str:
        answer = self._invoke("GetShardIterator", StreamARN=self._arn, ShardId=shard, **_start(position))
        return answer["ShardIterator"]

    def read(self, iterator: str) -> Reading:
        return _reading(self._invoke("GetRecords", ShardIterator=iterator, Limit=LIMIT))

    def wait(self, shard: str, iterator: str, seconds: float) -> None:
        try:
            self._engine.wait_for_records(self._arn, shard, seconds, after=iterator)
        except KinesisError as error:
            raise _failure(error.code, error.message) from error


class ClientLog:
    """Asks whatever serves Kinesis once a second."""

    def __init__(self, stream_arn: str) -> None:
        self._arn = stream_arn
        account, region, _ = parse_arn(stream_arn)
        self._kinesis = connect_to(aws_access_key_id=account, region_name=region).kinesis
        self._idle = threading.Event()

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return getattr(self._kinesis, operation)(**request)
        except ClientError as error:
            given = error.response["Error"]
            raise _failure(given["Code"], given.get("Message", "")) from error
        except BotoCoreError as error:
            raise Unavailable(str(error)) from error

    def _shards(self) -> list[dict[str, Any]]:
        answer = self._call("list_shards", StreamARN=self._arn)
        shards = answer["Shards"]
        while token := answer.get("NextToken"):
            answer = self._call("list_shards", NextToken=token)
            shards += answer["Shards"]
        return shards

    def open_shards(self) -> list[str]:
        return _open(self._shards())

    def iterator(self, shard: str, position: dict[str, Any]) -> str:
        answer = self._call("get_shard_iterator", StreamARN=self._arn, ShardId=shard, **_start(position))
        return answer["ShardIterator"]

    def read(self, iterator: str) -> Reading:
        reading = _reading(self._call("get_records", ShardIterator=iterator, Limit=LIMIT))
        if reading.next_iterator is None and not reading.children:
            return reading._replace(children=self._all_children())  # not every backend tells them
        return reading

    def _all_children(self) -> list[dict[str, Any]]:
        return [
            {"ShardId": shard["ShardId"], "ParentShards": parents}
            for shard in self._shards()
            if (parents := [shard[p] for p in ("ParentShardId", "AdjacentParentShardId") if shard.get(p)])
        ]

    def wait(self, shard: str, iterator: str, seconds: float) -> None:
        self._idle.wait(min(seconds, _POLL_SECONDS))
