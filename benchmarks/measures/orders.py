"""The pipeline order_intake, wired by the project's own bootstrap into whoever is measured."""

import json
import statistics
import time
from itertools import count

from benchmarks.contestants import Contestant, NotThere
from benchmarks.measures.base import Measure
from benchmarks.measures.wiring import unfit, wire
from benchmarks.workload import Clients, unique, until
from bootstrap import order_intake
from generator import orders

SEEDS = count(1)
"""An order's id begins with its seed, so no two files of a run share an order."""
INVALID = {"missing_contact": 0.2}


def upload(clients: Clients, body: bytes) -> None:
    clients("s3").put_object(Bucket=order_intake.BUCKET, Key=f"{unique('orders')}.json", Body=body)


def stored(clients: Clients) -> int:
    """How many orders the table holds."""
    pages = clients("dynamodb").get_paginator("scan").paginate(TableName=order_intake.TABLE, Select="COUNT")
    return sum(page["Count"] for page in pages)


def dead(clients: Clients) -> int:
    """How many letters the dead-letter queue holds."""
    sqs = clients("sqs")
    url = sqs.get_queue_url(QueueName=order_intake.QUEUE)["QueueUrl"]
    names = ["ApproximateNumberOfMessages"]
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"][names[0]])


class FileToTable(Measure):
    name = "file-to-table"
    title = "file put in S3 → order in DynamoDB, p50"
    unit = "ms"
    goal = 1000.0
    FILES = 5

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        wire(clients.endpoint)
        try:
            self._one(clients)
        except NotThere as e:
            unfit(clients.endpoint, e)
            raise

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        return statistics.median(self._one(clients) for _ in range(self.FILES))

    def _one(self, clients: Clients) -> float:
        seed = next(SEEDS)
        body = orders.order_file(1, seed=seed)
        key = {order_intake.TABLE_KEY: {"S": f"{seed}-1"}}
        dynamodb = clients("dynamodb")
        began = time.perf_counter()
        upload(clients, body)
        until(
            lambda: "Item" in dynamodb.get_item(TableName=order_intake.TABLE, Key=key, ConsistentRead=True),
            30,
            "order in DynamoDB",
        )
        return (time.perf_counter() - began) * 1000


class FileOfOrders(Measure):
    """One file; the clock stops when every order is in the table or, a fifth of them, in the queue."""

    unit = "s"

    def __init__(self, size: int) -> None:
        self.size = size
        self.name = f"orders-{size}"
        self.title = f"{size:,} orders in one file, all accounted for"
        self.goal = 45.0 * size / 1000
        self.rounds = None if size <= 1000 else 1

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        wire(clients.endpoint)

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        made = list(orders.generate(self.size, seed=next(SEEDS), invalid=INVALID))
        wrong = sum("contact-info" not in order for order in made)
        body = b'{"orders": ' + json.dumps(made).encode() + b"}"
        table, queue = stored(clients), dead(clients)
        began = time.monotonic()
        upload(clients, body)
        until(
            lambda: stored(clients) - table >= self.size - wrong and dead(clients) - queue >= wrong,
            60 + self.size / 10,
            f"{self.size} accounted orders",
            every=0.2,
        )
        seconds = time.monotonic() - began
        if stored(clients) - table != self.size - wrong or dead(clients) - queue != wrong:
            raise NotThere("there are more orders than were sent")
        return seconds
