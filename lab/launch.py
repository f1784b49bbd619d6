"""The first lines of a LocalStack process; `lab.processes` starts this file with ``python -I``:
``launch.py <module of LocalStack> <folder>``. It stands alone: what it imports, LocalStack imports.
"""

import os
import runpy
import sys

NOT_LOCALSTACKS = ("rfc3987_syntax",)
"""Packages that are here for the notebooks, and that LocalStack's own installation lacks. jsonschema, which
LocalStack does use, picks this one up when it sees it, and then spends 1.5 s at import on a grammar for a
text format that no AWS API has. To LocalStack it is not installed."""


def main() -> None:
    """Become a session of our own, so that the lab outlives the terminal, and stay in a folder that stays."""
    folder, module = sys.argv.pop(), sys.argv.pop()
    os.setsid()
    os.chdir(folder)
    for package in NOT_LOCALSTACKS:
        sys.modules[package] = None  # type: ignore[assignment]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
