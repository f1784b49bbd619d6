"""Input templates: text or JSON with ``<$.path>`` and ``<aws.pipes.…>`` in it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html

How a value is written depends on where its placeholder stands. In a JSON template, outside quotes, it is a
JSON value of its own, and "" when its path leads nowhere. Between quotes it is text: strings as they are
(escaped), objects and arrays as JSON without its quotes, nothing when the path leads nowhere. In free text
the same goes without escapes: ``<$.body>`` alone gives a JSON body without its quotes, as AWS warns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from localstack_lab.pipes import paths
from localstack_lab.pipes.events import Event, to_json
from localstack_lab.pipes.paths import MISSING, Path

CONSTANTS = ("pipe-arn", "pipe-name", "source-arn", "enrichment-arn", "target-arn")
_VARIABLES = {
    *(f"aws.pipes.{name}" for name in CONSTANTS),
    *("aws.pipes.event.ingestion-time", "aws.pipes.event", "aws.pipes.event.json"),
}
_PLACEHOLDER = re.compile(r"<(\$[^<>]*|aws\.pipes\.[^<>]*)>")


class Place(Enum):
    """Where a placeholder stands."""

    JSON = "a value of a JSON template"
    QUOTED = "between quotes"
    TEXT = "in free text"


@dataclass(frozen=True)
class Placeholder:
    """A placeholder: a path, or the name of a variable."""

    what: Path | str
    place: Place


@dataclass(frozen=True)
class Template:
    """A parsed template: literal text and placeholders by turns."""

    parts: tuple[str | Placeholder, ...]

    @property
    def reads_inner(self) -> bool:
        """Whether rendering looks at the event at all."""
        return any(isinstance(part, Placeholder) for part in self.parts)

    def render(self, event: Event, constants: Mapping[str, str], now: datetime | None = None) -> str:
        """The text for one event.

        :param constants: values of the variables that are the same for all events, by full name
        :param now: when the transformer received the event
        """
        return "".join(
            part if isinstance(part, str) else _written(_value(part, event, constants, now), part.place)
            for part in self.parts
        )


def parse(text: str) -> Template:
    """:raises ValueError: for a path or a variable that Pipes does not know"""
    is_json = text.lstrip()[:1] in ("{", "[")
    parts: list[str | Placeholder] = []
    last, quoted = 0, False
    for match in _PLACEHOLDER.finditer(text):
        literal = text[last : match.start()]
        last = match.end()
        quoted ^= _flips(literal)
        place = Place.QUOTED if quoted else Place.JSON if is_json else Place.TEXT
        if literal:
            parts.append(literal)
        parts.append(Placeholder(_what(match[1]), place))
    if last < len(text):
        parts.append(text[last:])
    return Template(tuple(parts))


def _flips(literal: str) -> bool:
    """Whether a piece of JSON opens a string that it does not close, or the other way round."""
    quotes: list[str] = [token for token in re.findall(r'\\.|"', literal) if token == '"']
    return len(quotes) % 2 == 1


def _what(name: str) -> Path | str:
    if name.startswith("$"):
        return paths.parse(name)
    if name not in _VARIABLES:
        raise ValueError(f"<{name}> is none of the reserved variables {', '.join(sorted(_VARIABLES))}")
    return name


def _value(part: Placeholder, event: Event, constants: Mapping[str, str], now: datetime | None) -> Any:
    what = part.what
    if isinstance(what, Path):
        return what.find(event.parsed)
    if what == "aws.pipes.event":
        return event.content if isinstance(event.content, str) else to_json(event.content)
    if what == "aws.pipes.event.json":
        return event.parsed if event.is_json else MISSING
    if what == "aws.pipes.event.ingestion-time":
        moment = now or datetime.now(UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return constants.get(what, MISSING)


def _written(value: Any, place: Place) -> str:
    if place is Place.JSON:
        return '""' if value is MISSING else to_json(value)
    if value is MISSING or value is None:
        return ""
    if isinstance(value, str):
        return to_json(value)[1:-1] if place is Place.QUOTED else value
    text = to_json(value)
    if place is Place.QUOTED:
        return text.replace('\\"', "").replace('"', "")
    return text.replace('"', "") if isinstance(value, dict | list) else text


def value_of(text: str) -> Any:
    """A rendered template as a value: JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
