"""Whatever lies in a bucket, a crawl ends, and the same crawl once more changes nothing."""

import gzip
import json
from random import Random
from typing import Any

import pytest

from tests.emulator.glue.crawling.support import BUCKET, Lab

FOLDERS = ("2024", "05", "year=2024", "year=2025", "Year=1", "a b", "é", "x=1=2", "_tmp", "t", "", "=", "k=")
FILES = ("f", "g.json", "h.csv", "_x", "f=1")
NAMES = ("id", "ID", "name", "t.s", "nested", "x:y", "a,b", "<", "", "é", "x" * 260)
CELLS = ("1", "2.5", "true", "x", "", '"q"', "#c", "2020-01-01")
SETTINGS: list[dict[str, Any]] = [
    {},
    {"CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}},
    {"CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}},
    {"Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}},
    {"Grouping": {"TableLevelConfiguration": 2}},
]


def value(random: Random, depth: int = 0) -> Any:
    if depth > 2 or random.random() < 0.6:
        return random.choice([None, True, 1, 2**40, 2**70, 1.5, "x", "", "é\u2028"])
    if random.random() < 0.5:
        return [value(random, depth + 1) for _ in range(random.randint(0, 3))]
    return {random.choice(NAMES): value(random, depth + 1) for _ in range(random.randint(0, 3))}


def row(random: Random) -> dict[str, Any]:
    return {random.choice(NAMES[:-2]): value(random) for _ in range(random.randint(0, 4))}


def body(random: Random) -> bytes:
    match random.randint(0, 4):
        case 0 | 1:
            made = "".join(json.dumps(row(random)) + "\n" for _ in range(random.randint(0, 4)))
        case 2:
            made = json.dumps([row(random) for _ in range(random.randint(0, 3))], indent=1)
        case 3:
            delimiter, width = random.choice(",|\t;\x01"), random.randint(1, 4)
            made = "\n".join(
                delimiter.join(random.choice(CELLS) for _ in range(width))
                for _ in range(random.randint(0, 5))
            )
        case _:
            return random.randbytes(random.randint(0, 40))
    data = made.encode()
    return gzip.compress(data) if random.random() < 0.1 else data


def key(random: Random) -> str:
    folders = [random.choice(FOLDERS) for _ in range(random.randint(0, 3))]
    return "/".join(["t", *folders, random.choice(FILES)])


@pytest.mark.parametrize("seed", range(4))
def test_a_crawl_ends_and_is_settled(seed: int) -> None:
    random = Random(seed)
    for _ in range(40):
        lab = Lab({key(random): body(random) for _ in range(random.randint(1, 7))})
        for _ in range(3):
            settings: dict[str, Any] = {
                "config": json.dumps({"Version": 1.0, **random.choice(SETTINGS)}),
                "delete": random.choice(["LOG", "DEPRECATE_IN_DATABASE", "DELETE_FROM_DATABASE"]),
                "update": random.choice(["LOG", "UPDATE_IN_DATABASE"]),
            }
            lab.crawl(f"s3://{BUCKET}/t/", **settings)
            before = lab.tables()
            again = lab.crawl(f"s3://{BUCKET}/t/", **settings)
            assert again.changes == {}, (settings, lab.bucket.objects)
            assert lab.tables() == before
            if len(lab.bucket.objects) > 1:
                del lab.bucket.objects[random.choice(list(lab.bucket.objects))]
            lab.bucket.objects[key(random)] = body(random)
