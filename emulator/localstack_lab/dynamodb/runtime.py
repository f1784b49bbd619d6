"""The engine that both providers share, and where its file lies.

LocalStack's ``dirs.data`` is a folder that stays with ``PERSISTENCE=1`` and a temporary one without it. Only
in the first case is what the file holds taken up again.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from localstack import config

from localstack_lab.dynamodb.engine.engine import Engine

FOLDER = "dynamodb"
_FILE = "lab.sqlite"


class EngineRuntime:
    """Opens the engine at the first use, and closes, empties and reopens it as LocalStack's life goes."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._engine: Engine | None = None
        self._opened: list[Callable[[Engine], None]] = []
        self._stopped = False
        self._fresh = True

    @property
    def folder(self) -> Path:
        """Folder that holds nothing but the engine's files."""
        return Path(config.dirs.data) / FOLDER

    def on_open(self, callback: Callable[[Engine], None]) -> None:
        """Have ``callback`` called with every engine that is opened from now on."""
        self._opened.append(callback)

    def engine(self) -> Engine:
        """The engine that is open, or a fresh one."""
        engine = self._engine
        return engine if engine is not None else self._open()

    def close(self) -> None:
        """Close the engine after the transaction that is running; the next use opens the file again."""
        with self._lock:
            engine, self._engine = self._engine, None
            if engine is not None:
                with engine.store.database.lock:
                    engine.close()

    def discard(self) -> None:
        """Close the engine and remove its files."""
        with self._lock:
            self.close()
            if self.folder.exists():
                shutil.rmtree(self.folder)

    def start(self) -> None:
        """Open the engine; undoes `stop`."""
        with self._lock:
            self._stopped = False
            self.engine()

    def stop(self) -> None:
        """Close the engine until `start`; files stay only where LocalStack keeps state.

        Without this, a poller that asks for records while LocalStack stops would open a new file.
        """
        with self._lock:
            self._stopped = True
            if config.PERSISTENCE:
                self.close()
            else:
                self.discard()

    def _open(self) -> Engine:
        with self._lock:
            if self._stopped:
                raise RuntimeError("The lab's DynamoDB is stopped: LocalStack is shutting down")
            if self._fresh and not config.PERSISTENCE:
                self.discard()  # what a killed process left behind
            self._fresh = False
            if self._engine is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                engine = Engine(self.folder / _FILE)
                for callback in self._opened:
                    callback(engine)
                self._engine = engine
            return self._engine


RUNTIME = EngineRuntime()
