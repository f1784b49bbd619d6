"""Statements that nobody means well with end with an error of Trino's form, in a worker of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from localstack_lab.athena.engine import contract, faults, queries
from localstack_lab.lake.objects.service import Objects, is_below
from localstack_lab.lake.workers import hosting
from localstack_lab.lake.workers.errors import DISK_FULL, HostFault, Refused
from localstack_lab.lake.workers.pool import Pool

NINES = "9" * 5000


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    made = Pool(str(tmp_path_factory.mktemp("pool") / "workers"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        (f"SELECT INTERVAL '{NINES}' DAY", "NUMERIC_VALUE_OUT_OF_RANGE"),
        (f"SELECT format('%{NINES}d', 1)", "NUMERIC_VALUE_OUT_OF_RANGE"),
        (f"SELECT json_extract('[1]', '$[{NINES}]')", "INVALID_FUNCTION_ARGUMENT"),
        (f"SELECT * FROM (VALUES 1) t(a) LIMIT {NINES}", "SYNTAX_ERROR"),
        (f"SELECT CAST(NULL AS varchar({NINES}))", "SYNTAX_ERROR"),
        ("SELECT '\ud800'", "INVALID_FUNCTION_ARGUMENT"),
        (r"SELECT U&'\D800'", "INVALID_FUNCTION_ARGUMENT"),
        (r"""SELECT json_extract_scalar('"\ud800"', '$')""", "INVALID_FUNCTION_ARGUMENT"),
        ("SELECT format('%.2000000000f', 1.0)", "NOT_SUPPORTED"),
    ],
    ids=str,
)  # fmt: skip
def test_a_hostile_statement(pool: Pool, tmp_path: Path, sql: str, name: str) -> None:
    limits = contract.Limits(memory_mb=64, spill_mb=8)
    request = contract.QueryRequest(sql, "q", "000000000000", "us-east-1", str(tmp_path), limits=limits)
    told: dict[str, Any] = pool.call(
        "localstack_lab.athena.engine.worker:run",
        {"request": contract.request_to_json(request)},
        writable=(str(tmp_path),),
    )
    failed, message, ours, *_ = told["failed"]
    assert (failed, ours) == (name, False), message
    assert str(tmp_path) not in message
    assert "SET " not in message  # advice of DuckDB's


class Broken:
    def read(self) -> None:
        raise LookupError("nothing")

    def write(self) -> None:
        raise OSError(28, "No space left on device", "/some/file")


def test_a_worker_is_told_of_a_fault_without_our_files() -> None:
    told = hosting.answer({"it": Broken()}, "it", "read", {})
    assert told == {"fault": "LookupError: nothing"}


def test_a_full_disk_of_localstacks_is_told_as_one() -> None:
    told = hosting.answer({"it": Broken()}, "it", "write", {})
    assert told == {"refused": [DISK_FULL, "No space left on device"]}
    error = faults.of_python(Refused(DISK_FULL, "x"))
    assert error is not None
    assert error.name == "GENERIC_INSUFFICIENT_RESOURCES"
    assert faults.of_python(HostFault("x")) is None


def test_objects_that_are_lent_read_and_write_files_of_the_worker_alone(tmp_path: Path) -> None:
    own, secret = tmp_path / "own", tmp_path / "secret"
    own.mkdir()
    secret.write_text("x")
    (own / "link").symlink_to(secret)
    objects = Objects("000000000000", "us-east-1")
    objects.folders = (str(own),)
    for path in (str(secret), f"{own}/../secret", str(own / "link"), "/etc/passwd"):
        with pytest.raises(PermissionError):
            objects.put(path=path, url="s3://b/k")
    for folder in (str(tmp_path), f"{own}-not", "/"):
        with pytest.raises(PermissionError):
            objects.fetch(urls=[], folder=folder)
    assert objects.written == []
    assert is_below(str(own / "new"), (str(own),))


def test_an_error_names_no_file_of_this_machine() -> None:
    text = f'IO Error: Cannot open "{queries.__file__}" (s3://b/k)'
    assert queries._without_paths(text) == 'IO Error: Cannot open "a file of this emulator" (s3://b/k)'
    assert queries._without_paths("No such table: /etc/passwd") == "No such table: /etc/passwd"
