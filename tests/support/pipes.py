"""Pipes for tests: made, waited for, and removed again, with the queues and streams at their ends."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.waiting import eventually

ROLE = "arn:aws:iam::000000000000:role/pipe-test"


class Queue:
    """An SQS queue."""

    def __init__(self, client: Any, name: str, **attributes: str) -> None:
        self.client = client
        self.url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"

    def send(self, body: Any, **settings: Any) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.client.send_message(QueueUrl=self.url, MessageBody=text, **settings)

    def take(self, count: int) -> list[dict[str, Any]]:
        """So many messages, which are deleted."""
        found: list[dict[str, Any]] = []

        def enough() -> bool:
            answer = self.client.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=10, AttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message)
            return len(found) >= count

        eventually(enough, expecting=f"{count} messages in {self.url}", context=lambda: repr(found))
        return found

    def bodies(self, count: int) -> list[Any]:
        """The bodies of so many messages, as JSON."""
        return [json.loads(message["Body"]) for message in self.take(count)]

    def empty(self) -> bool:
        """Whether nothing is in the queue, visible or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return all(value == "0" for value in answer["Attributes"].values())


class Stream:
    """A Kinesis stream."""

    def __init__(self, client: Any, name: str, shards: int = 1) -> None:
        self.client = client
        self.name = name
        self.arn = f"arn:aws:kinesis:us-east-1:000000000000:stream/{name}"
        client.create_stream(StreamName=name, ShardCount=shards)

    def put(self, *bodies: Any, key: str = "key") -> None:
        records = [{"Data": json.dumps(body).encode(), "PartitionKey": key} for body in bodies]
        answer = self.client.put_records(StreamARN=self.arn, Records=records)
        assert answer["FailedRecordCount"] == 0

    def records(self) -> list[dict[str, Any]]:
        """Everything in it, shard by shard."""
        found = []
        for shard in self.client.list_shards(StreamARN=self.arn)["Shards"]:
            iterator = self.client.get_shard_iterator(
                StreamARN=self.arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator:
                answer = self.client.get_records(ShardIterator=iterator)
                found += answer["Records"]
                iterator = answer.get("NextShardIterator") if answer["MillisBehindLatest"] else None
        return found

    def read(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many records."""
        return eventually(
            lambda: found if len(found := self.records()) >= count else None,
            expecting=f"{count} records in {self.name}",
        )


class Pipes:
    """Makes what a test of pipes needs."""

    def __init__(self, aws: Callable[..., Any], unique: Callable[[str], str]) -> None:
        self.aws = aws
        self.unique = unique
        self.client = aws("pipes")
        self.names: list[str] = []
        self.queues: list[Queue] = []
        self.streams: list[Stream] = []
        self.afterwards: list[Callable[[], Any]] = []

    def queue(self, suffix: str = "", **attributes: str) -> Queue:
        self.queues.append(Queue(self.aws("sqs"), self.unique("pipe") + suffix, **attributes))
        return self.queues[-1]

    def stream(self, shards: int = 1) -> Stream:
        self.streams.append(Stream(self.aws("kinesis"), self.unique("pipe"), shards))
        return self.streams[-1]

    def create(self, source: str, target: str, *, state: str = "RUNNING", **settings: Any) -> str:
        """Create a pipe, wait until it is in `state`, and return its name."""
        name = self.unique("pipe")
        self.client.create_pipe(Name=name, Source=source, Target=target, RoleArn=ROLE, **settings)
        self.names.append(name)
        self.wait(name, state)
        return name

    def wait(self, name: str, state: str) -> dict[str, Any]:
        def described() -> dict[str, Any] | None:
            found = self.client.describe_pipe(Name=name)
            return found if found["CurrentState"] == state else None

        return eventually(
            described,
            expecting=f"{name} to be {state}",
            context=lambda: repr(self.client.describe_pipe(Name=name)),
        )

    def delete(self, name: str) -> None:
        self.client.delete_pipe(Name=name)
        eventually(lambda: name not in self.listed(), expecting=f"{name} to be deleted")
        self.names.remove(name)

    def listed(self) -> list[str]:
        return [pipe["Name"] for pipe in self.client.list_pipes(NamePrefix="pipe-")["Pipes"]]


@contextmanager
def pipes_of(aws: Callable[..., Any], unique: Callable[[str], str]) -> Iterator[Pipes]:
    """For a fixture: what was made is removed at the end."""
    made = Pipes(aws, unique)
    yield made
    for name in list(made.names):
        made.delete(name)
    for cleanup in reversed(made.afterwards):
        cleanup()
    for queue in made.queues:
        queue.client.delete_queue(QueueUrl=queue.url)
    for stream in made.streams:
        stream.client.delete_stream(StreamName=stream.name)


def streaming(start: str = "TRIM_HORIZON", **parameters: Any) -> dict[str, Any]:
    """SourceParameters of a Kinesis stream."""
    return {"KinesisStreamParameters": {"StartingPosition": start, **parameters}}
