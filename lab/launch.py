"""The first lines of the LocalStack process; `lab.processes` starts this file with ``python -I``.

It stands alone: what it imports, LocalStack imports.
"""

import os
import runpy
import sys

MODULE = "localstack.runtime.main"

NOT_LOCALSTACKS = ("rfc3987_syntax",)
"""Packages that are here for the notebooks, and that LocalStack's own installation lacks. Its dependencies pick
them up when they see them: jsonschema builds a grammar of 1.5 s at import for a format that no AWS API has,
dnspython loads an HTTP client for a way to ask that is never used. To LocalStack they are not installed."""


def main() -> None:
    """Become a session of our own, so that the lab outlives the terminal, and stay in a folder that stays."""
    os.setsid()
    os.chdir(sys.argv.pop())
    for package in NOT_LOCALSTACKS:
        sys.modules[package] = None  # type: ignore[assignment]
    runpy.run_module(MODULE, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
