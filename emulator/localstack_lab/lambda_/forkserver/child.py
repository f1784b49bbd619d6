"""What a forked process does to become one Lambda execution environment.

Standard library only, apart from AWS's runtime interface client, which the runtime view provides.
"""

import gc
import os
import resource
import signal
import sys
import time

import mounts

TELEMETRY_FD = 3
PRELOADED = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six", "simplejson")


def become(job: dict, log_fd: int) -> None:
    """Leave everything of the fork server behind; see :mod:`localstack_lab.lambda_.process` for `job`."""
    os.setsid()
    mounts.die_with_parent(signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _only_these_descriptors(log_fd)
    os.environ.clear()
    os.environ.update(job["variables"])
    os.environ["_LAMBDA_TELEMETRY_LOG_FD"] = str(TELEMETRY_FD)
    time.tzset()
    os.umask(0o022)
    if job["mounts"]:
        mounts.unshare()
        mounts.arrange(job["mounts"], job["sandbox"])
    os.chdir(job["folder"])
    _limit(job["address_space"])
    _set_paths(job["path"], os.path.dirname(job["sandbox"]))
    sys.argv = ["bootstrap", job["handler"]]
    gc.enable()


def _only_these_descriptors(log_fd: int) -> None:
    """Standard input is closed, both outputs and the telemetry channel go to one pipe, nothing else is open.

    One pipe for all three keeps the order in which the function wrote its prints and its log records.
    """
    log_fd = os.dup2(log_fd, 200, inheritable=False)  # out of the way of the numbers below
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for number in (1, 2):
        os.dup2(log_fd, number)
    os.dup2(log_fd, TELEMETRY_FD, inheritable=False)
    os.closerange(TELEMETRY_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _limit(address_space: int) -> None:
    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 1024}  # AWS: 1,024 file descriptors
    if sys.platform == "linux":
        wanted[resource.RLIMIT_AS] = address_space
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


def _set_paths(folders: list[str], run_folder: str) -> None:
    """Put the function's own folders in front; what it brings itself replaces what was loaded in advance."""
    ours = (run_folder, os.path.dirname(os.path.abspath(__file__)))
    sys.path[:] = folders + [entry for entry in sys.path if not entry.startswith(ours)]
    sys.dont_write_bytecode = True
    own = folders[:-1]  # the last one is the runtime view itself
    if any(
        os.path.exists(os.path.join(folder, name + ending))
        for folder in own
        for name in PRELOADED
        for ending in ("", ".py")
    ):
        for name in [name for name in sys.modules if name.partition(".")[0] in PRELOADED]:
            del sys.modules[name]
    sys.path_importer_cache.clear()


def run(handler: str) -> None:
    """Hand over to AWS's client, which asks the Runtime API for work until it is stopped."""
    import site

    site.setquit()
    site.setcopyright()
    from awslambdaric.__main__ import main

    main(["bootstrap", handler])
