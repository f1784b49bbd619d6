"""The fork server: starts execution environments by forking itself, and never outlives LocalStack.

It runs as ``python -I -S -X utf8 forkserver <socket> <runtime view> <run folder>`` in the interpreter that
the functions use. Two things follow from forking: an environment starts in milliseconds, because the
runtime's modules are loaded already and shared, and every process has a parent that notices when LocalStack
is gone (its end of the socket closes, even after SIGKILL): then all environments are killed and their folders
removed.

Messages are lines of JSON. From LocalStack: ``spawn`` (with one file descriptor, the log pipe), ``kill``,
``end``, ``compile``. To LocalStack: ``ready``, ``spawned``, ``exited``.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys

import child
import mounts

# Loaded one at a time while nothing else is to do, so that a spawn never waits for all of them.
PRELOAD = (
    "logging", "traceback", "decimal", "math", "datetime", "http.client", "ssl", "hashlib", "site",
    "simplejson", "uuid", "random", "tempfile", "subprocess", "concurrent.futures.thread", "jmespath",
    "dateutil.parser", "urllib3", "botocore.session", "botocore.client", "botocore.endpoint",
    "botocore.parsers", "botocore.signers", "botocore.retries.standard", "s3transfer.manager",
    "boto3.session", "boto3", "botocore.httpsession", "botocore.regions", "boto3.resources.factory",
)  # fmt: skip


class ForkServer:
    """State: the environments by id, each with its process id and its private folder."""

    def __init__(self, channel: socket.socket, run_folder: str) -> None:
        self.channel = channel
        self.run_folder = run_folder
        self.buffer = b""
        self.descriptors: list[int] = []
        self.running: dict[str, int] = {}
        self.folders: dict[str, str] = {}
        self.to_load = list(PRELOAD)
        self.wakeup, writer = os.pipe()
        for end in (self.wakeup, writer):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def serve(self) -> tuple[dict, int] | None:
        """Work until LocalStack closes the socket: None. In a process forked for a job: that job."""
        while True:
            idle = 0 if self.to_load else None
            readable, _, _ = select.select([self.channel.fileno(), self.wakeup], [], [], idle)
            if not readable:
                self._load_one()
            if self.wakeup in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wakeup, 4096)
                self._reap()
            if self.channel.fileno() in readable:
                if not self._receive():
                    return None
                while b"\n" in self.buffer:
                    line, _, self.buffer = self.buffer.partition(b"\n")
                    job = self._handle(json.loads(line))
                    if job is not None:
                        return job

    def close(self) -> None:
        """Kill every environment and remove the folder of this run."""
        signal.set_wakeup_fd(-1)
        for name in list(self.folders):
            self._end(name)
        shutil.rmtree(self.run_folder, ignore_errors=True)

    def _load_one(self) -> None:
        name = self.to_load.pop(0)
        try:
            importlib.import_module(name)
        except ImportError as error:
            sys.stderr.write(f"The Lambda fork server cannot load {name}: {error}\n")
        if not self.to_load:
            gc.collect()
            gc.freeze()

    def _receive(self) -> bool:
        try:
            data, descriptors, _, _ = socket.recv_fds(self.channel, 65536, 16)
        except ConnectionError:
            return False
        self.buffer += data
        self.descriptors += descriptors
        return bool(data)

    def _send(self, **message: object) -> None:
        with contextlib.suppress(ConnectionError):  # the next read finds that the socket is closed
            self.channel.sendall(json.dumps(message).encode() + b"\n")

    def _handle(self, message: dict) -> tuple[dict, int] | None:
        match message["do"]:
            case "spawn":
                return self._spawn(message)
            case "kill":
                self._kill(message["id"])
            case "end":
                self._end(message["id"])
            case "compile":
                self._compile(message["folders"])
        return None

    def _spawn(self, job: dict) -> tuple[dict, int] | None:
        log_fd = self.descriptors.pop(0)
        self.folders[job["id"]] = job["sandbox"]
        os.makedirs(job["sandbox"], mode=0o700, exist_ok=True)
        pid = os.fork()
        if pid == 0:
            return job, log_fd
        os.close(log_fd)
        self.running[job["id"]] = pid
        self._send(what="spawned", id=job["id"], pid=pid)
        return None

    def _compile(self, folders: list[str]) -> None:
        """Byte-compile a function's code in a process of its own, so that its cold starts need not."""
        if os.fork() == 0:
            os.nice(5)
            import compileall

            for folder in folders:
                compileall.compile_dir(folder, quiet=2, workers=1)
            os._exit(0)

    def _kill(self, name: str) -> None:
        """Kill an environment's process group, then whatever left the group but carries its mark."""
        pid = self.running.get(name)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        for _ in range(5):
            found = self._stragglers(self.folders.get(name, ""), pid)
            for straggler in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(straggler, signal.SIGKILL)
            if not found:
                break

    def _stragglers(self, sandbox: str, session: int | None) -> list[int]:
        mark = f"LAB_SANDBOX={sandbox}\0".encode()
        found: list[int] = []
        if not sandbox or not os.path.isdir("/proc/self"):
            return found
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) in (os.getpid(), session):
                continue
            try:
                with open(f"/proc/{entry}/stat", "rb") as file:
                    state, _, _, owner = file.read().rpartition(b") ")[2].split()[:4]
                if state == b"Z":
                    continue
                with open(f"/proc/{entry}/environ", "rb") as file:
                    marked = mark in file.read() + b"\0"
            except (OSError, ValueError):
                continue  # it ended meanwhile, or belongs to another user
            if marked or int(owner) == session:
                found.append(int(entry))
        return found

    def _end(self, name: str) -> None:
        self._kill(name)
        shutil.rmtree(self.folders.pop(name, ""), ignore_errors=True)

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            name = next((name for name, running in self.running.items() if running == pid), None)
            if name is not None:
                del self.running[name]
                code = os.waitstatus_to_exitcode(status)
                self._send(what="exited", id=name, pid=pid, code=code, peak_kb=usage.ru_maxrss)


def main() -> None:
    socket_fd, view, run_folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    sys.path.append(view)
    os.setsid()  # a Ctrl-C in the terminal is LocalStack's to handle
    mounts.adopt_orphans()
    server = ForkServer(socket.socket(fileno=socket_fd), run_folder)
    probe = os.path.join(run_folder, f"probe-{os.getpid()}")
    os.makedirs(probe, exist_ok=True)
    reason = mounts.available(probe)
    shutil.rmtree(probe, ignore_errors=True)
    version = ".".join(str(part) for part in sys.version_info[:3])
    keep = sorted(
        {sys.base_prefix, os.path.dirname(os.__file__), os.path.dirname(os.path.realpath(sys.executable))}
    )
    server._send(what="ready", version=version, no_mounts=reason, keep=keep)
    gc.disable()
    work = server.serve()
    if work is None:
        server.close()
        return
    job, log_fd = work
    try:
        child.become(job, log_fd)
    except OSError as error:
        os.write(2, f"The execution environment could not be set up: {error}\n".encode())
        os._exit(125)
    child.run(job["handler"])


if __name__ == "__main__":
    main()
