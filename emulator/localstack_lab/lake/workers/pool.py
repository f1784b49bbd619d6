"""The workers of this LocalStack: at most so many at once, the others wait in the order in which they came.

:func:`call` runs a function in a fresh process and returns what it returned. A process that is stopped, takes
too long or too much memory is killed; nothing of it remains, since a worker writes only into its own folder.
"""

import array
import atexit
import contextlib
import logging
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from localstack_lab.lake.folders import own_folder
from localstack_lab.lake.workers import frames, hosting

LOG = logging.getLogger(__name__)
AT_ONCE = 3
IDLE_SECONDS = 120.0  # the waiting worker ends, the template stays
_TICK = 0.02
_RSS_EVERY = 0.25
_ENDS_WITHIN = 5.0  # seconds; a process that was killed gives back its memory first
_PROMPT = 2.0  # seconds; a call that takes longer gives way to the rest of the machine
_NICE = 5
_PAIR = struct.Struct(">ii")
_COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "localstack_lab.lake.workers")


class WorkerEnded(Exception):
    """The process ended without an answer.

    :param why: ``stopped``, ``time``, ``memory`` or ``crash``
    """

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class WorkerRaised(Exception):
    """The function raised.

    :param kind: the exception's class with its module
    :param trace: the traceback in the worker
    :param told: what the exception said of itself as data, or None
    """

    def __init__(self, kind: str, message: str, trace: str, told: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.trace = trace
        self.told = told


class _Worker:
    def __init__(self, channel: socket.socket, pid: int) -> None:
        self.channel = channel
        self.pid = pid
        self.ended = threading.Event()
        self.status = 0
        self.made = time.monotonic()


class Pool:
    """State: the template's process, the worker that waits ready, and who waits for a place.

    :param path: a further folder that workers import from
    """

    def __init__(self, folder: str, at_once: int = AT_ONCE, path: str = "") -> None:
        os.makedirs(folder, mode=0o700)
        self.folder = folder
        self._at_once = at_once
        self._path = [path] if path else []
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._busy = 0
        self._spawning = threading.Lock()
        self._template: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._spawned: deque[int] = deque()
        self._news = threading.Condition()
        self._lost: socket.socket | None = None  # the socket whose template has gone
        self._loaded: set[str] = set()  # by the template, beside what it begins with
        self._workers: dict[int, _Worker] = {}
        self._spare: _Worker | None = None
        self._idle = threading.Timer(IDLE_SECONDS, self._end_idle)  # a new one each time that it begins
        self._closed = False

    def call(
        self,
        function: str,
        arguments: Mapping[str, Any],
        host: Mapping[str, object] | None = None,
        *,
        stop: threading.Event | None = None,
        seconds: float = 1800.0,
        memory_mb: int = 2048,
        folder: str | None = None,
        writable: Sequence[str] = (),
        started: Callable[[], None] | None = None,
    ) -> Any:
        """Run ``module:function`` in a worker: ``function(host, **arguments)``.

        :param host: objects of this process that the function may call
        :param stop: set: the worker is killed
        :param memory_mb: of resident memory; the worker is killed beyond it
        :param folder: the worker's current folder; else one that is removed afterwards
        :param writable: further folders that it may read and write; no others where the kernel has Landlock
        :param started: called when a place is free, before the function runs
        :raises WorkerRaised: what the function raised
        :raises WorkerEnded: when it gave no answer
        """
        with self._place(stop), self._folder(folder) as place:
            if started is not None:
                started()
            job = {"call": function, "arguments": dict(arguments), "folder": place}
            worker = self._begin(job | {"writable": list(writable), "memory": memory_mb})
            answered = False
            try:
                answer = _Conversation(worker, host or {}, stop, seconds, memory_mb).hold()
                answered = True
                return answer
            except frames.Closed as error:
                worker.ended.wait(_ENDS_WITHIN)
                raise WorkerEnded("crash", _crash_text(worker.status)) from error
            except WorkerRaised as raised:
                if raised.kind == "builtins.MemoryError":
                    text = f"It asked for more memory than there is beside its {memory_mb} MB"
                    raise WorkerEnded("memory", text) from raised
                raise
            finally:
                worker.channel.close()
                self._kill(worker)
                if not answered:  # until then it writes files, which nobody would remove
                    worker.ended.wait(_ENDS_WITHIN)

    def load(self, module: str) -> None:
        """Have workers to come find a module imported; once is enough.

        :param module: of the emulator: the template imports it, and every worker inherits it
        """
        with self._spawning:
            if module in self._loaded or self._control is None or self._closed:
                return
            self._loaded.add(module)
            with contextlib.suppress(OSError):  # the template is gone: the next one is told when it is needed
                self._control.send(module.encode())
        with self._lock:  # the one that waits does not have it
            worker, self._spare = self._spare, None
        if worker is not None:
            worker.channel.close()
        threading.Thread(target=self._refill, name="lake-worker-ahead", daemon=True).start()

    @contextlib.contextmanager
    def _place(self, stop: threading.Event | None) -> Iterator[None]:
        turn = threading.Event()
        with self._lock:
            if self._closed:
                raise WorkerEnded("stopped", "LocalStack stops")
            if self._busy < self._at_once:
                self._busy += 1
                turn.set()
            else:
                self._waiting.append(turn)
        while not turn.wait(_TICK if stop is not None else None):
            if stop is not None and stop.is_set():
                with self._lock:
                    if not turn.is_set():
                        self._waiting.remove(turn)
                        raise WorkerEnded("stopped", "Stopped while it waited")
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().set()
                else:
                    self._busy -= 1

    @contextlib.contextmanager
    def _folder(self, given: str | None) -> Iterator[str]:
        if given is not None:
            yield given
            return
        made = tempfile.mkdtemp(prefix="job-", dir=self.folder)
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _begin(self, job: dict[str, Any]) -> _Worker:
        """A worker that has got the job; one that has died while it waited is passed by."""
        for attempt in range(3):
            with self._lock:
                worker, self._spare = self._spare, None
            if worker is not None and worker.ended.is_set():
                worker.channel.close()
                worker = None
            worker = worker or self._spawn()
            try:
                _ready(worker)
                frames.send(worker.channel, job)
                threading.Thread(target=self._refill, name="lake-worker-ahead", daemon=True).start()
                return worker
            except frames.Closed as error:
                worker.channel.close()
                if attempt == 2:
                    worker.ended.wait(_ENDS_WITHIN)
                    raise WorkerEnded("crash", _crash_text(worker.status)) from error
        raise AssertionError("a worker begins or does not")

    def _refill(self) -> None:
        """Have a worker wait for the next call, but not for ever."""
        with self._lock:
            wanted = self._spare is None and not self._closed
        if not wanted:
            return
        worker: _Worker | None = None
        try:
            worker = self._spawn()
        except WorkerEnded:
            LOG.warning("No worker could be made ready in advance", exc_info=True)
            return
        with self._lock:
            if self._spare is None and not self._closed:
                self._spare, worker = worker, None
                self._idle.cancel()
                self._idle = threading.Timer(IDLE_SECONDS, self._end_idle)
                self._idle.daemon = True
                self._idle.start()
        if worker is not None:
            worker.channel.close()

    def _end_idle(self) -> None:
        with self._lock:
            worker, self._spare = self._spare, None
        if worker is not None:
            worker.channel.close()

    def _spawn(self) -> _Worker:
        with self._spawning:
            for _ in range(2):
                if self._template is None or self._template.poll() is not None:
                    self._end_template()
                    self._start()
                control = self._control
                assert control is not None
                ours, theirs = socket.socketpair()
                with theirs:
                    rights = array.array("i", [theirs.fileno()])
                    try:
                        control.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
                    except OSError:
                        ours.close()
                        self._end_template()
                        continue
                with self._news:
                    self._news.wait_for(lambda: self._spawned or self._lost is control, 30)  # noqa: B023
                    if self._spawned:
                        pid = self._spawned.popleft()
                        worker = self._workers[pid]
                        worker.channel = ours
                        return worker
                ours.close()
                self._end_template()
        raise WorkerEnded("crash", "The template of the workers does not start; see LocalStack's log")

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        # threads of numpy and of pyarrow's allocator would not outlive a fork: https://jemalloc.net/jemalloc.3.html
        environment["OPENBLAS_NUM_THREADS"] = "1"
        environment["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
        with theirs:
            self._template = subprocess.Popen(
                [*_COMMAND, str(theirs.fileno()), self.folder, *self._path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment,
                cwd=self.folder,
            )
        self._control = ours
        self._loaded.clear()
        self._spawned.clear()
        threading.Thread(target=self._listen, args=(ours,), name="lake-workers", daemon=True).start()

    def _listen(self, control: socket.socket) -> None:
        while True:
            try:
                told = control.recv(_PAIR.size)
            except OSError:
                told = b""
            if len(told) < _PAIR.size:  # the template is gone, and its workers with it
                for worker in list(self._workers.values()):
                    worker.status = -signal.SIGKILL
                    worker.ended.set()
                self._workers.clear()
                with self._news:
                    self._lost = control
                    self._news.notify_all()
                break
            pid, status = _PAIR.unpack(told)
            with self._news:
                if pid > 0:
                    self._workers[pid] = _Worker(control, pid)
                    self._spawned.append(pid)
                    self._news.notify_all()
                elif (ended := self._workers.pop(-pid, None)) is not None:
                    ended.status = status
                    ended.ended.set()

    def _kill(self, worker: _Worker) -> None:
        if worker.ended.is_set() or self._control is None:
            return
        with contextlib.suppress(OSError):  # the template is gone, and its workers with it
            self._control.send(worker.pid.to_bytes(4, "big"))

    def _end_template(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._template is not None:
            self._template.kill()
            self._template.wait()
            self._template = None

    def close(self) -> None:
        """End every worker; calls that run raise WorkerEnded."""
        with self._lock:
            self._closed = True
            spare, self._spare = self._spare, None
            self._idle.cancel()
        if spare is not None:
            spare.channel.close()
        with self._spawning:
            if self._control is not None:
                with contextlib.suppress(OSError):
                    self._control.shutdown(socket.SHUT_RDWR)
            if self._template is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._template.wait(2)
            self._end_template()
        shutil.rmtree(self.folder, ignore_errors=True)


class _Conversation:
    """One job: its messages, watched for stop, time and memory."""

    def __init__(
        self,
        worker: _Worker,
        host: Mapping[str, object],
        stop: threading.Event | None,
        seconds: float,
        memory_mb: int,
    ) -> None:
        self._worker = worker
        self._host = host
        self._stop = stop
        self._end = time.monotonic() + seconds
        self._nice_from: float | None = time.monotonic() + _PROMPT
        self._seconds = seconds
        self._memory = memory_mb << 20
        self._looked = 0.0

    def hold(self) -> Any:
        channel = self._worker.channel
        while True:
            self._wait()
            told = frames.receive(channel)
            if "ask" in told:
                frames.send(channel, hosting.answer(self._host, *told["ask"]))
            elif "raised" in told:
                raise WorkerRaised(*told["raised"])
            else:
                return told["result"]

    def _wait(self) -> None:
        """Until the worker says something. It is watched also while it never pauses to speak."""
        while True:
            self._watch()
            if select.select([self._worker.channel], [], [], _TICK)[0]:
                return

    def _watch(self) -> None:
        now = time.monotonic()
        if self._stop is not None and self._stop.is_set():
            raise WorkerEnded("stopped", "Stopped")
        if now > self._end:
            raise WorkerEnded("time", f"It ran longer than {self._seconds:g} seconds")
        if self._nice_from is not None and now > self._nice_from:
            self._nice_from = None
            _give_way(self._worker.pid)
        if now - self._looked > _RSS_EVERY:
            self._looked = now
            held = _resident(self._worker.pid)
            if held > self._memory:
                raise WorkerEnded("memory", f"It held {held >> 20} MB of {self._memory >> 20} MB")


def _ready(worker: _Worker) -> None:
    told = frames.receive(worker.channel)
    if "ready" not in told:
        raise WorkerEnded("crash", f"A worker began with {told!r}")


def _give_way(pid: int) -> None:
    """Lower the priority of each thread; threads to come inherit it."""
    with contextlib.suppress(OSError):  # not Linux, or it has just ended
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), _NICE)


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0  # not Linux, or it has just ended


def _crash_text(status: int) -> str:
    if status < 0:
        return f"The worker was ended by {signal.Signals(-status).name}"
    return f"The worker ended with status {status} before it answered"


_making = threading.Lock()
_pool: Pool | None = None


def shared() -> Pool:
    """The one pool of this LocalStack."""
    global _pool
    with _making:
        if _pool is None or _pool._closed:
            _pool = Pool(own_folder("workers"))
            atexit.register(_pool.close)
        return _pool


def call(
    function: str, arguments: Mapping[str, Any], host: Mapping[str, object] | None = None, **how: Any
) -> Any:
    """:meth:`Pool.call` of the shared pool."""
    return shared().call(function, arguments, host, **how)


def close() -> None:
    """End all workers; the next call starts them again."""
    with _making:
        if _pool is not None:
            _pool.close()
