"""Requests as AWS echoes them in validation errors: as Java prints its objects, or as JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

_TYPES = (
    *("S", "N", "B", "iNT", "dECIMAL", "dOUBLE", "SS", "NS", "BS", "iNTSET", "dECIMALSET", "dOUBLESET"),
    *("M", "L", "NULL", "BOOL"),
)
_MEMBERS = {
    "WriteRequest": {"PutRequest": "PutRequest", "DeleteRequest": "DeleteRequest"},
    "PutRequest": {"Item": "Item"},
    "DeleteRequest": {"Key": "Item"},
    "TransactWriteItem": {
        "ConditionCheck": "ConditionCheck",
        "Put": "Put",
        "Delete": "Delete",
        "Update": "Update",
    },
    "TransactGetItem": {"Get": "Get"},
    "Get": {"Key": "Item"},
    "Put": {"Item": "Item"},
    "Update": {"Key": "Item"},
    "Delete": {"Key": "Item"},
    "ConditionCheck": {"Key": "Item"},
}


def json_text(value: Any) -> str:
    """The value as it was sent, without blanks."""
    return json.dumps(value, separators=(",", ":"), default=lambda binary: b64encode(binary).decode())


def java_text(value: Any, shape: str = "WriteRequest") -> str:
    """A list, a map of lists, or one structure of the shape (``WriteRequest``, ``TransactWriteItem`` …)."""
    if isinstance(value, list):
        return f"[{', '.join(java_text(member, shape) for member in value)}]"
    if shape == "Item":
        return _map(value)
    if shape in _MEMBERS:
        if shape == "WriteRequest" and value.keys() - _MEMBERS[shape].keys():
            return f"{{{', '.join(f'{name}={java_text(m, shape)}' for name, m in value.items())}}}"
        return _structure(value, shape)
    return str(value)


def _structure(value: dict[str, Any], shape: str) -> str:
    parts = []
    for name in dict.fromkeys((*_MEMBERS[shape], *value)):
        member = value.get(name)
        text = "null" if member is None else java_text(member, _MEMBERS[shape].get(name, ""))
        parts.append(f"{name[0].lower()}{name[1:]}={text}")
    return f"{shape}({', '.join(parts)})"


def _map(item: dict[str, Any]) -> str:
    return f"{{{', '.join(f'{name}={_attribute_value(value)}' for name, value in item.items())}}}"


def _attribute_value(value: dict[str, Any]) -> str:
    parts = []
    for tag in _TYPES:
        content = value.get(tag)
        if content is None:
            text = "null"
        elif tag == "M":
            text = _map(content)
        elif tag == "L":
            text = f"[{', '.join(map(_attribute_value, content))}]"
        elif isinstance(content, list):
            text = f"[{', '.join(map(str, content))}]"
        else:
            text = str(content).lower() if isinstance(content, bool) else str(content)
        parts.append(f"{tag[0].lower()}{tag[1:]}={text}")
    return f"AttributeValue({', '.join(parts)})"
