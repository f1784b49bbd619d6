"""Landlock: the kernel keeps a process to some folders, whatever code it runs, as long as it lives.

A worker reads what strangers wrote with libraries that are large. Should one of them be made to open another
file, there is none: the process reads the interpreter, its packages and the system's libraries, and writes
below its own folders. It connects to no TCP port and signals no process, where the kernel is new enough.
Linux 5.13 has it; https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import struct
import sys
from collections.abc import Sequence

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # numbers of system calls, the same on every machine
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_A_FILE = _EXECUTE | _READ_FILE | 1 << 1 | 1 << 14 | 1 << 15
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # version → bits of rights to files; later ones have no more
_TCP, _SCOPES = 0b11, 0b11  # bind and connect; abstract sockets and signals
_SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/proc/self", "/dev/null",
           "/dev/urandom")  # fmt: skip


def version() -> int:
    """The kernel's Landlock, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, ctypes.CDLL(None).syscall(_CREATE, None, ctypes.c_size_t(0), 1))


def confine(folders: Sequence[str]) -> bool:
    """Keep this thread, and those that it starts, to these folders for good.

    :param folders: existing ones, to read and write
    :return: whether the kernel does so
    :raises OSError: when a folder is not there, or the kernel does not do what it says it can
    """
    known = version()
    if not known:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    rights = (1 << _RIGHTS[min(known, 5)]) - 1
    handled = struct.pack("=Q", rights)
    if known >= 4:
        handled += struct.pack("=Q", _TCP)
    if known >= 6:
        handled += struct.pack("=Q", _SCOPES)
    rules = _called(libc, _CREATE, handled, ctypes.c_size_t(len(handled)), 0)
    try:
        for path in (*_SYSTEM, sys.prefix, sys.base_prefix, *sys.path):
            if os.path.exists(path):
                _allow(libc, rules, path, (_READ | 1 << 1 if path == "/dev/null" else _READ) & rights)
        for path in folders:
            _allow(libc, rules, path, rights)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
        _called(libc, _RESTRICT, rules, 0)
    finally:
        os.close(rules)
    return True


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = rights if os.path.isdir(path) else rights & _OF_A_FILE
        _called(libc, _ADD, rules, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _called(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    given = int(libc.syscall(number, *arguments))
    if given < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return given
