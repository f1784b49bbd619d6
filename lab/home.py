"""Where a lab keeps its files: one folder of its own, and nothing anywhere else."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from lab.errors import UsageError

DEFAULT_PORT = 4566
LONGEST_PATH = 210
MARKER = ".sales-data-lab"
"""A file in the run folder that says whose it is: what has none is never deleted."""


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
        return self.root / "lab.lock"

    @property
    def log(self) -> Path:
        return self.root / "lab.log"

    @property
    def previous_log(self) -> Path:
        return self.root / "lab.previous.log"

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

    def make_run(self) -> None:
        """Make the run folder, marked as the lab's before anything else is in it."""
        self.run.mkdir(parents=True, mode=0o700)
        (self.run / MARKER).touch()
        for folder in (self.run / "root", self.run / "home", self.tmp):
            folder.mkdir(mode=0o700)

    def require_short(self) -> None:
        """SQLite opens no path of more than 512 bytes, and LocalStack's hold that of the home twice.

        :raises UsageError: the home's own path is too long for that
        """
        length = len(os.fsencode(self.root))
        if length > LONGEST_PATH:
            raise UsageError(
                f"The path of the lab's folder has {length} bytes; at most {LONGEST_PATH} are possible.",
                "Give the lab a folder with a shorter path with --home.",
            )

    def require_own(self) -> None:
        """Somebody's folder named ``run`` is not the lab's to delete, whatever --home says.

        :raises UsageError: there is one, and no lab made it
        """
        if self.run.is_symlink() or (
            self.run.exists() and any(self.run.iterdir()) and not (self.run / MARKER).is_file()
        ):
            raise UsageError(
                f"{self.run} is not a lab's, and is left alone.",
                "Give the lab a folder of its own with --home.",
            )

    def clear_run(self) -> None:
        """Remove what LocalStack wrote. A file that vanishes meanwhile is no fault.

        :raises UsageError: the folder is not the lab's
        """
        self.require_own()
        if not self.run.exists():
            return
        for path in self.run.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, onexc=_unless_gone)
            elif path.name != MARKER:
                path.unlink(missing_ok=True)
        shutil.rmtree(self.run, onexc=_unless_gone)  # the mark goes last: an interrupted clearing goes on

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
