"""A lab's life, through the `lab` command: from one terminal, from two, and after an accident."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.config import Config
from typer.testing import CliRunner

from bootstrap.slugs import SLUGS
from lab import processes
from lab.app import app
from lab.embedded import EmbeddedRuntime
from lab.errors import ExitCode
from lab.health import answers, free_port
from lab.runtime import Phase, Started
from lab.state import LabState
from tests.support.waiting import eventually

pytestmark = pytest.mark.embedded  # these start labs of their own

SECRET = "hunter2-of-the-host"
NewLab = Callable[[], EmbeddedRuntime]


@pytest.fixture
def new_lab(tmp_path: Path) -> Iterator[NewLab]:
    """Makes labs that have not been started, each with its own port and home; nothing of them may stay."""
    labs: list[EmbeddedRuntime] = []

    def make() -> EmbeddedRuntime:
        labs.append(EmbeddedRuntime(free_port(), tmp_path / f"lab{len(labs)}"))
        return labs[-1]

    yield make
    for lab in labs:
        lab.stop(timeout=5, purge=True)
        assert processes.orphans(lab.home) == []
        assert not lab.home.root.exists()


def command(lab: EmbeddedRuntime, *arguments: str) -> list[str]:
    return [
        *(sys.executable, "-m", "lab", *arguments),
        *("--port", str(lab.port), "--home", str(lab.home.root)),
    ]


def call(lab: EmbeddedRuntime, *arguments: str) -> tuple[int, Any]:
    """(exit code, JSON answer) of the `lab` command, run in this process, which is quicker."""
    options = ["--json", "--port", str(lab.port), "--home", str(lab.home.root)]
    done = CliRunner().invoke(app, [*arguments, *options])
    return done.exit_code, json.loads(done.stdout)


def call_apart(lab: EmbeddedRuntime, *arguments: str) -> tuple[int, Any]:
    """The same from a terminal of its own."""
    done = subprocess.run([*command(lab, *arguments), "--json"], capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def s3(port: int) -> Any:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test")
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, read_timeout=20)
    return session.client("s3", "us-east-1", endpoint_url=f"http://127.0.0.1:{port}", config=config)


def test_up_twice_and_down_twice(new_lab: NewLab, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a lab whose terminal is closed THEN it lives, is found again, and ends without a trace."""
    monkeypatch.setenv("AWS_PROFILE", SECRET)
    monkeypatch.setenv("DATABASE_PASSWORD", SECRET)
    lab = new_lab()
    starting = " ".join(command(lab, "up"))
    terminal = subprocess.run(  # a shell in a session of its own, and then a hang-up for all that is in it
        ["sh", "-c", f"{starting}; kill -HUP 0"], start_new_session=True, capture_output=True, text=True
    )
    assert terminal.returncode == -signal.SIGHUP
    assert f"http://127.0.0.1:{lab.port}" in terminal.stdout

    code, seen = call(lab, "status")
    assert (code, seen["phase"], seen["version"]) == (ExitCode.OK, "running", "4.14.0")
    assert seen["memory_bytes"] > 10_000_000
    assert seen["services"]["s3"] == "available"
    assert seen["pipelines"] == []

    code, again = call(lab, "up")
    assert (code, again["already_running"], again["pid"]) == (ExitCode.OK, True, seen["pid"])

    process = psutil.Process(seen["pid"])
    assert SECRET not in process.environ().values()
    assert {one.laddr.ip for one in process.net_connections("tcp") if one.status == "LISTEN"} == {"127.0.0.1"}
    opened = [Path(file.path) for file in process.open_files() if os.access(file.path, os.W_OK)]
    assert all(path.is_relative_to(lab.home.root) for path in opened), opened
    family = processes.family(process)

    code, [ended] = call(lab, "down")
    assert (code, ended["was"], ended["killed"]) == (ExitCode.OK, "running", 0)
    assert processes.alive(family) == []
    assert [path.name for path in lab.home.root.iterdir()] == ["lab.log"]
    assert not answers(lab.port)

    code, [ended] = call(lab, "down", "--purge")
    assert (code, ended["was"]) == (ExitCode.OK, "stopped")
    assert not lab.home.root.exists()
    assert call(lab, "status")[0] == ExitCode.NOT_RUNNING


