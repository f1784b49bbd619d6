"""Reading a log that may be growing."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

BLOCK = 16_384
POLL = 0.2


def last_lines(path: Path, count: int) -> list[str]:
    """The last `count` lines of a text file, without line ends; none if there is no such file."""
    if count <= 0:
        return []
    try:
        with path.open("rb") as file:
            position, data = file.seek(0, os.SEEK_END), b""
            while position and data.count(b"\n") <= count:
                step = min(BLOCK, position)
                position = file.seek(position - step)
                data = file.read(step) + data
    except FileNotFoundError:
        return []
    return data.decode("utf-8", "replace").splitlines()[-count:]


def new_lines(path: Path, while_true: Callable[[], bool]) -> Iterator[str]:
    """Each line that is written to `path` from now on, as long as `while_true` holds."""
    try:
        file = path.open("r", encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    with file:
        file.seek(0, os.SEEK_END)
        part = ""
        while True:
            going = while_true()  # asked before reading, so that the last lines are read after the end
            while line := file.readline():
                part += line
                if part.endswith("\n"):
                    yield part[:-1]
                    part = ""
            if not going:
                return
            time.sleep(POLL)
