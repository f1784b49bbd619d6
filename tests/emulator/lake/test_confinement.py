"""What the kernel keeps a worker from, whatever code it runs: Landlock, and limits of the process.

https://docs.kernel.org/userspace-api/landlock.html
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from localstack_lab.lake.workers import confinement
from localstack_lab.lake.workers.pool import Pool, WorkerEnded, WorkerRaised

JOBS = str(Path(__file__).parent / "jobs")
landlock = pytest.mark.skipif(
    confinement.version() < 3, reason="the kernel has no Landlock that knows truncation"
)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    made = Pool(str(tmp_path_factory.mktemp("pool") / "workers"), at_once=2, path=JOBS)
    yield made
    made.close()


def _denied(pool: Pool, job: str, **arguments: object) -> None:
    with pytest.raises(WorkerRaised) as raised:
        pool.call(f"worker_jobs:{job}", arguments)
    assert raised.value.kind == "builtins.PermissionError", raised.value.trace


@landlock
def test_a_worker_reads_nothing_of_the_hosts(pool: Pool, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    for path in (str(secret), "/etc/passwd", f"/proc/{os.getpid()}/environ", "/proc/self/root/etc/passwd"):
        _denied(pool, "read", path=path)
    for path in (str(tmp_path), "/etc", "/", os.path.expanduser("~"), pool.folder):
        _denied(pool, "listed", path=path)


@landlock
@pytest.mark.parametrize("job", ["write", "write_from_a_thread"])
def test_a_worker_writes_nothing_of_the_hosts(pool: Pool, tmp_path: Path, job: str) -> None:
    for folder in (tmp_path, Path(sys.prefix), Path(confinement.__file__).parent, Path(pool.folder).parent):
        _denied(pool, job, path=str(folder / "lab-safety"))
        assert not (folder / "lab-safety").exists()


@landlock
def test_a_link_out_of_a_workers_folder_leads_nowhere(pool: Pool, tmp_path: Path) -> None:
    own, secret = tmp_path / "own", tmp_path / "secret"
    own.mkdir()
    secret.write_text("x")
    (own / "link").symlink_to(secret)
    with pytest.raises(WorkerRaised, match="Permission denied"):
        pool.call("worker_jobs:read", {"path": "link"}, folder=str(own))


def test_a_worker_has_its_folder_and_those_that_it_is_given(pool: Pool, tmp_path: Path) -> None:
    pool.call("worker_jobs:write", {"path": "here"})
    given = tmp_path / "given"
    given.mkdir()
    pool.call("worker_jobs:write", {"path": str(given / "there")}, writable=(str(given),))
    assert (given / "there").read_text() == "x"
    assert pool.call("worker_jobs:read", {"path": "/dev/null"}) == 0
    assert pool.call("worker_jobs:read", {"path": "/proc/self/status"})


@pytest.mark.skipif(confinement.version() < 4, reason="the kernel's Landlock does not know TCP")
def test_a_worker_connects_to_nobody(pool: Pool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        _denied(pool, "connect", port=server.getsockname()[1])


@pytest.mark.skipif(confinement.version() < 6, reason="the kernel's Landlock does not know signals")
def test_a_worker_signals_nobody(pool: Pool) -> None:
    for pid in (os.getpid(), 1):
        _denied(pool, "signal_to", pid=pid)


def test_without_landlock_nothing_is_confined_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(confinement, "version", lambda: 0)
    assert confinement.confine([str(tmp_path / "not there")]) is False


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_worker_that_asks_for_all_memory_at_once_gets_none(pool: Pool) -> None:
    began = time.monotonic()
    with pytest.raises(WorkerEnded) as ended:
        pool.call("worker_jobs:grab", {}, memory_mb=200)
    assert ended.value.why == "memory"
    assert "200 MB" in str(ended.value)
    assert time.monotonic() - began < 5
    assert pool.call("worker_jobs:echo", {"value": 1}) == 1


def test_nothing_is_left_of_a_worker_that_was_killed_while_it_wrote(pool: Pool) -> None:
    for _ in range(5):
        with pytest.raises(WorkerEnded):
            pool.call("worker_jobs:scribble", {}, seconds=0.2)
    assert os.listdir(pool.folder) == []


def test_nothing_is_left_of_one_that_was_stopped(pool: Pool) -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(WorkerEnded):
        pool.call("worker_jobs:scribble", {}, stop=stop)
    assert os.listdir(pool.folder) == []
