"""Folders of this process below LocalStack's temporary one; those that a killed process left are removed."""

import os
import shutil

from localstack import config


def own_folder(kind: str) -> str:
    """The name of a folder for `kind` that is not there yet, with this process's id in it.

    Processes that share a temporary folder, such as parallel test runs, do not touch each other's.
    """
    base = os.path.join(str(config.dirs.tmp), "lake")
    os.makedirs(base, mode=0o700, exist_ok=True)
    for name in os.listdir(base):
        owner = name.partition("-")[2].partition(".")[0]
        if name.startswith(f"{kind}-") and owner.isdecimal() and not _lives(int(owner)):
            shutil.rmtree(os.path.join(base, name), ignore_errors=True)
    number = 0
    while os.path.exists(folder := os.path.join(base, f"{kind}-{os.getpid()}.{number}")):
        number += 1
    return folder


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
