"""What the tests of the workers run in one; imported there by its bare name."""

import os
import resource
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any


def surroundings(host: Any) -> dict[str, Any]:
    return {
        "variables": sorted(os.environ),
        "folder": os.getcwd(),
        "open": [
            os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if int(n) > 2 and _is(n)
        ],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "pid": os.getpid(),
        "parent": os.getppid(),
    }


def _is(number: str) -> bool:
    return os.path.exists(f"/proc/self/fd/{number}") or os.path.islink(f"/proc/self/fd/{number}")


def ask(host: Any, **arguments: Any) -> Any:
    return host["shop"].price(**arguments)


def ask_for(host: Any, target: str, method: str) -> Any:
    return host.ask(target, method, {})


def echo(host: Any, value: Any) -> Any:
    return value


def hang(host: Any) -> None:
    Path("began").touch()
    time.sleep(100)


def crash(host: Any) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hog(host: Any) -> None:
    held = []
    while True:
        held.append(b"x" * (16 << 20))
        time.sleep(0.01)


def fail(host: Any) -> None:
    raise LookupError("nothing there")


def connect(host: Any, port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), 2):
        return "connected"


def chatter(host: Any) -> None:
    while True:
        host["shop"].seen()


def read(host: Any, path: str) -> int:
    return len(Path(path).read_bytes())


def write(host: Any, path: str) -> None:
    Path(path).write_text("x")


def write_from_a_thread(host: Any, path: str) -> None:
    faults: list[OSError] = []

    def attempt() -> None:
        try:
            Path(path).write_text("x")
        except OSError as error:
            faults.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]


def listed(host: Any, path: str) -> list[str]:
    return os.listdir(path)


def signal_to(host: Any, pid: int) -> None:
    os.kill(pid, signal.SIGCONT)


def grab(host: Any) -> None:
    bytes(200 << 30)


def scribble(host: Any) -> None:
    Path("began").touch()
    number = 0
    while True:
        number += 1
        Path(f"file-{number}").write_bytes(b"x" * 10_000)


def imported(host: Any, name: str) -> bool:
    return name in sys.modules
