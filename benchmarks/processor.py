"""The processor time of a process and everything below it."""

import time

import psutil


def tree_seconds(pid: int) -> float:
    """CPU seconds, user and system, that a process and all below it have used so far.

    Children that ended are counted with their parents, so the figure only grows.
    """
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0.0
    for process in family:
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system + used.children_user + used.children_system
    return total


def share_of_core(before: float, after: float, seconds: float) -> float:
    """Percent of one core, from CPU seconds before and after so many seconds; above 100 with several cores.

    :raises ValueError: no time has passed
    """
    if seconds <= 0:
        raise ValueError(f"a share of {seconds:g} seconds says nothing")
    return max(0.0, after - before) / seconds * 100


def load_over(pid: int, seconds: float) -> float:
    """Percent of one core that the process tree uses over the next so many seconds."""
    before, began = tree_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return share_of_core(before, tree_seconds(pid), time.monotonic() - began)
