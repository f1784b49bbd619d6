"""One process: AWS's client over the Runtime API, its logs, its end."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from localstack_lab.lambda_.process import ForkServerGone, own_interpreter

from tests.emulator.lambda_.conftest import alive
from tests.support.waiting import eventually

ECHO = "def handler(event, context):\n    return event\n"


def test_it_answers(start):
    running = start(ECHO)

    answers = [running.invoke({"n": number}, f"request-{number}") for number in range(20)]

    assert [(answer.kind, json.loads(answer.body)) for answer in answers] == [
        ("response", {"n": number}) for number in range(20)
    ]


def test_an_event_may_come_before_it_is_asked_for(start):
    running = start(ECHO)
    running.invoke(1, "request-1")

    early = [running.send(number, f"request-{number}").result(10).body for number in (2, 3, 4)]

    assert early == [b"2", b"3", b"4"]


def test_prints_and_records_stay_in_the_order_of_writing(start):
    running = start("""
        import logging
        logging.getLogger().setLevel("INFO")
        def handler(event, context):
            for number in range(200):
                print(f"print {number}")
                logging.getLogger().info("record %d\\nsecond line", number)
    """)

    running.invoke(None)

    texts = [event.message for event in running.events]
    assert [text.split("\t")[-1] for text in texts] == [
        text for number in range(200) for text in (f"print {number}\n", f"record {number}\nsecond line\n")
    ]


def test_the_process_inherits_nothing(start, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_HOST", "1")
    running = start("""
        import os, sys
        def handler(event, context):
            return {"names": sorted(os.environ), "stdin": sys.stdin.read(),
                    "session": os.getsid(0) == os.getpid(),
                    "files": [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
                              if os.path.exists(f"/proc/self/fd/{fd}")], "umask": os.umask(0o22)}
    """)

    seen = json.loads(running.invoke(None).body)

    assert set(seen["names"]) <= {
        "AWS_LAMBDA_RUNTIME_API", "LAB_SANDBOX", "LC_CTYPE", "PATH", "_X_AMZN_TRACE_ID",
    }  # fmt: skip
    assert (seen["stdin"], seen["session"], seen["umask"]) == ("", True, 0o22)
    assert [
        name for name in seen["files"] if name.startswith("/") and not name.startswith(("/dev/", "/proc/"))
    ] == []


def test_its_exit_is_told_with_the_last_words(start):
    running = start(
        "import os\ndef handler(event, context):\n    print('bye', end='')\n    os._exit(event)\n"
    )

    answer = running.invoke(7)

    assert (answer.kind, answer.code) == ("exited", 7)
    assert running.log == "bye\n"


def test_a_kill_takes_every_descendant_along(start):
    running = start("""
        import subprocess
        def handler(event, context):
            child = subprocess.Popen(["sleep", "600"])
            away = subprocess.Popen(["sh", "-c", "sleep 600 & echo $!; wait"], stdout=subprocess.PIPE,
            text=True,
                                    start_new_session=True)
            return [child.pid, away.pid, int(away.stdout.readline())]
    """)
    pids = json.loads(running.invoke(None).body)
    assert all(alive(pid) for pid in pids)

    running.sandbox.kill()

    assert running.sandbox.ended.wait(10)
    eventually(lambda: not any(alive(pid) for pid in pids), expecting="no descendant to be alive")


def test_address_space_is_limited_as_a_backstop(start):
    running = start("def handler(event, context):\n    return len(bytearray(event << 20))\n", memory_mb=512)

    answer = running.invoke(600)

    assert answer.kind == "error"
    assert json.loads(answer.body)["errorType"] == "MemoryError"


def test_only_the_first_connection_may_ask_for_events(start):
    running = start(
        "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_RUNTIME_API']\n"
    )
    address = json.loads(running.invoke(None).body)

    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", "/2018-06-01/runtime/invocation/next")
    stolen = connection.getresponse()
    stolen.read()
    connection.request("POST", "/2018-06-01/runtime/invocation/request-9/response", b"1")
    forged = connection.getresponse()
    forged.read()
    connection.request("GET", "/2018-06-01/nothing")
    unknown = connection.getresponse()
    connection.close()

    assert (stolen.status, forged.status, unknown.status) == (403, 400, 404)


def test_private_mounts_hide_the_hosts_folders_and_bound_their_size(start, servers, tmp_path):
    server = servers.get(own_interpreter())
    if server.no_mounts:
        pytest.skip(server.no_mounts)
    layer = tmp_path / "layer.txt"
    layer.write_text("from a layer")
    fresh = [
        {"at": "/tmp", "options": "size=4m,mode=1777"},
        {"at": "/opt", "options": "size=1m,mode=755"},
        {"at": "/var", "options": "size=1m,mode=755"},
    ]
    running = start(
        """
        import os
        def attempt(path, size=1):
            try:
                with open(path, "wb") as file:
                    file.write(b"x" * size)
            except OSError as error:
                return os.strerror(error.errno)
            return "written"
        def handler(event, context):
            return [__file__, os.listdir("/opt"), open("/opt/layer.txt").read(), attempt("/var/task/app.py"),
                    attempt("/tmp/mine"), attempt("/tmp/large", 5 << 20)]
        """,
        mounts={"fresh": fresh, "bind": [[str(layer), "/opt/layer.txt"]]},
    )

    file, opt, text, code, mine, large = json.loads(running.invoke(None).body)

    assert (file, opt, text) == ("/var/task/app.py", ["layer.txt"], "from a layer")
    assert (code, mine, large) == ("Read-only file system", "written", "No space left on device")
    assert not os.path.exists("/tmp/mine")


def _runs(path: str | None) -> bool:
    """Whether this is a Python; what a version manager puts on PATH may only say that there is none."""
    return path is not None and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0


def test_another_interpreter_runs_through_the_plain_client(start, servers):
    other = next(
        (path for path in map(shutil.which, ("python3.12", "python3.11", "python3.14")) if _runs(path)), None
    )
    if other is None:
        pytest.skip("no other Python is installed here")
    running = start(
        """
        import sys
        def handler(event, context):
            print("hello")
            return [event, sys.version_info[1]]
        """,
        server=servers.get(other),
    )

    answer = json.loads(running.invoke("é").body)

    assert answer == ["é", int(Path(other).name.rpartition(".")[2])]
    assert running.log == "hello\n"


def test_an_interpreter_that_cannot_run_is_named(servers):
    with pytest.raises(ForkServerGone, match="/bin/false cannot run Lambda functions"):
        servers.get("/bin/false")
    with pytest.raises(ForkServerGone, match="/no/such/python cannot be started"):
        servers.get("/no/such/python")


def test_a_fork_server_that_dies_takes_its_processes_along_and_is_replaced(start, servers):
    running = start(ECHO)
    first = servers.get(own_interpreter())
    pending = running.send(1)
    pending.result(10)

    os.kill(first._child.pid, signal.SIGKILL)

    assert running.sandbox.ended.wait(10)
    eventually(lambda: not alive(running.sandbox.pid), expecting="the process to end with its parent")
    assert servers.get(own_interpreter()) is not first


def test_nothing_outlives_a_service_that_is_killed(tmp_path):
    service = subprocess.Popen(
        [sys.executable, "-c", dedent("""
            import sys, tempfile, threading
            tempfile.tempdir = sys.argv[1]
            from localstack_lab.lambda_.loop import Loop
            from localstack_lab.lambda_.process import ForkServers, Job, own_interpreter
            import os
            loop = Loop()
            servers = ForkServers(loop)
            server = servers.get(own_interpreter())
            reader, writer = os.pipe()
            sandbox = str(servers.run_folder() / "e")
            with open(sys.argv[1] + "/app.py", "w") as file:
                file.write("import subprocess, sys, time\\nprint(subprocess.Popen(['sleep', '600'],"
                           " start_new_session=True).pid, flush=True)\\ntime.sleep(600)\\n")
            variables = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9", "LAB_SANDBOX": sandbox}
            variables["PATH"] = "/usr/bin:/bin"
            path = [sys.argv[1], str(server.view)]
            job = Job("e", sandbox, "app.handler", variables, sys.argv[1], path, 2 << 30, None)
            process = server.spawn(job, writer)
            child = os.read(reader, 100).decode().strip()
            print(process.pid, child, server._child.pid, flush=True)
            threading.Event().wait()
        """), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert service.stdout is not None
    pids = [int(word) for word in service.stdout.readline().split()]
    assert len(pids) == 3
    assert all(alive(pid) for pid in pids)

    service.kill()
    service.wait()
    service.stdout.close()

    eventually(lambda: not any(alive(pid) for pid in pids), expecting="no process to be left")
    eventually(lambda: not list(tmp_path.glob("lab-lambda-*")), expecting="no folder to be left")
