"""Kinesis and DynamoDB: writes, as a producer does them."""

import statistics

from benchmarks.contestants import Contestant, NotThere
from benchmarks.measures.base import Measure
from benchmarks.workload import Clients, timed, unique, until

SHARDS = 8  # a shard takes 1,000 records a second, on AWS and where that is emulated


class KinesisPut(Measure):
    name = "kinesis-put-records"
    title = "Kinesis put_records, 500 at a time"
    unit = "ms"
    CALLS = 4

    def __init__(self) -> None:
        self._streams: dict[str, str] = {}

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        stream = unique("bench")
        kinesis = clients("kinesis")
        kinesis.create_stream(StreamName=stream, ShardCount=SHARDS)

        def active() -> bool:
            described = kinesis.describe_stream_summary(StreamName=stream)
            return bool(described["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE")

        until(active, 30, "active stream", every=0.05)
        self._streams[contestant.name] = stream
        self._put(clients, stream)

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        stream = self._streams[contestant.name]
        return statistics.median(timed(lambda: self._put(clients, stream)) for _ in range(self.CALLS))

    def _put(self, clients: Clients, stream: str) -> None:
        records = [{"Data": b"x" * 200, "PartitionKey": f"order-{n}"} for n in range(500)]
        failed = clients("kinesis").put_records(StreamName=stream, Records=records)["FailedRecordCount"]
        if failed:
            raise NotThere(f"{failed} of 500 records were not taken")


class DynamoDBPut(Measure):
    name = "dynamodb-put-item"
    title = "DynamoDB put_item with stream, p50"
    unit = "ms"
    goal = 6.0
    CALLS = 60

    def __init__(self) -> None:
        self._tables: dict[str, str] = {}

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        table = unique("bench")
        dynamodb = clients("dynamodb")
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )

        def active() -> bool:
            described = dynamodb.describe_table(TableName=table)["Table"]
            return described["TableStatus"] == "ACTIVE" and bool(described.get("LatestStreamArn"))

        until(active, 30, "active table with a stream", every=0.05)
        self._tables[contestant.name] = table
        self.sample(contestant, clients, -1)

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        table, dynamodb = self._tables[contestant.name], clients("dynamodb")

        def put(n: int) -> None:
            item = {"id": {"S": f"{number}-{n}"}, "quantity": {"N": str(n)}, "note": {"S": "x" * 200}}
            dynamodb.put_item(TableName=table, Item=item)

        return statistics.median(timed(lambda n=n: put(n)) for n in range(self.CALLS))
