"""The constraints of the API model, checked as AWS's front end checks them: required members, lengths,
ranges, patterns and enumerations. https://docs.aws.amazon.com/firehose/latest/APIReference/CommonErrors.html
"""

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from localstack.aws.api import CommonServiceException

_MOST = 10
_TAG_TEXT = re.compile(r"[\w\s_.:/=+\-@%]*")


@cache
def service_model() -> ServiceModel:
    """The API of Firehose in the version of botocore that is installed."""
    return ServiceModel(Loader().load_service_model("firehose", "service-2"), "firehose")


def check(operation: str, request: dict[str, Any]) -> None:
    """Check a request against the model.

    :raises CommonServiceException: ValidationException with up to ten violations
    """
    found: list[str] = []
    shape = service_model().operation_model(operation).input_shape
    if shape is not None:
        _structure(shape, request, "", found)
    if found:
        raise violation(found)


def violation(found: list[str]) -> CommonServiceException:
    """The refusal of a request with these faults."""
    plural = "s" if len(found) > 1 else ""
    message = f"{len(found)} validation error{plural} detected: {'; '.join(found[:_MOST])}"
    return CommonServiceException("ValidationException", message, status_code=400, sender_fault=True)


def report(value: Any, path: str, constraint: str) -> str:
    """One violation in AWS's words; data is not repeated."""
    shown = "" if isinstance(value, bytes | list | dict) else f" '{value}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: {constraint}"


def _structure(shape: Any, value: dict[str, Any], path: str, found: list[str]) -> None:
    for name, member in shape.members.items():
        where = f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
        given = value.get(name)
        if given is not None:
            _value(member, given, where, found)
        elif name in shape.required_members:
            found.append(f"Value null at '{where}' failed to satisfy constraint: Member must not be null")


def _value(shape: Shape, value: Any, path: str, found: list[str]) -> None:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        _structure(shape, value, path, found)
    elif kind == "list" and isinstance(value, list):
        _limits(shape, value, len(value), "length", path, found)
        for number, item in enumerate(value, 1):
            _value(shape.member, item, f"{path}.{number}.member", found)  # type: ignore[attr-defined]
    elif kind in ("string", "blob") and isinstance(value, str | bytes):
        _limits(shape, value, len(value), "length", path, found)
        if isinstance(value, str):
            _text(shape, value, path, found)
    elif kind in ("integer", "long") and isinstance(value, int):
        _limits(shape, value, value, "value", path, found)


def _limits(shape: Shape, value: Any, size: int, word: str, path: str, found: list[str]) -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        found.append(report(value, path, f"Member must have {word} greater than or equal to {least}"))
    if most is not None and size > most:
        found.append(report(value, path, f"Member must have {word} less than or equal to {most}"))


def _text(shape: Shape, value: str, path: str, found: list[str]) -> None:
    enum, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if enum and value not in enum:
        found.append(report(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]"))
    if pattern and not _matches(pattern, value):
        found.append(report(value, path, f"Member must satisfy regular expression pattern: {pattern}"))


def _matches(pattern: str, value: str) -> bool:
    if r"\p{" in pattern:  # tags: Java's classes of characters, which Python's patterns lack
        return bool(_TAG_TEXT.fullmatch(value)) and not ("aws:" in pattern and value.startswith("aws:"))
    return bool(_compiled(pattern).fullmatch(value))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
