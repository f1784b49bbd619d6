"""What every start would make again although it is always the same: the index of LocalStack's entry points,
and a key and certificate for HTTPS on localhost.

Each lab works on a copy of its own, so labs that start at the same moment cannot read each other's
half-written files. What a lab had to make is put by for the next one.
"""

import os
import shutil
from pathlib import Path

from lab.home import Home

CERTIFICATE = "server.pem"
INDEX = "*.entry_points.txt"
KEEP = 4
"""Indexes to keep: the name is a hash over all installed packages, so each installation adds one."""


def _index_folder(home: Home) -> Path:
    return home.run / "home" / ".cache" / "plux"


def seed(home: Home) -> None:
    """Copy what there is into the lab's own folder."""
    _copy(home.cache, CERTIFICATE, home.run / "home")
    _copy(home.cache / "plux", INDEX, _index_folder(home))


def harvest(home: Home) -> None:
    """Put by what the lab made."""
    _copy(home.run / "home", CERTIFICATE, home.cache)
    _copy(_index_folder(home), INDEX, home.cache / "plux")
    indexes = sorted((home.cache / "plux").glob(INDEX), key=lambda path: path.stat().st_mtime)
    for old in indexes[:-KEEP]:
        old.unlink(missing_ok=True)


def _copy(source: Path, pattern: str, target: Path) -> None:
    for path in source.glob(pattern):
        final = target / path.name
        if final.exists():
            continue
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = final.with_name(f"{final.name}.{os.getpid()}")
        shutil.copyfile(path, draft)
        draft.chmod(0o600)
        os.replace(draft, final)
