"""LocalStack's start hook that installs the tuning. ``LAB_TUNING=0`` leaves LocalStack as it comes."""

import logging
import os
import sys

from localstack.runtime import hooks

from localstack_lab.tuning.patch import Patch
from localstack_lab.tuning.post_import import PostImportFinder

LOG = logging.getLogger(__name__)

# Before every other start hook, so that what those import is already tuned.
FIRST = 1000


def patches() -> list[Patch]:
    """Every patch there is, in the order in which they are installed."""
    from localstack_lab.tuning import catalogue

    return catalogue.PATCHES


def install(finder: PostImportFinder) -> None:
    """Put every patch in place: at once where the module is already imported, else when it is."""
    sys.meta_path.insert(0, finder)
    for patch in patches():
        before = patch.before if patch.before and patch.fits() else None
        finder.when_imported(patch.module, patch.apply, before)


@hooks.on_infra_start(priority=FIRST)
def tune() -> None:
    """Install every patch, unless the setting ``LAB_TUNING=0`` asks for LocalStack as it comes."""
    if os.environ.get("LAB_TUNING", "1").strip().lower() in ("0", "false", "no", "off"):
        LOG.info("LAB_TUNING is off: LocalStack runs as it comes.")
        return
    install(PostImportFinder())
