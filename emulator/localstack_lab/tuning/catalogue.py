"""Every patch, in the order in which they are installed. Each module says what it changes and why that is safe."""

from localstack_lab.tuning import jsonpath
from localstack_lab.tuning.patch import Patch

PATCHES: list[Patch] = [
    *jsonpath.PATCHES,
]
