"""Whether this Python, with what is installed in it, can run LocalStack at all."""

import sys
from importlib import metadata

from lab.errors import EnvironmentUnfit

PYTHON = (3, 13)
LOCALSTACK = "4.14.0"
SETUP = "In a checkout, `make up` installs what is missing; without make, `uv run --locked lab up` does."
ENTRY_POINTS = {"lab", "s3:lab", "dynamodb:lab", "dynamodbstreams:lab", "kinesis:lab", "process"}
"""What the lab's settings for LocalStack name."""


def installed(distribution: str) -> str | None:
    """The version of an installed distribution; None when it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def running_python() -> tuple[int, int]:
    """The version of the interpreter that runs this, and that LocalStack would run in."""
    return sys.version_info[:2]


def require_python() -> None:
    """:raises EnvironmentUnfit: LocalStack cannot run in this Python, or on this system"""
    found = running_python()
    if found != PYTHON:
        raise EnvironmentUnfit(
            f"This is Python {found[0]}.{found[1]}, and LocalStack {LOCALSTACK} needs Python 3.13.", SETUP
        )
    if sys.platform == "win32":
        raise EnvironmentUnfit("LocalStack does not run as a Windows process.", "Use the lab inside WSL.")


def require_fit() -> None:
    """Check what must be right before a start is worth trying; `lab doctor` looks closer.

    :raises EnvironmentUnfit: with what is wrong and how to put it right
    """
    require_python()
    for distribution, use in (("localstack-core", "LocalStack"), ("localstack-lab", "the emulator")):
        version = installed(distribution)
        if version is None:
            raise EnvironmentUnfit(f"The package {distribution} ({use}) is not installed.", SETUP)
        if distribution == "localstack-core" and version != LOCALSTACK:
            raise EnvironmentUnfit(
                f"localstack-core {version} is installed, and the lab is made for {LOCALSTACK}.", SETUP
            )
    names = {entry.name for entry in metadata.distribution("localstack-lab").entry_points}
    if absent := ENTRY_POINTS - names:
        raise EnvironmentUnfit(
            f"The installed emulator is older than this lab: it lacks {', '.join(sorted(absent))}.", SETUP
        )
