"""The lab that a notebook works in: one that runs already, or one of the notebook's own."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bootstrap.settings import Settings
from lab.embedded import EmbeddedRuntime
from lab.health import free_port
from lab.home import DEFAULT_PORT, Home
from lab.runtime import Phase
from lab.runtimes import runtime
from lab.wired import wired


class NotebookLab:
    """A lab in which the pipeline `slug` is not set up yet, so that tearing it down at the end takes nothing
    away from anybody.

    The lab on port 4566 is used when it is one of ours, healthy, and free of this pipeline. Otherwise the
    notebook gets a lab of its own on a free port, in a temporary folder; `close` ends that one and leaves
    nothing behind. So does the end of the kernel, for a notebook that does not come as far.

    :param lab_settings: what the lab is to be started with, such as ``{"LAB_TIME_SCALE": "0.05"}``; one that
        runs with other settings is not used
    """

    def __init__(self, slug: str, lab_settings: Mapping[str, str] | None = None) -> None:
        wanted = dict(lab_settings or {})
        self._own: EmbeddedRuntime | None = None
        self._folder: Path | None = None
        port = self._usual(slug, wanted)
        if port is None:
            atexit.register(self.close)
            self._folder = Path(tempfile.mkdtemp(prefix="sales-data-lab-notebook-"))
            self._own = EmbeddedRuntime(free_port(), self._folder / "home")
            port = self._own.start(settings=wanted).status.port
        self.settings = Settings.for_port(port)

    @staticmethod
    def _usual(slug: str, wanted: dict[str, str]) -> int | None:
        if not Home.of(DEFAULT_PORT).state.exists():
            return None
        status = runtime(DEFAULT_PORT, None).status()
        if status.phase is not Phase.RUNNING or slug in wired(Settings(), status.services):
            return None
        return DEFAULT_PORT if wanted.items() <= status.settings.items() else None

    @property
    def started_here(self) -> bool:
        """Whether the notebook started this lab, and so stops it."""
        return self._own is not None

    def __str__(self) -> str:
        whose = "started by this notebook" if self.started_here else "it ran already"
        return f"{self.settings.endpoint_url} ({whose})"

    def close(self) -> None:
        """Stop the lab if the notebook started it; a lab that ran before goes on running."""
        atexit.unregister(self.close)
        if self._own is not None:
            self._own.stop(purge=True)
            self._own = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=False)
            self._folder = None
