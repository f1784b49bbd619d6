"""Private views of /tmp, /opt and /var for one execution environment, through a Linux mount namespace.

Standard library only: this module runs in the bare interpreter of the fork server.
"""

import contextlib
import ctypes
import os

_NEWNS = 0x00020000
_NEWUSER = 0x10000000
_MS_RDONLY = 1
_MS_REMOUNT = 32
_MS_BIND = 4096
_MS_MOVE = 8192
_MS_REC = 16384
_MS_PRIVATE = 1 << 18
# What a mount must keep when it is made read-only inside a user namespace: (statvfs flag, mount flag).
_LOCKED = ((2, 2), (4, 4), (8, 8), (1024, 1024), (2048, 2048), (4096, 1 << 21))

_libc = ctypes.CDLL(None, use_errno=True)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    if _libc.mount(source.encode(), target.encode(), kind.encode(), flags, options.encode()) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"mount {source or kind} on {target}: {os.strerror(number)}")


def die_with_parent(signal_number: int) -> None:
    """On Linux, get `signal_number` when the parent ends."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(1, signal_number)  # PR_SET_PDEATHSIG


def adopt_orphans() -> None:
    """On Linux, become the parent of descendants that outlive their own, so that they are found."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def unshare() -> None:
    """Enter a mount namespace of our own; without root this needs a user namespace as well.

    :raises OSError: when the kernel or a container's policy does not allow it
    """
    uid, gid = os.getuid(), os.getgid()
    # Through libc: os.unshare is missing before Python 3.12.
    if _libc.unshare(_NEWNS if uid == 0 else _NEWNS | _NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"private mounts are not allowed: {os.strerror(number)}")
    if uid != 0:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    _mount("", "/", "", _MS_REC | _MS_PRIVATE)


def _bind(source: str, target: str, *, read_only: bool) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "a"):
            pass
    _mount(source, target, "", _MS_BIND | _MS_REC)
    if read_only:
        flags = os.statvfs(target).f_flag
        kept = sum(mount_flag for stat_flag, mount_flag in _LOCKED if flags & stat_flag)
        _mount("", target, "", _MS_BIND | _MS_REMOUNT | _MS_RDONLY | kept)


def arrange(plan: dict, stage: str) -> None:
    """Replace folders such as /tmp by fresh ones that hold only what `plan` names.

    :param plan: ``{"fresh": [{"at": "/tmp", "options": "size=512m,mode=1777"}], "bind": [[source, target]],
        "keep": [path]}``; every bound path is read-only, a kept one stays as it is at its own place
    :param stage: an existing folder of this environment, used while the fresh folders are built
    """
    built = []
    for number, fresh in enumerate(plan["fresh"]):
        at = fresh["at"]
        building = os.path.join(stage, str(number))
        os.makedirs(building, exist_ok=True)
        _mount("tmpfs", building, "tmpfs", 0, fresh["options"])
        for source, target in plan["bind"]:
            if target.startswith(at + "/"):
                _bind(source, building + target[len(at) :], read_only=True)
        for kept in plan["keep"]:
            if kept.startswith(at + "/") and os.path.exists(kept):
                _bind(kept, building + kept[len(at) :], read_only=False)
        for link in ("run", "lock"):  # /var/run and /var/lock are links on most systems
            place = os.path.join(at, link)
            if at == "/var" and os.path.islink(place):
                with contextlib.suppress(FileExistsError):
                    os.symlink(os.readlink(place), os.path.join(building, link))
        built.append((building, at))
    # The folder that holds `stage` itself goes last: the others would not be found under its fresh version.
    for building, at in sorted(built, key=lambda pair: stage.startswith(pair[1] + "/")):
        _mount(building, at, "", _MS_MOVE)


def available(stage: str) -> str:
    """Try it in a child: an empty string when private mounts work here, otherwise why they do not."""
    if not hasattr(_libc, "unshare"):
        return "this system has no mount namespaces"
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        reason = ""
        try:
            unshare()
            arrange({"fresh": [{"at": "/tmp", "options": "size=1m"}], "bind": [], "keep": [stage]}, stage)
        except OSError as error:
            reason = str(error)
        os.write(writer, reason.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        reason = answer.read()
    os.waitpid(pid, 0)
    return reason
