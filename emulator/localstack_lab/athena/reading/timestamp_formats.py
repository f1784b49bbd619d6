"""The SerDe property ``timestamp.formats``: patterns of Joda-Time, or ``millis``, tried in order.

https://docs.aws.amazon.com/athena/latest/ug/hive-json-serde.html,
https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/HiveFormatUtils.java
"""

import re
from datetime import datetime, timedelta
from functools import cache

from localstack_lab.athena.reading.errors import lacking
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import date_parsing, date_patterns, zones

_ONE = re.compile(r"(?:[^\\,]|\\[\\,])+")
_MILLIS = re.compile(r"(-?\d{1,15})(?:\.\d+)?")
_EPOCH = datetime(1970, 1, 1)


def checked(formats: str) -> str:
    """The property.

    :raises QueryError: for a pattern that is none, or that has no year
    """
    for pattern in _patterns(formats):
        if pattern is None:
            continue
        fields = {part.name for part in pattern if not isinstance(part, str)}
        if not any("year" in name or name == "century" for name in fields):
            raise lacking(f"A pattern without a year in timestamp.formats ({formats})")
    return formats


@cache
def _patterns(formats: str) -> tuple[date_patterns.Pattern | None, ...]:
    """The patterns; None stands for ``millis``."""
    answer: list[date_patterns.Pattern | None] = []
    for text in _ONE.findall(formats):
        plain = re.sub(r"\\(.)", r"\1", text)
        try:
            answer.append(None if plain.lower() == "millis" else date_patterns.joda(plain))
        except QueryError as error:
            raise QueryError(
                "HIVE_INVALID_METADATA", f"Invalid 'timestamp.formats' property value '{formats}': {error}"
            ) from error
    return tuple(answer)


def parse(text: str | None, formats: str) -> datetime | None:
    """The moment, in UTC, by the first of the patterns that the whole text fits; None when none does."""
    if text is None:
        return None
    text = text.strip()
    for pattern in _patterns(formats):
        if pattern is None:
            found = _MILLIS.fullmatch(text)
            if found:
                return _EPOCH + timedelta(milliseconds=int(found[1]))
            continue
        try:
            moment, zone = date_parsing.parse(pattern, text)
        except QueryError:
            continue  # the next pattern, or the default one, may fit
        return moment if zone is None else zones.instant(moment, zone)
    return None
