"""The constraints of the API model, checked as AWS's front end checks them, in AWS's words.

The service model that ships with botocore is the source: required members, lengths, ranges, patterns,
enumerations. Up to ten violations are reported at once. https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from localstack_lab.kinesis.errors import KinesisError, validation

_MOST = 10
Check = Callable[[Any, str, list[str]], None]


@cache
def service_model() -> ServiceModel:
    """The API of Kinesis in the version of botocore that is installed."""
    return ServiceModel(Loader().load_service_model("kinesis", "service-2"), "kinesis")


def check(operation: str, request: dict[str, Any]) -> None:
    """Check a request against the model.

    :raises KinesisError: ValidationException, or SerializationException for a value of the wrong type
    """
    found: list[str] = []
    _check_for(operation)(request, "", found)
    if found:
        plural = "s" if len(found) > 1 else ""
        raise validation(f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


@cache
def _check_for(operation: str) -> Check:
    shape = service_model().operation_model(operation).input_shape
    return _structure(shape)


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _report(found: list[str], value: str, path: str, constraint: str) -> None:
    if len(found) < _MOST:
        found.append(f"Value{value} at '{path}' failed to satisfy constraint: {constraint}")


def _shown(value: Any) -> str:
    """A value as AWS repeats it; data and structures are not repeated."""
    if isinstance(value, bytes | bytearray):
        return ""
    if isinstance(value, list):
        return f" '[{', '.join(value)}]'" if all(isinstance(item, str) for item in value) else ""
    if isinstance(value, dict):
        return f" '{{{', '.join(f'{key}={item}' for key, item in value.items())}}}'"
    return f" '{value}'"


def _of(shape: Shape) -> Check:
    makers: dict[str, Callable[[Any], Check]] = {
        "structure": _structure,
        "list": _list,
        "map": _map,
    }
    return makers.get(shape.type_name, _scalar)(shape)


def _structure(shape: Any) -> Check:
    members = [(name, _lower(name), _of(member)) for name, member in shape.members.items()]
    required = frozenset(shape.required_members)

    def check_structure(value: Any, path: str, found: list[str]) -> None:
        if not isinstance(value, dict):
            raise _wrong_type(value, "structure")
        for name, lowered, check_member in members:
            given = value.get(name)
            where = f"{path}.{lowered}" if path else lowered
            if given is not None:
                check_member(given, where, found)
            elif name in required:
                _report(found, " null", where, "Member must not be null")

    return check_structure


def _list(shape: Any) -> Check:
    member: Shape = shape.member
    own = _limits(shape, len, "length")
    nested = _of(member) if member.type_name == "structure" else None
    inner = _member_constraints(member)
    fits = _scalar(member) if nested is None else None

    def check_list(value: Any, path: str, found: list[str]) -> None:
        if not isinstance(value, list | tuple):
            raise _wrong_type(value, "list")
        own(value, path, found)
        if nested is not None:
            for number, item in enumerate(value, 1):
                nested(item, f"{path}.{number}.member", found)
        elif fits is not None and _violations(fits, value):
            _report(found, _shown(value), path, f"Member must satisfy constraint: [{inner}]")

    return check_list


def _map(shape: Any) -> Check:
    own = _limits(shape, len, "length")
    sides = [
        ("keys", _scalar(shape.key), _member_constraints(shape.key), dict.keys),
        ("value", _scalar(shape.value), _member_constraints(shape.value), dict.values),
    ]

    def check_map(value: Any, path: str, found: list[str]) -> None:
        if not isinstance(value, dict):
            raise _wrong_type(value, "map")
        own(value, path, found)
        for side, fits, inner, of in sides:
            if _violations(fits, of(value)):
                _report(found, _shown(value), path, f"Map {side} must satisfy constraint: [{inner}]")

    return check_map


def _violations(fits: Check, values: Any) -> bool:
    found: list[str] = []
    for value in values:
        fits(value, "", found)
    return bool(found)


def _member_constraints(shape: Shape) -> str:
    said = []
    metadata = shape.metadata
    if enum := metadata.get("enum"):
        said.append(f"Member must satisfy enum value set: [{', '.join(enum)}]")
    if "max" in metadata:
        said.append(f"Member must have length less than or equal to {metadata['max']}")
    if "min" in metadata:
        said.append(f"Member must have length greater than or equal to {metadata['min']}")
    return ", ".join(said)


def _limits(shape: Shape, measure: Callable[[Any], int], word: str) -> Check:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")

    def check_limits(value: Any, path: str, found: list[str]) -> None:
        size = measure(value)
        if least is not None and size < least:
            _report(found, _shown(value), path, f"Member must have {word} greater than or equal to {least}")
        if most is not None and size > most:
            _report(found, _shown(value), path, f"Member must have {word} less than or equal to {most}")

    return check_limits


_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "blob": (bytes, bytearray),
    "integer": int,
    "long": int,
    "boolean": bool,
}


def _scalar(shape: Shape) -> Check:
    kind = shape.type_name
    expected = _PYTHON_TYPES.get(kind)  # a timestamp is whatever the parser made of it
    numeric = kind in ("integer", "long")
    pattern = re.compile(shape.metadata["pattern"]) if "pattern" in shape.metadata else None
    enum = shape.metadata.get("enum")
    measure: Callable[[Any], int] = (lambda value: value) if numeric else len
    limits = _limits(shape, measure, "value" if numeric else "length") if kind in _PYTHON_TYPES else None

    def check_scalar(value: Any, path: str, found: list[str]) -> None:
        if expected and (not isinstance(value, expected) or (numeric and isinstance(value, bool))):
            raise _wrong_type(value, kind)
        if enum and value not in enum:
            _report(
                found, _shown(value), path, f"Member must satisfy enum value set: [{', '.join(sorted(enum))}]"
            )
        if pattern and not pattern.fullmatch(value):
            _report(
                found,
                _shown(value),
                path,
                f"Member must satisfy regular expression pattern: {pattern.pattern}",
            )
        if limits and kind != "boolean":
            limits(value, path, found)

    return check_scalar


_JAVA_NAMES = {"string": "String", "integer": "Integer", "long": "Long", "boolean": "Boolean", "blob": "Blob"}


def _wrong_type(value: Any, expected: str) -> KinesisError:
    """A value of the wrong JSON type never reaches validation: AWS answers before it."""
    if isinstance(value, list):
        message = "Start of list found where not expected"
    elif isinstance(value, dict):
        message = "Start of structure or map found where not expected."
    elif expected in ("list", "map", "structure"):
        message = f"Expected {'null' if expected == 'structure' else expected + ' or null'}"
    else:
        given = {bool: "java.lang.Boolean", str: "java.lang.String"}.get(type(value), "java.math.BigDecimal")
        message = f"class {given} can not be converted to an {_JAVA_NAMES[expected]}"
    return KinesisError("SerializationException", message)
