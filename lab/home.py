"""Where a lab keeps its files: one folder of its own, and nothing anywhere else."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 4566


def checkout() -> Path | None:
    """The checkout that this code runs from, or None when it is installed as a package."""
    root = Path(__file__).resolve().parent.parent
    return root if (root / "pyproject.toml").is_file() and (root / "uv.lock").is_file() else None


def base_folder() -> Path:
    """The folder that holds the homes of all labs: ``.lab`` of the checkout, else in the user's cache."""
    if root := checkout():
        return root / ".lab"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "sales-data-lab"
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if os.path.isabs(cache) else Path.home() / ".cache") / "sales-data-lab"


@dataclass(frozen=True)
class Home:
    """The folder of one lab.

    After ``lab down`` only the logs are left in it; ``lab down --purge`` removes them, too. What is expensive
    to make and the same for every lab (the index of entry points, the self-signed certificate) is kept in
    ``cache`` beside the homes.
    """

    root: Path

    @classmethod
    def of(cls, port: int, folder: Path | str | None = None) -> "Home":
        """The home of the lab on `port`: `folder`, or else LAB_HOME, or else ``<base>/<port>``."""
        chosen = folder or os.environ.get("LAB_HOME") or base_folder() / str(port)
        return cls(Path(chosen).expanduser().resolve())

    @property
    def state(self) -> Path:
        return self.root / "lab.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def log(self) -> Path:
        return self.root / "lab.log"

    @property
    def previous_log(self) -> Path:
        return self.root / "previous.log"

    @property
    def run(self) -> Path:
        """Everything that LocalStack writes. It lives from start to stop."""
        return self.root / "run"

    @property
    def tmp(self) -> Path:
        return self.run / "tmp"

    @property
    def cache(self) -> Path:
        return base_folder() / "cache"

    def clear_run(self) -> None:
        """Remove what LocalStack wrote. A file that vanishes meanwhile is no fault."""
        if self.run.exists():
            shutil.rmtree(self.run, onexc=_unless_gone)

    def purge(self) -> None:
        """Remove the logs, too, and the folder itself if nothing foreign is in it."""
        self.clear_run()
        for path in (self.log, self.previous_log, self.state):
            path.unlink(missing_ok=True)
        self.remove_if_empty()

    def remove_if_empty(self) -> None:
        """Remove the folder unless something is in it."""
        if self.root.is_dir() and not any(self.root.iterdir()):
            self.root.rmdir()


def _unless_gone(_function: object, _path: str, error: BaseException) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
