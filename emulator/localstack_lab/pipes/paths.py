"""The part of JSONPath that Pipes knows: names, array indices and wildcards.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any

MISSING: Any = object()
"""What a path answers when it leads nowhere; None is a value."""

_PATH = re.compile(r"\$(?:\.[\w/-]+(?:\[(?:\d+|\*)\])*)*")
_STEP = re.compile(r"\.([\w/-]+)|\[(\d+|\*)\]")


@dataclass(frozen=True)
class Path:
    """A parsed path: ``steps`` are names, indices, or None for a wildcard."""

    text: str
    steps: tuple[str | int | None, ...]

    def find(self, value: Any) -> Any:
        """The value there, a list of all of them behind a wildcard, or MISSING."""
        return _follow(value, self.steps)


@functools.lru_cache(maxsize=1024)
def parse(text: str) -> Path:
    """:raises ValueError: for what is not a path, or uses more of JSONPath than Pipes knows"""
    if not _PATH.fullmatch(text):
        raise ValueError(f"{text} is not a JSON path of dots, names, array indices and wildcards")
    steps = []
    for name, index in _STEP.findall(text):
        steps.append(name or (None if index == "*" else int(index)))
    return Path(text, tuple(steps))


def is_path(text: str) -> bool:
    """Whether a parameter is meant as a path: the entire value has to be one."""
    return _PATH.fullmatch(text) is not None


def _follow(value: Any, steps: tuple[str | int | None, ...]) -> Any:
    for number, step in enumerate(steps):
        if step is None:
            if not isinstance(value, list):
                return MISSING
            rest = steps[number + 1 :]
            found = [_follow(item, rest) for item in value]
            return [item for item in found if item is not MISSING]
        if isinstance(step, str):
            if not isinstance(value, dict) or step not in value:
                return MISSING
            value = value[step]
        else:
            if not isinstance(value, list) or step >= len(value):
                return MISSING
            value = value[step]
    return value
