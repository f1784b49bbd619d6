"""Patches applied for one test, and put back afterwards."""

import gc
import importlib
import warnings
from collections.abc import Callable, Iterator

import pytest
from localstack_lab.tuning.catalogue import PATCHES
from localstack_lab.tuning.patch import Patch

with warnings.catch_warnings():
    # LocalStack looks for a Docker daemon while it is imported, and leaves the socket to be collected.
    warnings.simplefilter("ignore", ResourceWarning)
    for _patch in PATCHES:
        importlib.import_module(_patch.module)
    gc.collect()


@pytest.fixture
def tuned() -> Iterator[Callable[..., None]]:
    """``tuned(*patches)`` imports what they change and applies them; all are reverted when the test ends."""
    applied: list[Patch] = []

    def apply(*patches: Patch) -> None:
        for patch in patches:
            module = importlib.import_module(patch.module)
            assert patch.apply(module), f"'{patch.name}' does not fit the LocalStack that is installed"
            applied.append(patch)

    yield apply
    for patch in reversed(applied):
        patch.revert()
