"""Recorded events of every source, as a pipe receives them."""

import json
from pathlib import Path
from typing import Any

from localstack_lab.pipes.events import INNER_FIELD, Event

FOLDER = Path(__file__).parent / "events"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def content(name: str) -> dict[str, Any]:
    """The event as it was recorded."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def event(name: str) -> Event:
    """The event as the pipe holds it; the name begins with its source."""
    recorded = content(name)
    kind = name.partition("_")[0]
    return Event(recorded, recorded.get("eventID", recorded.get("messageId")), INNER_FIELD[kind])
