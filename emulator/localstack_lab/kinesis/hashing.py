"""Hash keys: which shard a partition key belongs to.

https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
"""

from hashlib import md5

MAX_HASH_KEY = 2**128 - 1
_from_bytes = int.from_bytes


def hash_key(partition_key: str) -> int:
    """The 128-bit MD5 of the UTF-8 partition key, read big-endian."""
    return _from_bytes(md5(partition_key.encode(), usedforsecurity=False).digest())


def uniform_starts(count: int) -> list[int]:
    """Starting hash keys of `count` equal ranges as CreateStream lays them out; the last takes the rest."""
    size = 2**128 // count
    return [size * index for index in range(count)]


def ranges(starts: list[int]) -> list[tuple[int, int]]:
    """(start, end) pairs, both inclusive, that cover the whole hash key space."""
    return list(zip(starts, [start - 1 for start in starts[1:]] + [MAX_HASH_KEY], strict=True))


def boundaries_to_reach(target: int, existing: list[int]) -> list[int]:
    """Starting hash keys that uniform scaling aims for, using an existing boundary where one is near enough.

    Integer division makes the ranges of 4 shards differ by a few keys from two halves each of 2 shards.
    Without this a doubling would cut slivers of three hash keys off instead of halving each shard.

    :param existing: starting hash keys of the open shards
    """
    tolerance = 2**128 // target // 1_000
    aims = []
    for aim in uniform_starts(target):
        nearest = min(existing, key=lambda start: abs(start - aim))
        aims.append(nearest if abs(nearest - aim) <= tolerance else aim)
    return aims
