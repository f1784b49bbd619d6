"""The types that partition keys can have in expressions, and how values are read by them.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from localstack_lab.api.service import refusal
from localstack_lab.glue.refusals import invalid

NULL = None
HIVE_DEFAULT = "__HIVE_DEFAULT_PARTITION__"
"""What Hive writes for a null."""

_INTEGERS = ("bigint", "long", "int", "integer", "smallint", "tinyint")
_TEXTS = ("string", "char", "varchar")
_INTEGER = re.compile(r"[+-]?\d+")
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")


class PartitionType(NamedTuple):
    """A type: its name, and what reads a text as a value of it or raises ValueError."""

    name: str
    read: Callable[[str], Any]

    def literal(self, text: str) -> Any:
        """A literal of an expression as a value of this type.

        :raises ServiceException: InvalidInputException
        """
        try:
            return self.read(text)
        except ValueError as error:
            raise invalid(str(error)) from error

    def stored(self, text: str) -> Any:
        """A partition's value, or NULL.

        :raises ServiceException: InvalidStateException where the catalog holds a value of another type
        """
        if text == HIVE_DEFAULT:
            return NULL
        try:
            return self.read(text)
        except ValueError as error:
            raise refusal("InvalidStateException", str(error)) from error

    def check_like(self) -> None:
        """Whether the type's values can be compared by LIKE.

        :raises ServiceException: InvalidInputException for a type that is no text
        """
        if self.name not in _TEXTS:
            word = "Integral" if self.name in _INTEGERS else self.name.capitalize()
            raise invalid(f"{word} data type doesn't support operation 'LIKE'")


def type_of(text: str) -> PartitionType:
    """The type of a key, such as ``int`` or ``decimal(10,2)``.

    :raises ServiceException: InvalidInputException for one that expressions cannot compare
    """
    name = text.strip().lower().partition("(")[0].strip()
    reader = _READERS.get(name)
    if reader is None:
        raise invalid(f"Unknown type : '{text}'")
    return PartitionType(name, reader)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f'"{text}" is not an integer.')
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text} is not a decimal.") from error
    if not found.is_finite():
        raise ValueError(f"{text} is not a decimal.")
    return found


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise ValueError(f"{text} is not a date.") from error


def _timestamp(text: str) -> tuple[datetime, int]:
    """To the second, and nanoseconds."""
    wrong = f"Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] {text} is not a timestamp."
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(wrong)
    try:
        second = datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S")
    except ValueError as error:
        raise ValueError(wrong) from error
    return second, int((match[2] or "0").ljust(9, "0"))


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(_INTEGERS, _integer),
    **dict.fromkeys(_TEXTS, str),
    "decimal": _decimal,
    "date": _date,
    "timestamp": _timestamp,
}
