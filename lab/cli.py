"""Where the `lab` command begins: nothing is imported here that may be missing, or too new for a Python."""

import io
import sys

from lab.errors import EnvironmentUnfit, ExitCode
from lab.fitness import SETUP, require_python


def main() -> None:
    """Entry point of the `lab` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # in an ASCII locale a tick mark is shown escaped
            stream.reconfigure(errors="backslashreplace")
    try:
        require_python()
        app = _load()
    except EnvironmentUnfit as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(ExitCode.ENVIRONMENT)
    app(prog_name="lab")


def _load():  # type: ignore[no-untyped-def]  # what it gives is a typer.Typer, which may be missing
    try:
        from lab.app import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("lab", "bootstrap", "generator"):
            raise  # a fault of ours, not of the installation
        raise EnvironmentUnfit(f"The package {error.name} is not installed.", SETUP) from error
    return app
