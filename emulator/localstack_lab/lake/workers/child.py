"""What a forked process does: gets ready, takes one job, answers it, ends.

A job is ``{"call": "module:function", "arguments": {…}, "folder": …, "writable": […], "memory": MB}``; the
function gets the host and the arguments as keywords. Answers: ``{"result": …}``, or
``{"raised": [class, message, traceback, data]}``, where data is what the exception's `told` says of itself.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import signal
import socket
import sys
import time
import traceback
from types import TracebackType
from typing import Any

from localstack_lab.lake.workers import confinement, frames
from localstack_lab.lake.workers.remote import RemoteHost

LOADED = ("localstack_lab.athena.engine.warm",)
"""Modules that the template imports. It calls their ``prepare``, and each fork their ``settle``."""

_MORE_MEMORY = (
    1 << 10
)  # MB beyond a job's limit, of which the process learns before the machine has none left
FILE_LIMIT = 4 << 30  # bytes of one file, a result too; beyond it the statement fails
_CLONE_NEWUSER, _CLONE_NEWNET, _PR_SET_PDEATHSIG = 0x10000000, 0x40000000, 1


def leave_the_network() -> None:
    """Have no network at all where the system lets us: even its loopback is another one.

    Elsewhere (a container without that right) what keeps the worker off it is that nothing in it opens
    sockets: DuckDB has no extension that could and may not load one.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if uid == 0 and libc.unshare(_CLONE_NEWNET) == 0:
        return
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        with contextlib.suppress(OSError):
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{uid} {uid} 1"),
                ("gid_map", f"{gid} {gid} 1"),
            ):
                with open(f"/proc/self/{name}", "w") as file:
                    file.write(text)


def load(*modules: str) -> None:
    """Import engines. A lack is not fatal here: the call that needs the module says what is missing."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:
            traceback.print_exc()
    gc.collect()
    gc.freeze()


def prepare() -> None:
    """Once, in the template."""
    _each("prepare")
    gc.collect()
    gc.freeze()


def _each(hook: str) -> None:
    for name in LOADED:
        function = getattr(sys.modules.get(name), hook, None)
        if function is not None:
            function()


def run(channel: socket.socket, parent: int) -> None:
    """Live one job.

    :param parent: the template's process id
    """
    _settle()
    if os.getppid() != parent:  # it ended before it could take this worker along
        os._exit(1)
    _each("settle")
    code = 0
    try:
        frames.send(channel, {"ready": os.getpid()})
        job = frames.receive(channel)
        with _Telling(channel):
            _work(channel, job)
    except frames.Closed:
        code = 1
    os._exit(code)  # at once: nothing of DuckDB's or Python's needs its own end


def _work(channel: socket.socket, job: dict[str, Any]) -> None:
    os.chdir(job["folder"])
    # Threads that ran already would be free; there are none, since DuckDB starts its own with a query.
    confinement.confine([job["folder"], *job["writable"]])
    if sys.platform == "linux":
        _limit(resource.RLIMIT_DATA, (job["memory"] + _MORE_MEMORY) << 20)
    module, _, name = job["call"].partition(":")
    function = getattr(importlib.import_module(module), name)
    frames.send(channel, {"result": function(RemoteHost(channel), **job["arguments"])})


class _Telling:
    """Tells LocalStack whatever a job raised, so that nothing is lost with the process."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None or isinstance(error, frames.Closed):
            return False
        text = "".join(traceback.format_exception(error))
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        frames.send(self._channel, {"raised": [name, str(error), text, getattr(error, "told", None)]})
        return True


def _settle() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["TZ"] = "UTC"
    time.tzset()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, FILE_LIMIT)
    gc.enable()


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))
