"""Call a function with a module right after its first import (and, where asked for, right before).

Most of what is tuned belongs to services that LocalStack imports only when they are first called.
Importing them at start in order to patch them would cost the very seconds that the tuning is there to
save.
"""

import importlib.util
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

Callback = Callable[[ModuleType], object]


class _NotifyingLoader(Loader):
    """Loads as the real loader does, then hands the finished module to those who wait for it."""

    def __init__(self, real: Loader, finder: "PostImportFinder"):
        self._real = real
        self._finder = finder

    def __getattr__(self, name: str):
        return getattr(
            self._real, name
        )  # get_data, get_source, is_package … as importlib.resources wants them

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._real
        module.__loader__ = self._real
        self._finder.announce(module.__name__)
        self._real.exec_module(module)
        self._finder.notify(module)


class PostImportFinder(MetaPathFinder):
    """Finds only the modules somebody waits for, through the ordinary finders."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Callback]] = {}
        self._before: dict[str, list[Callable[[], None]]] = {}
        self._searching = threading.local()

    def when_imported(self, name: str, callback: Callback, before: Callable[[], None] | None = None) -> None:
        """Run ``callback(module)`` now if the module is there, otherwise right after its import.

        :param before: called right before that import, and not at all when the module is there
        """
        module = sys.modules.get(name)
        if module is not None:
            callback(module)
            return
        self._waiting.setdefault(name, []).append(callback)
        if before is not None:
            self._before.setdefault(name, []).append(before)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._waiting or getattr(self._searching, "name", None) == fullname:
            return None
        self._searching.name = fullname
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._searching.name = None
        if spec is None or spec.loader is None:
            return None
        spec.loader = _NotifyingLoader(spec.loader, self)
        return spec

    def announce(self, name: str) -> None:
        for before in self._before.pop(name, []):
            before()

    def notify(self, module: ModuleType) -> None:
        for callback in self._waiting.pop(module.__name__, []):
            callback(module)

    def forget_all(self) -> None:
        self._waiting.clear()
        self._before.clear()
