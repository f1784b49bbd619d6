"""What a patch is: a named, reversible change of one module of an exact version.

A patch is written against the source of one release. When another release is installed, or the thing it
replaces is no longer there, it says so in one sentence and leaves everything as it is: slower, never
wrong.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from types import ModuleType
from typing import Any

LOG = logging.getLogger(__name__)

LOCALSTACK = {"localstack-core": "4.14.0"}
_MISSING = object()


class TargetChanged(Exception):
    """What the patch would replace is not what it was written for."""


@dataclass
class Patch:
    """A change of ``module``, made by ``change(patch, module)`` when the module is imported.

    :param name: what the log calls it
    :param module: full name of the module whose import triggers the change
    :param change: makes the change, only through ``replace``, ``add`` and ``on_revert``
    :param written_for: distribution name → the version whose source the change was written against
    :param before: runs right before the module is imported; only for a patch that must shape the import
        itself
    """

    name: str
    module: str
    change: Callable[["Patch", ModuleType], None]
    written_for: Mapping[str, str] = field(default_factory=lambda: LOCALSTACK)
    before: Callable[[], None] | None = None
    _undo: list[Callable[[], None]] = field(default_factory=list)

    def apply(self, module: ModuleType) -> bool:
        """Make the change; ``False``, with one sentence in the log, when the target is not as expected."""
        try:
            self._check_versions()
            self.change(self, module)
        except TargetChanged as e:
            self.revert()
            LOG.warning("Tuning '%s' is not applied: %s.", self.name, e)
            return False
        LOG.debug("Tuning '%s' is applied.", self.name)
        return True

    def fits(self) -> bool:
        """Whether the versions that are installed are those that the patch was written for."""
        try:
            self._check_versions()
        except TargetChanged:
            return False
        return True

    def replace(self, owner: Any, name: str, new: Callable[[Any], Any]) -> Any:
        """Set ``owner.name`` to ``new(original)`` and return the original, which must be there."""
        original = owner.__dict__.get(name, _MISSING)
        if original is _MISSING:
            raise TargetChanged(f"{getattr(owner, '__name__', owner)!s} has no '{name}'")
        setattr(owner, name, new(original))
        self._undo.append(lambda: setattr(owner, name, original))
        return original

    def add(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute on ``owner`` that must not be there yet (an inherited one is overridden)."""
        if name in owner.__dict__:
            raise TargetChanged(f"{getattr(owner, '__name__', owner)!s} already has '{name}'")
        setattr(owner, name, value)
        self._undo.append(lambda: delattr(owner, name))

    def on_revert(self, undo: Callable[[], None]) -> None:
        """Have ``undo`` called when the patch is reverted."""
        self._undo.append(undo)

    def revert(self) -> None:
        """Put everything back as it was."""
        while self._undo:
            self._undo.pop()()

    def _check_versions(self) -> None:
        for distribution, version in self.written_for.items():
            try:
                found = metadata.version(distribution)
            except metadata.PackageNotFoundError:
                found = "none"
            if found != version:
                raise TargetChanged(f"it is for {distribution} {version} and {found} is installed")