def test_a_taken_port_is_named_with_its_owner(new_lab: NewLab) -> None:
    lab = new_lab()
    with socket.create_server(("127.0.0.1", lab.port)):
        code, body = call(lab, "up")
    assert code == ExitCode.PORT_TAKEN
    assert f"Port {lab.port}" in body["error"]
    assert f"process {os.getpid()}" in body["error"]
    assert "--port" in body["remedy"]
    assert not lab.home.root.exists()


def test_a_lab_that_cannot_start_says_why_and_leaves_nothing(new_lab: NewLab) -> None:
    lab = new_lab()
    done = subprocess.run(
        command(lab, "up", "--set", "GATEWAY_WORKER_COUNT=many"), capture_output=True, text=True
    )
    assert done.returncode == ExitCode.START_FAILED
    assert "LocalStack ended right after its start" in done.stderr
    assert "invalid literal for int()" in done.stderr
    assert "lab doctor" in done.stderr
    assert lab.status().phase is Phase.STOPPED
    assert not lab.home.run.exists()


def test_after_a_kill_the_state_is_clear_and_the_next_start_is_clean(new_lab: NewLab) -> None:
    """GIVEN a lab that is killed, and a stray of it WHEN it is started again THEN nothing of it is left."""
    lab = new_lab()
    lab.start()
    client = s3(lab.port)
    client.create_bucket(Bucket="before-the-accident")
    stray = subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.pause()"], env={"LAB_SANDBOX": str(lab.home.tmp / "fn")}
    )
    [seen] = eventually(
        lambda: [one for one in processes.orphans(lab.home) if one.pid == stray.pid],
        expecting="the stray to show",
    )
    psutil.Process(lab.status().pid).kill()
    eventually(lambda: lab.status().phase is Phase.DEAD, expecting="the death to show")

    done = subprocess.run(command(lab, "status"), capture_output=True, text=True)
    assert done.returncode == ExitCode.DIFFERENCE
    assert "dead" in done.stdout
    assert "CreateBucket" in done.stdout, "the log's last lines"
    assert "lab up" in done.stdout

    code, started = call(lab, "up")
    assert (code, started["already_running"]) == (ExitCode.OK, False)
    assert "CreateBucket" in lab.home.previous_log.read_text()
    assert "CreateBucket" not in lab.home.log.read_text()
    assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == []
    assert not processes.is_alive(seen)
    stray.wait()


def test_two_labs_do_not_disturb_each_other(new_lab: NewLab) -> None:
    """GIVEN two labs started at the same moment WHEN one is stopped THEN the other keeps what it had."""
    first, second = new_lab(), new_lab()
    results: list[Started] = []
    threads = [
        threading.Thread(target=lambda lab=lab: results.append(lab.start())) for lab in (first, second)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.already for result in results] == [False, False]
    body = os.urandom(2_000_000)  # too much for memory, so it lies in a file
    s3(second.port).create_bucket(Bucket="shared-name")
    s3(second.port).put_object(Bucket="shared-name", Key="big", Body=body)
    s3(first.port).create_bucket(Bucket="shared-name")
    assert "Contents" not in s3(first.port).list_objects_v2(Bucket="shared-name")
    assert {lab.port for lab in (first, second)} <= {
        LabState.read(home / "lab.json").port for home in processes.running_homes()
    }

    first.stop()

    assert first.status().phase is Phase.STOPPED
    assert second.status().phase is Phase.RUNNING
    assert s3(second.port).get_object(Bucket="shared-name", Key="big")["Body"].read() == body


