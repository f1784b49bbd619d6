"""What every start would make again although it is always the same:

- the index of all operations of all AWS services, without which LocalStack's first answer takes 3 s and
  350 MB more than it should,
- the index of LocalStack's entry points,
- a key and certificate for HTTPS on localhost.

Each lab works on a copy of its own, so labs that start at the same moment cannot read each other's
half-written files. What a lab had to make is put by for the next one.
"""

import os
import shutil
import subprocess
from pathlib import Path

from lab.errors import StartFailed
from lab.home import Home
from lab.processes import launcher
from lab.runtime import Report

CATALOG_BUILDER = "localstack.aws.spec"
CATALOG_SECONDS = 120
KEEP = 4
"""Files of a kind to keep: their names hold versions, or a hash over all installed packages."""


def _places(home: Home) -> dict[str, Path]:
    """File pattern → folder of the lab where LocalStack looks for it."""
    return {
        "*.dill": home.run / "root" / "usr" / "lib" / "localstack",
        "*.entry_points.txt": home.run / "home" / ".cache" / "plux",
        "server.pem": home.run / "home",
    }


def seed(home: Home, variables: dict[str, str], report: Report) -> None:
    """Copy what there is into the lab's own folder, and build the index of operations if there is none.

    :param variables: the environment that LocalStack is started with
    :raises StartFailed: when LocalStack cannot build its index
    """
    for pattern, folder in _places(home).items():
        _copy(home.cache, pattern, folder)
    catalogs = _places(home)["*.dill"]
    if not any(catalogs.glob("*.dill")):
        report("LocalStack to index the operations of all AWS services (only once)")
        catalogs.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            launcher(home, CATALOG_BUILDER),
            env=variables,
            capture_output=True,
            text=True,
            timeout=CATALOG_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise StartFailed(
                "LocalStack cannot build its index of operations.",
                "Its installation is damaged: `uv sync --locked --reinstall` puts it right.",
                done.stderr.strip()[-2000:],
            )
        _copy(catalogs, "*.dill", home.cache)


def harvest(home: Home) -> None:
    """Put by what the lab made, and forget what belongs to earlier installations."""
    for pattern, folder in _places(home).items():
        _copy(folder, pattern, home.cache)
        kept = sorted(home.cache.glob(pattern), key=lambda path: path.stat().st_mtime)
        for old in kept[:-KEEP]:
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
