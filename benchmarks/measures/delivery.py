"""A pipe alone, and Firehose alone."""

import base64
import json
import time
from collections import defaultdict
from typing import Any

from benchmarks.contestants import Contestant, NotThere
from benchmarks.measures.base import Measure
from benchmarks.workload import ACCOUNT, ROLE, Clients, create_function, ensure_role, unique, until

CALL = 500
"""Records that PutRecords and PutRecordBatch take at once."""
MIB = 2**20
SHOUT = """
import base64

def handler(event, context):
    def shouted(record):
        data = base64.b64encode(base64.b64decode(record["data"]).upper()).decode()
        return {"recordId": record["recordId"], "result": "Ok", "data": data}
    return {"records": [shouted(record) for record in event["records"]]}
"""


def runs(total: int, size: int = CALL) -> list[range]:
    """``range(total)`` in pieces of at most ``size``."""
    return [range(start, min(start + size, total)) for start in range(0, total, size)]


class Shards:
    """Reads a Kinesis stream from its oldest record on, each record once."""

    def __init__(self, clients: Clients, stream: str) -> None:
        self._kinesis = clients("kinesis")
        shards = self._kinesis.list_shards(StreamName=stream)["Shards"]
        self._iterators = [
            self._kinesis.get_shard_iterator(
                StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            for shard in shards
        ]
        self.found: list[bytes] = []

    def read(self) -> int:
        """Read on; how many records there are so far."""
        for at, iterator in enumerate(self._iterators):
            answer = self._kinesis.get_records(ShardIterator=iterator, Limit=10_000)
            self._iterators[at] = answer["NextShardIterator"]
            self.found += [record["Data"] for record in answer["Records"]]
        return len(self.found)


def misplaced(found: list[bytes], total: int) -> str:
    """What is wrong with records ``key number …`` of numbers 0 to ``total``, or "": lost, twice, or a key's
    order broken."""
    of_key: defaultdict[bytes, list[int]] = defaultdict(list)
    for data in found:
        key, number, *_ = data.split()
        of_key[key].append(int(number))
    numbers = sorted(number for of_one in of_key.values() for number in of_one)
    if numbers != list(range(total)):
        return (
            f"of {total} records {len(set(numbers))} came, {len(numbers) - len(set(numbers))} of them twice"
        )
    broken = [key for key, of_one in of_key.items() if of_one != sorted(of_one)]
    return f"the order of {len(broken)} keys is broken" if broken else ""


class PipeAlone(Measure):
    """The source holds everything before the pipe is made; the clock runs from CreatePipe's answer on."""

    name = "pipe"
    title = "pipe alone, Kinesis → Kinesis, 10,000 records"
    unit = "records/s"
    goal = 2000.0
    more_is_better = True
    RECORDS = 10_000
    KEYS = 400
    SHARDS = 4

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        self._run(clients, 1, within=20)

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        return self.RECORDS / self._run(clients, self.RECORDS, within=120)

    def _run(self, clients: Clients, total: int, within: float) -> float:
        """Seconds that a new pipe takes for so many records."""
        ensure_role(clients)
        kinesis, pipes = clients("kinesis"), clients("pipes")
        source, target = self._stream(clients), self._stream(clients)
        for run in runs(total):
            records = [
                {"Data": f"{n % self.KEYS} {n} {'x' * 200}".encode(), "PartitionKey": str(n % self.KEYS)}
                for n in run
            ]
            failed = kinesis.put_records(StreamName=source, Records=records)["FailedRecordCount"]
            if failed:
                raise NotThere(f"{failed} of {len(run)} records were not taken")
        reader, name = Shards(clients, target), unique("bench")
        pipes.create_pipe(
            Name=name,
            RoleArn=ROLE,
            Source=arn(source),
            SourceParameters={
                "KinesisStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": CALL}
            },
            Target=arn(target),
            TargetParameters={"KinesisStreamParameters": {"PartitionKey": "$.partitionKey"}},
        )
        began = time.monotonic()
        try:
            until(lambda: reader.read() >= total, within, f"{total} records behind the pipe", every=0.02)
            seconds = time.monotonic() - began
        finally:
            pipes.delete_pipe(Name=name)
        if problem := misplaced([_data(body) for body in reader.found], total):
            raise NotThere(problem)
        kinesis.delete_stream(StreamName=source)
        kinesis.delete_stream(StreamName=target)
        return seconds

    def _stream(self, clients: Clients) -> str:
        name, kinesis = unique("bench"), clients("kinesis")
        kinesis.create_stream(StreamName=name, ShardCount=self.SHARDS)

        def active() -> bool:
            described = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
            return bool(described["StreamStatus"] == "ACTIVE")

        until(active, 30, "active stream", every=0.05)
        return name


