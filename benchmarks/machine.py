"""What the figures were measured on: without it they say nothing."""

import os
import platform
from typing import Any

import psutil


def describe() -> dict[str, Any]:
    """Cores, memory, load and versions, as JSON values."""
    return {
        "cores": psutil.cpu_count(),
        "memory_mib": psutil.virtual_memory().total >> 20,
        "load": [round(value, 2) for value in os.getloadavg()],
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
    }


def sentence(machine: dict[str, Any]) -> str:
    """One line for below the table."""
    busy = machine["load"][0] > machine["cores"] / 2
    note = "; the machine was busy, so trust the ratios only" if busy else ""
    return (
        f"{machine['cores']} cores, {machine['memory_mib'] / 1024:.0f} GiB, {machine['system']},"
        f" Python {machine['python']}, load {machine['load'][0]:.1f} at the start{note}."
    )
