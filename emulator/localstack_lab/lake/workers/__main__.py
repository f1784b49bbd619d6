"""The template: imports the engines once, forks workers, and never outlives LocalStack.

Run as ``python -I -X utf8 -m localstack_lab.lake.workers <socket> <folder> [<path>]``. LocalStack sends one
byte for each worker that it wants, with the worker's end of a socket; the template answers with the process
id, and with ``-pid status`` when one has ended. Four bytes are the id of a worker to kill, more are the name
of a module that workers to come shall have. It opens no file and no connection of its own. When
LocalStack is gone, be it by SIGKILL, its end of the socket closes: the template kills its workers and ends.
"""

import array
import contextlib
import os
import select
import signal
import socket
import struct
import sys
from importlib.abc import MetaPathFinder

from localstack_lab.lake.workers import child

_PAIR = struct.Struct(">ii")
_ID = 4  # bytes


class Template:
    """State: the process ids of the workers that run."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.pid = os.getpid()
        self.running: set[int] = set()
        self.wakeup, writer = os.pipe()
        for end in (self.wakeup, writer):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def serve(self) -> socket.socket | None:
        """Work until LocalStack closes the socket: None. In a fork: the fork's own socket."""
        while True:
            readable, _, _ = select.select([self.channel.fileno(), self.wakeup], [], [])
            if self.wakeup in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wakeup, 4096)
                self._reap()
            if self.channel.fileno() in readable:
                message, ancillary, _, _ = self.channel.recvmsg(256, socket.CMSG_SPACE(4))
                if not message:
                    return None
                if not ancillary:
                    if len(message) == _ID:
                        self._kill(int.from_bytes(message, "big"))
                    else:
                        child.load(message.decode())
                    continue
                descriptors = array.array("i")
                descriptors.frombytes(ancillary[0][2][:4])
                own = socket.socket(fileno=descriptors[0])
                pid = os.fork()
                if pid == 0:
                    return own
                own.close()
                self.running.add(pid)
                self._tell(pid, 0)

    def _kill(self, pid: int) -> None:
        if pid in self.running:  # not reaped yet, so the number is still the worker's
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _tell(self, pid: int, status: int) -> None:
        with contextlib.suppress(OSError):  # the next read finds that LocalStack is gone
            self.channel.send(_PAIR.pack(pid, status))

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.running.discard(pid)
            self._tell(-pid, os.waitstatus_to_exitcode(status))

    def close(self) -> None:
        """Kill every worker."""
        for pid in list(self.running):
            self._kill(pid)


class WithoutPandas(MetaPathFinder):
    """pyarrow imports pandas where it is installed, for what no worker does: 45 MB, a quarter of a second."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """:raises ModuleNotFoundError: for pandas"""
        if fullname == "pandas":
            raise ModuleNotFoundError("Workers have no pandas", name=fullname)


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    os.chdir(sys.argv[2])
    sys.path.extend(sys.argv[3:])
    os.umask(0o077)
    os.setsid()  # a Ctrl-C in the terminal is LocalStack's to handle
    child.leave_the_network()
    sys.meta_path.insert(0, WithoutPandas())
    child.load(*child.LOADED)
    child.prepare()
    template = Template(channel)
    own = template.serve()
    if own is None:
        template.close()
        os._exit(0)  # DuckDB's module would complain of what is still referred to
    channel.close()
    child.run(own, template.pid)


if __name__ == "__main__":
    main()
