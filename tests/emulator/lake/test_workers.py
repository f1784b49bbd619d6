"""Processes that own nothing, whatever becomes of them."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from localstack_lab.api.service import refusal
from localstack_lab.lake.workers.pool import Pool, WorkerEnded, WorkerRaised

from tests.support.waiting import eventually


def wait_for(probe: Callable[[], object], expecting: str) -> None:
    eventually(probe, expecting=expecting, every=0.01)


JOBS = str(Path(__file__).parent / "jobs")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    made = Pool(str(tmp_path_factory.mktemp("pool") / "workers"), at_once=2, path=JOBS)
    yield made
    made.close()


class Shop:
    def price(self, name: str, day: datetime) -> dict[str, object]:
        if name == "lost":
            raise refusal("EntityNotFoundException", "No such thing.")
        if name == "broken":
            raise ZeroDivisionError
        return {"name": name, "day": day, "bytes": b"\0\xff"}

    def _secret(self) -> str:
        return "secret"


def test_a_worker_has_nothing_of_its_parents(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    told = pool.call("worker_jobs:surroundings", {})
    engines = ["JE_ARROW_MALLOC_CONF", "OPENBLAS_NUM_THREADS"]
    assert told["variables"] == sorted([*engines, "LANG", "LC_ALL", "PATH", "TZ"])
    assert told["folder"].startswith(pool.folder)
    assert not os.path.exists(told["folder"])
    assert told["core"] == 0
    assert not [name for name in told["open"] if not name.startswith(("socket:", "pipe:", "/dev/null"))]


def test_each_call_has_a_process_of_its_own(pool: Pool) -> None:
    first, second = (pool.call("worker_jobs:surroundings", {}) for _ in range(2))
    assert first["pid"] != second["pid"]
    assert first["parent"] == second["parent"] != os.getpid()


def test_a_worker_calls_what_it_is_lent_and_nothing_else(pool: Pool) -> None:
    day = datetime(2026, 1, 2, 3, tzinfo=UTC)
    shop = {"shop": Shop()}
    assert pool.call("worker_jobs:ask", {"name": "tea", "day": day}, shop) == {
        "name": "tea",
        "day": day,
        "bytes": b"\0\xff",
    }
    for target, method in (("shop", "_secret"), ("shop", "__class__"), ("other", "price")):
        with pytest.raises(WorkerRaised, match="can be called from a worker"):
            pool.call("worker_jobs:ask_for", {"target": target, "method": method}, shop)


def test_a_refusal_and_a_fault_of_the_host_reach_the_worker(pool: Pool) -> None:
    day = datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(WorkerRaised, match=r"EntityNotFoundException: No such thing\.") as refused:
        pool.call("worker_jobs:ask", {"name": "lost", "day": day}, {"shop": Shop()})
    assert refused.value.kind.endswith(".Refused")
    with pytest.raises(WorkerRaised, match="ZeroDivisionError") as broken:
        pool.call("worker_jobs:ask", {"name": "broken", "day": day}, {"shop": Shop()})
    assert broken.value.kind.endswith(".HostFault")


def test_what_a_job_raises_comes_with_its_traceback(pool: Pool) -> None:
    with pytest.raises(WorkerRaised, match="nothing there") as raised:
        pool.call("worker_jobs:fail", {})
    assert raised.value.kind == "builtins.LookupError"
    assert "worker_jobs.py" in raised.value.trace


@pytest.mark.parametrize("value", [None, [1, "a", 1.5, True], {"a": {"b": []}}, "x" * 3_000_000])
def test_values_travel_as_they_are(pool: Pool, value: object) -> None:
    assert pool.call("worker_jobs:echo", {"value": value}) == value


def _killed(pool: Pool, job: str, **how: object) -> WorkerEnded:
    with pytest.raises(WorkerEnded) as ended:
        pool.call(f"worker_jobs:{job}", {}, **how)  # type: ignore[arg-type]
    return ended.value


def test_a_worker_that_is_stopped_ends(pool: Pool, tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Thread(
        target=lambda: (wait_for(lambda: (tmp_path / "began").exists(), "the job runs"), stop.set())
    ).start()
    assert _killed(pool, "hang", stop=stop, folder=str(tmp_path)).why == "stopped"


def test_a_worker_ends_with_its_time_or_its_memory(pool: Pool) -> None:
    assert _killed(pool, "hang", seconds=0.2).why == "time"
    assert _killed(pool, "hog", memory_mb=200).why == "memory"


def test_a_crash_is_the_jobs_alone(pool: Pool) -> None:
    ended = _killed(pool, "crash")
    assert (ended.why, str(ended)) == ("crash", "The worker was ended by SIGSEGV")
    assert pool.call("worker_jobs:echo", {"value": 1}) == 1


def test_the_template_starts_again_after_it_was_killed(pool: Pool) -> None:
    template = pool.call("worker_jobs:surroundings", {})["parent"]
    wait_for(lambda: pool._spare is not None, "a worker waits ready")
    family = [psutil.Process(template), *psutil.Process(template).children()]
    os.kill(template, signal.SIGKILL)
    wait_for(lambda: not any(_lives(process) for process in family), "template and waiting worker end")
    assert pool.call("worker_jobs:echo", {"value": 1}) == 1
    assert pool.call("worker_jobs:surroundings", {})["parent"] != template


@pytest.mark.skipif(
    sys.platform != "linux" or os.getuid() != 0, reason="leaving the network needs the right to"
)
def test_a_worker_has_no_network(pool: Pool) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(WorkerRaised, match=r"unreachable|Permission denied"),
    ):
        pool.call("worker_jobs:connect", {"port": server.getsockname()[1]})


def test_calls_beyond_the_limit_wait_in_order(tmp_path: Path) -> None:
    pool = Pool(str(tmp_path / "workers"), at_once=1, path=JOBS)
    order: list[int] = []
    stop = threading.Event()
    busy = tmp_path / "busy"
    busy.mkdir()
    threads = [
        threading.Thread(target=_killed, args=(pool, "hang"), kwargs={"stop": stop, "folder": str(busy)})
    ]
    threads[0].start()
    wait_for(lambda: (busy / "began").exists(), "the first call runs")
    for number in range(3):
        threads.append(threading.Thread(target=_echo(pool, order, number)))
        threads[-1].start()
        wait_for(lambda: len(pool._waiting) == len(threads) - 1, "the call waits")
    assert order == []
    stop.set()
    for thread in threads:
        thread.join(20)
    pool.close()
    assert order == [0, 1, 2]


def _echo(pool: Pool, order: list[int], number: int) -> Callable[[], None]:
    def run() -> None:
        pool.call("worker_jobs:echo", {"value": number}, started=lambda: order.append(number))

    return run


def test_nothing_lives_on_after_the_owner_was_killed(tmp_path: Path) -> None:
    programme = (
        "import sys, threading; from localstack_lab.lake.workers.pool import Pool\n"
        f"pool = Pool({str(tmp_path / 'workers')!r}, path={JOBS!r})\n"
        "pool.call('worker_jobs:echo', {'value': 1})\n"
        f"hang = dict(args=('worker_jobs:hang', {{}}), kwargs={{'folder': {str(tmp_path)!r}}})\n"
        "threading.Thread(target=pool.call, **hang).start()\n"
        "print(pool._template.pid, flush=True); threading.Event().wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", programme], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        template = psutil.Process(int(owner.stdout.readline()))
        wait_for(lambda: (tmp_path / "began").exists(), "the job runs")
        family = [template, *template.children(recursive=True)]
        assert len(family) >= 2
        owner.kill()
    wait_for(lambda: not any(_lives(process) for process in family), "template and workers end")


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Listener:
    def __init__(self) -> None:
        self.heard = threading.Event()

    def seen(self) -> None:
        self.heard.set()


@pytest.mark.parametrize("why", ["stopped", "time"])
def test_a_worker_that_never_pauses_to_speak_ends_all_the_same(pool: Pool, why: str) -> None:
    shop = Listener()
    how: dict[str, Any] = {"stop": shop.heard} if why == "stopped" else {"seconds": 0.2}
    with pytest.raises(WorkerEnded) as ended:
        pool.call("worker_jobs:chatter", {}, {"shop": shop}, **how)
    assert ended.value.why == why
    assert shop.heard.is_set()


def test_a_module_that_the_template_was_told_of_is_there_for_workers_to_come(pool: Pool) -> None:
    assert pool.call("worker_jobs:imported", {"name": "sqlite3"}) is False
    pool.load("sqlite3")
    assert pool.call("worker_jobs:imported", {"name": "sqlite3"}) is True


def test_the_template_has_one_thread_whatever_it_was_told_to_import(pool: Pool) -> None:
    """A fork has none of the others, and may find what they held locked for good."""
    pool.call("worker_jobs:surroundings", {})  # the template runs
    for module in ("numpy", "duckdb", "pyarrow.parquet", "localstack_lab.athena.iceberg.warm"):
        pool.load(module)
        assert pool.call("worker_jobs:imported", {"name": module}) is True
    told = pool.call("worker_jobs:surroundings", {})

    assert psutil.Process(told["parent"]).num_threads() == 1


def test_a_module_that_is_not_there_does_not_end_the_template(pool: Pool) -> None:
    pool.load("no.such.module")
    assert pool.call("worker_jobs:imported", {"name": "no"}) is False
