"""The constraints of the API model, checked as the front end of AWS's JSON services checks them: required
members, lengths, ranges, patterns and enumerations.

The sentences are those that the services' common front end answers with; Athena calls the error
InvalidRequestException and tells no values, the others call it ValidationException.
"""

import re
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from localstack.aws.api import CommonServiceException

_MOST = 10
_CODES = {"athena": "InvalidRequestException"}
_MOSTS = {"MaxQueryResults": 100_000}
"""The front end lets more pass than the model says; Athena itself refuses what is above 1000, after it has
looked the query up: measured on Athena, 2026-09-23 (athena-local's measurements)."""
_VALUE = re.compile(r"\AValue '.*?' at '", re.DOTALL)


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def check(service: str, operation: str, request: dict[str, Any]) -> None:
    """Check a request against the model of the installed botocore.

    :raises CommonServiceException: with up to ten violations
    """
    found: list[str] = []
    shape = _model(service).operation_model(operation).input_shape
    if shape is not None:
        _structure(shape, request, "", found)
    if found:
        plural = "s" if len(found) > 1 else ""
        if service == "athena":  # it does not tell the values
            found = [_VALUE.sub("Value at '", sentence) for sentence in found]
        message = f"{len(found)} validation error{plural} detected: {'; '.join(found[:_MOST])}"
        code = _CODES.get(service, "ValidationException")
        error = CommonServiceException(code, message, status_code=400, sender_fault=True)
        if service == "athena":
            error.AthenaErrorCode = "INVALID_INPUT"  # type: ignore[attr-defined]  # a member of its shape
        raise error


def _structure(shape: Any, value: dict[str, Any], path: str, found: list[str]) -> None:
    for name, member in shape.members.items():
        where = f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
        given = value.get(name)
        if given is not None:
            _value(member, given, where, found)
        elif name in shape.required_members:
            found.append(f"Value null at '{where}' failed to satisfy constraint: Member must not be null")


def _value(shape: Any, value: Any, path: str, found: list[str]) -> None:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        _structure(shape, value, path, found)
    elif kind == "list" and isinstance(value, list):
        _limits(shape, value, len(value), "length", path, found)
        for number, item in enumerate(value, 1):
            _value(shape.member, item, f"{path}.{number}.member", found)
    elif kind == "map" and isinstance(value, dict):
        _limits(shape, value, len(value), "length", path, found)
        for key, item in value.items():
            _value(shape.key, key, f"{path}.key", found)
            _value(shape.value, item, f"{path}.{key}.value", found)
    elif kind in ("string", "blob") and isinstance(value, str | bytes):
        _limits(shape, value, len(value), "length", path, found)
        if isinstance(value, str):
            _text(shape, value, path, found)
    elif kind in ("integer", "long", "double", "float") and isinstance(value, int | float):
        _limits(shape, value, value, "value", path, found)


def _limits(shape: Shape, value: Any, size: float, word: str, path: str, found: list[str]) -> None:
    least, most = shape.metadata.get("min"), _MOSTS.get(shape.name, shape.metadata.get("max"))
    if least is not None and size < least:
        found.append(_report(value, path, f"Member must have {word} greater than or equal to {least}"))
    if most is not None and size > most:
        found.append(_report(value, path, f"Member must have {word} less than or equal to {most}"))


def _text(shape: Shape, value: str, path: str, found: list[str]) -> None:
    enum, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if enum and value not in enum:
        found.append(_report(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]"))
    compiled = _compiled(pattern) if pattern else None
    if compiled and not compiled.fullmatch(value):
        found.append(_report(value, path, f"Member must satisfy regular expression pattern: {pattern}"))


def _report(value: Any, path: str, constraint: str) -> str:
    shown = "" if isinstance(value, bytes | list | dict) else f" '{value}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: {constraint}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    r"""The pattern as Python's `re` takes it; None for one of Java's that it cannot take.

    Glue's patterns name characters as UTF-16 surrogate pairs, which Python's text does not have.
    """
    if r"\uD800\uDC00-\uDBFF\uDFFF" in pattern:
        pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    if r"\p{" in pattern:
        return None  # Java's classes of characters: better unchecked than refused wrongly
    try:
        return re.compile(pattern)
    except re.error:
        return None
