"""Wire pipelines without the `lab` command, as the container does: ``python -m bootstrap SLUG|all``.

Prints one line for each resource. Exit code 0: every resource is as it should be; 1: one is not, and the
last line says which and why; 2: there is no such pipeline. LAB_ENDPOINT names another endpoint than port 4566
of this machine.
"""

import importlib
import os
import sys

from bootstrap.errors import BootstrapError
from bootstrap.settings import DEFAULT_ENDPOINT, Settings
from bootstrap.slugs import SLUGS


def main(arguments: list[str]) -> int:
    """Wire the pipelines that are named; answers the exit code."""
    slugs = list(SLUGS) if arguments == ["all"] else arguments
    if not slugs or not set(slugs) <= set(SLUGS):
        sys.stderr.write(f"usage: python -m bootstrap SLUG…|all; there are: {', '.join(SLUGS)}\n")
        return 2
    try:
        settings = Settings(endpoint_url=os.environ.get("LAB_ENDPOINT", DEFAULT_ENDPOINT))
        for slug in slugs:
            pipeline = importlib.import_module(f"bootstrap.{slug}")
            pipeline.bootstrap(settings, lambda change: print(change, flush=True))  # noqa: T201
    except BootstrapError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
