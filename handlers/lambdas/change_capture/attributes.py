"""DynamoDB's typed attributes as JSON text. A number keeps its digits: no float comes near it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class BadAttribute(ValueError):
    """The value is none that DynamoDB can hold."""


def json_text(attribute: object) -> str:
    """``{"M": {"a": {"N": "1.50"}}}`` → ``{"a": 1.50}``.

    Sets become lists and binary values base64 text, because JSON has neither.

    :raises BadAttribute: it is no typed attribute
    """
    if not isinstance(attribute, Mapping) or len(attribute) != 1:
        raise BadAttribute(f"{_shown(attribute)} is no attribute of DynamoDB")
    [(kind, value)] = attribute.items()
    if kind not in _TEXT_OF:
        raise BadAttribute(f"DynamoDB has no type {_shown(kind)}")
    return _TEXT_OF[kind](value)


def quoted(text: str) -> str:
    """A JSON string. Characters that line readers take for an end of line are escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return plain if plain.isprintable() else json.dumps(text)


def _shown(value: object) -> str:
    return repr(value)[:80]


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise BadAttribute(f"S holds {_shown(value)}, which is no string")
    return quoted(value)


def _number(value: object) -> str:
    if not isinstance(value, str) or not _JSON_NUMBER.fullmatch(value):
        raise BadAttribute(f"N holds {_shown(value)}, which is no number")
    return value


def _binary(value: object) -> str:
    try:
        if not isinstance(value, str):
            raise BadAttribute(f"B holds {_shown(value)}, which is no base64 text")
        base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise BadAttribute(f"B holds {_shown(value)}, which is no base64 text") from error
    return quoted(value)


def _boolean(value: object) -> str:
    if not isinstance(value, bool):
        raise BadAttribute(f"BOOL holds {_shown(value)}")
    return "true" if value else "false"


def _null(value: object) -> str:
    if value is not True:
        raise BadAttribute(f"NULL holds {_shown(value)}")
    return "null"


def _listed(kind: str, text_of: Callable[[Any], str]) -> Callable[[object], str]:
    def listed(value: object) -> str:
        if not isinstance(value, list):
            raise BadAttribute(f"{kind} holds {_shown(value)}, which is no list")
        return f"[{', '.join(map(text_of, value))}]"

    return listed


def _map(value: object) -> str:
    if not isinstance(value, Mapping):
        raise BadAttribute(f"M holds {_shown(value)}, which is no map")
    return object_text({name: json_text(inner) for name, inner in value.items()})


def object_text(fields: Mapping[str, str]) -> str:
    """A JSON object of fields whose values are JSON text already."""
    return "{" + ", ".join(f"{quoted(name)}: {text}" for name, text in fields.items()) + "}"


_TEXT_OF: dict[str, Callable[[Any], str]] = {
    "S": _string,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "SS": _listed("SS", _string),
    "NS": _listed("NS", _number),
    "BS": _listed("BS", _binary),
    "L": _listed("L", json_text),
    "M": _map,
}