def test_a_start_that_was_cut_short_is_finished_by_the_next_one(new_lab: NewLab) -> None:
    """GIVEN `lab up` killed half-way WHEN two terminals start the lab at once THEN they agree on one lab."""
    lab = new_lab()
    terminal = subprocess.Popen(command(lab, "up"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lab.home.state.exists, expecting="LocalStack to be spawned")
    terminal.kill()
    terminal.wait()
    half_started = lab.status()
    assert half_started.phase is Phase.STARTING
    answer: list[tuple[int, Any]] = []
    threads = [threading.Thread(target=lambda: answer.append(call_apart(lab, "up"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [code for code, _ in answer] == [ExitCode.OK, ExitCode.OK]
    assert [body["already_running"] for _, body in answer] == [True, True]
    assert {body["pid"] for _, body in answer} == {half_started.pid}


def test_an_interrupted_start_leaves_only_its_log(new_lab: NewLab) -> None:
    lab = new_lab()

    def interrupt(awaited: str) -> None:
        if awaited == "LocalStack to load":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lab.start(report=interrupt)

    assert processes.orphans(lab.home) == []
    assert [path.name for path in lab.home.root.iterdir()] == ["lab.log"]


def test_the_demo_accounts_for_every_record_and_leaves_a_lab_to_look_around_in(
    new_lab: NewLab, tmp_path: Path
) -> None:
    """GIVEN nothing WHEN the demo ran THEN each record has a place, and every verb works on what is there."""
    lab = new_lab()
    code, body = call(lab, "demo")
    assert (code, body["ok"]) == (ExitCode.OK, True)
    for run in body["runs"]:
        assert run["fates"], run["pipeline"]
        assert all(fate["place"] for fate in run["fates"]), run["fates"]
    assert [run["pipeline"] for run in body["runs"]] == list(SLUGS)
    intake = next(run for run in body["runs"] if run["pipeline"] == "order_intake")
    places = {fate["place"] for fate in intake["fates"]}
    assert places == {"valid-orders-data", "order-data-dlq"}
    assert all(fate["reason"] for fate in intake["fates"] if fate["place"] == "order-data-dlq")

    assert "order_intake" in call(lab, "status")[1]["pipelines"]
    again = call(lab, "bootstrap", "order_intake")[1]
    assert set(again["counts"]) == {"unchanged"}

    broken = tmp_path / "broken.json"
    broken.write_text('{"orders": [')
    code, one = call(lab, "run", "order_intake", "--input", str(broken))
    assert (code, [fate["place"] for fate in one["fates"]]) == (ExitCode.OK, ["order-data-dlq"])
    assert call(lab, "verify", "all")[0] == ExitCode.OK
    assert call(lab, "redrive", "order_intake")[0] == ExitCode.OK

    code, log = call(lab, "logs", "--function", "order-json-data-process", "--tail", "5")
    assert (code, len(log["lines"])) == (ExitCode.OK, 5)
    moments = [line.split("  ")[0] for line in log["lines"]]
    assert moments == sorted(moments)
    code, unknown = call(lab, "logs", "--function", "order-json-data-proces")
    assert (code, unknown["remedy"]) == (ExitCode.USAGE, "Did you mean order-json-data-process?")

    code, gone = call(lab, "teardown", "all")
    assert code == ExitCode.OK
    assert [set(one["counts"]) for one in gone] == [{"deleted"}] * len(SLUGS)
    assert call(lab, "status")[1]["pipelines"] == []
    assert call(lab, "verify", "order_intake")[0] == ExitCode.NOT_WIRED
    code, unknown = call(lab, "bootstrap", "order-intak")
    assert (code, unknown["remedy"]) == (
        ExitCode.USAGE,
        f"Did you mean order_intake? There are: {', '.join(SLUGS)}, all.",
    )

    process = psutil.Process(lab.status().pid)
    family = processes.family(process)
    assert len(family) > 1, "Lambda's processes"
    process.kill()
    eventually(lambda: not processes.alive(family), expecting="Lambda's processes to end with LocalStack")