def _data(body: bytes) -> bytes:
    """What was put into the source: a pipe hands on the record's event, with the data in base64."""
    return base64.b64decode(json.loads(body)["data"])


def arn(stream: str) -> str:
    return f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/{stream}"


class Transformed(Measure):
    """Records that fill their buffers to the byte; the clock stops when all of them are in S3."""

    name = "firehose"
    title = "Firehose put_record_batch, 500 at a time, with transform → S3, 1 MiB buffers"
    unit = "records/s"
    goal = 5000.0
    more_is_better = True
    rounds = 3
    SIZE = 256
    BUFFERS = 5
    RECORDS = BUFFERS * MIB // SIZE
    PATIENCE = 30.0
    """Seconds for taking the records, and again for delivering them; by the goal both take 4."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        bucket, stream = unique("bench"), unique("bench")
        clients("s3").create_bucket(Bucket=bucket)
        function = create_function(clients, SHOUT)
        try:
            self._create(clients, stream, bucket, function)
            return self._measure(contestant, clients, stream, bucket)
        finally:
            clients("lambda").delete_function(FunctionName=function)

    def _create(self, clients: Clients, stream: str, bucket: str, function: str) -> None:
        firehose = clients("firehose")
        parameters = {
            "LambdaArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function}",
            "BufferSizeInMBs": "1",
            "BufferIntervalInSeconds": "60",
        }
        listed = [{"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()]
        firehose.create_delivery_stream(
            DeliveryStreamName=stream,
            ExtendedS3DestinationConfiguration={
                "RoleARN": ROLE,
                "BucketARN": f"arn:aws:s3:::{bucket}",
                "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
                "ProcessingConfiguration": {
                    "Enabled": True,
                    "Processors": [{"Type": "Lambda", "Parameters": listed}],
                },
            },
        )

        def active() -> bool:
            answer = firehose.describe_delivery_stream(DeliveryStreamName=stream)
            return bool(answer["DeliveryStreamDescription"]["DeliveryStreamStatus"] == "ACTIVE")

        until(active, 30, "active delivery stream", every=0.05)

    def _measure(self, contestant: Contestant, clients: Clients, stream: str, bucket: str) -> float:
        firehose = clients("firehose")
        batches = [[{"Data": record(n, self.SIZE)} for n in run] for run in runs(self.RECORDS)]
        began = time.monotonic()
        for sent, batch in enumerate(batches):
            if time.monotonic() - began > self.PATIENCE:
                raise NotThere(f"{sent * CALL} of {self.RECORDS} records were taken in {self.PATIENCE:g} s")
            failed = firehose.put_record_batch(DeliveryStreamName=stream, Records=batch)["FailedPutCount"]
            if failed:
                raise NotThere(f"{failed} of {len(batch)} records were not taken")
        taken = time.monotonic() - began
        wanted = self.RECORDS * self.SIZE
        until(
            lambda: sum(sizes(clients, bucket).values()) >= wanted,
            self.PATIENCE,
            "records in S3, all",
            every=0.05,
        )
        seconds = time.monotonic() - began
        objects = sizes(clients, bucket)
        if problem := untransformed(clients("s3"), bucket, objects, self.RECORDS, self.SIZE):
            raise NotThere(problem)
        self._notes[contestant.name] = (
            f"firehose, {contestant.name}: {self.RECORDS:,} records of {self.SIZE} bytes taken at"
            f" {self.RECORDS / taken:,.0f} a second; {self.BUFFERS} buffers became {len(objects)} objects"
        )
        return self.RECORDS / seconds

    def notes(self) -> list[str]:
        return list(self._notes.values())


def record(number: int, size: int) -> bytes:
    """A line of exactly ``size`` bytes, in small letters."""
    return f"order {number} ".encode().ljust(size - 1, b"x") + b"\n"


def sizes(clients: Clients, bucket: str) -> dict[str, int]:
    """Key → bytes of every object."""
    pages = clients("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}


def untransformed(s3: Any, bucket: str, keys: Any, total: int, size: int) -> str:
    """What is wrong with what was delivered, or "": each record once, and as the function makes it."""
    bodies = [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]
    lines = sorted(line for body in bodies for line in body.splitlines(keepends=True))
    if lines != sorted(record(number, size).upper() for number in range(total)):
        return f"{len(lines)} lines were delivered, and they are not the {total} that the function makes"
    return ""
