"""The memory of a process and everything below it."""

import psutil


def tree_size(pid: int) -> int:
    """How many processes there are: this one and everything below it."""
    try:
        return 1 + len(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return 0


def tree_mib(pid: int) -> tuple[float, float]:
    """(RSS, PSS) in MiB, over the whole process tree.

    RSS counts a page that several processes share for each of them; PSS counts it once, divided among them.
    Where the system has no PSS, RSS is answered for both.
    """
    rss = pss = 0
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0, 0.0
    for process in family:
        try:
            full = process.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        rss += full.rss
        pss += getattr(full, "pss", full.rss)
    return rss / 2**20, pss / 2**20
