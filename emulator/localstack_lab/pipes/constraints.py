"""Whether a request fits the API's model: required members, ranges, lengths, patterns, enumerations.

The limits are read from botocore's model, the sentences are those of AWS's REST services.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from localstack_lab.pipes.refusals import shape_error


@functools.cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("pipes", "service-2"), "pipes")


def check(operation: str, request: dict[str, Any]) -> None:
    """:raises ValidationException: naming everything that does not fit"""
    problems: list[str] = []
    shape = _model().operation_model(operation).input_shape
    if shape is not None:
        _check(shape, request, problems)
    if problems:
        raise shape_error(problems)


def _check(shape: Shape, value: Any, problems: list[str]) -> None:
    if shape.type_name == "structure":
        missing = [name for name in shape.required_members if value.get(name) is None]
        if missing:
            names = json.dumps(sorted(missing), separators=(",", ":"))
            problems.append(f"object has missing required properties ({names})")
        for name, member in shape.members.items():
            if value.get(name) is not None:
                _check(member, value[name], problems)
    elif shape.type_name == "list":
        _length(shape, len(value), "array", "elements", problems)
        for item in value:
            _check(shape.member, item, problems)
    elif shape.type_name == "map":
        for key, item in value.items():
            _check(shape.key, key, problems)
            _check(shape.value, item, problems)
    elif shape.type_name == "string":
        _string(shape, value, problems)
    elif shape.type_name in ("integer", "long"):
        _number(shape, value, problems)


def _string(shape: Shape, value: str, problems: list[str]) -> None:
    limits, length = shape.metadata, len(value)
    if length > limits.get("max", length):
        problems.append(f'string "{value}" is too long (length: {length}, maximum allowed: {limits["max"]})')
    if length < limits.get("min", 0):
        problems.append(
            f'string "{value}" is too short (length: {length}, required minimum: {limits["min"]})'
        )
    pattern = limits.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        problems.append(f'ECMA 262 regex "^{pattern}$" does not match input string "{value}"')
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        values = json.dumps(list(allowed), separators=(",", ":"))
        problems.append(f'instance value ("{value}") not found in enum (possible values: {values})')


def _number(shape: Shape, value: int, problems: list[str]) -> None:
    limits = shape.metadata
    if value < limits.get("min", value):
        problems.append(
            f"numeric instance is lower than the required minimum (minimum: {limits['min']}, found: {value})"
        )
    if value > limits.get("max", value):
        problems.append(
            "numeric instance is greater than the required maximum "
            f"(maximum: {limits['max']}, found: {value})"
        )


def _length(shape: Shape, length: int, what: str, of: str, problems: list[str]) -> None:
    most = shape.metadata.get("max", length)
    if length > most:
        problems.append(f"{what} is too long: must have at most {most} {of} but instance has {length} {of}")
