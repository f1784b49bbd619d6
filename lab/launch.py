"""The first lines of a LocalStack process; `lab.processes` starts this file with ``python -I``:
``launch.py <module of LocalStack> <folder>``. It stands alone: what it imports, LocalStack imports.
"""

import atexit
import os
import runpy
import sys

NOT_LOCALSTACKS = ("rfc3987_syntax",)
"""Packages that are here for the notebooks, and that LocalStack's own installation lacks. jsonschema, which
LocalStack does use, picks this one up when it sees it, and then spends 1.5 s at import on a grammar for a
text format that no AWS API has. To LocalStack it is not installed."""

exit_code = 1


def main() -> None:
    """Become a session of our own, so that the lab outlives the terminal, and stay in a folder that stays."""
    global exit_code
    folder, module = sys.argv.pop(), sys.argv.pop()
    atexit.register(leave)  # registered first, so it runs after all the others
    os.setsid()
    os.chdir(folder)
    for package in NOT_LOCALSTACKS:
        sys.modules[package] = None  # type: ignore[assignment]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        exit_code = 0
    except SystemExit as end:
        exit_code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise


def leave() -> None:
    """End when threads are joined and every exit handler has run: taking millions of objects apart, as Python
    does next, costs 1.5 s and changes nothing.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)


if __name__ == "__main__":
    main()
