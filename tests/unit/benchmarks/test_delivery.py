"""What was delivered is looked at, and not only counted."""

from typing import Any

import pytest

from benchmarks.measures.delivery import MIB, Transformed, misplaced, record, runs, untransformed


def in_pipe(*of: tuple[int, int]) -> list[bytes]:
    return [f"{key} {number} xxx".encode() for key, number in of]


def test_keys_may_mix_as_long_as_each_keeps_its_order() -> None:
    assert misplaced(in_pipe((1, 1), (0, 0), (1, 3), (0, 2)), 4) == ""


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (in_pipe((0, 0), (0, 2)), "of 3 records 2 came, 0 of them twice"),
        (in_pipe((0, 0), (0, 1), (0, 1), (0, 2)), "of 3 records 3 came, 1 of them twice"),
        (in_pipe((0, 0), (0, 2), (0, 1)), "the order of 1 keys is broken"),
    ],
)
def test_lost_double_and_disordered_records_are_told(found: list[bytes], told: str) -> None:
    assert misplaced(found, 3) == told


def test_runs_cover_everything_once() -> None:
    assert [list(run) for run in runs(5, 2)] == [[0, 1], [2, 3], [4]]


def test_records_fill_their_buffers_to_the_byte() -> None:
    assert len(record(20_479, Transformed.SIZE)) == Transformed.SIZE
    assert Transformed.RECORDS * Transformed.SIZE == Transformed.BUFFERS * MIB


class Bucket:
    """Objects by key, as a boto3 client answers them."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self._objects = objects

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": _Body(self._objects[Key])}


class _Body:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data


def test_lines_must_be_the_functions() -> None:
    made = [record(number, 32).upper() for number in range(3)]
    good = {"a": made[1] + made[0], "b": made[2]}
    assert untransformed(Bucket(good), "bucket", good, 3, 32) == ""


@pytest.mark.parametrize(
    "lines",
    [
        [record(0, 32).upper(), record(1, 32)],
        [record(0, 32).upper()],
        [record(0, 32).upper(), record(1, 32).upper(), record(1, 32).upper()],
    ],
    ids=["untransformed", "lost", "twice"],
)
def test_what_the_function_did_not_make_is_told(lines: list[bytes]) -> None:
    objects = {"a": b"".join(lines)}
    assert untransformed(Bucket(objects), "bucket", objects, 2, 32).startswith(f"{len(lines)} lines")
