"""How conformance tests ask and compare: one request, its error, short attribute values."""

import re
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

# Stands for a table's name in a table of cases; `fill` puts the real one in.
TABLE = "<table>"
MISSING = "<missing>"


def fill(value: Any, **names: str) -> Any:
    """Replace every `<name>` in the strings of `value` by the keyword argument of that name."""
    match value:
        case str():
            for name, text in names.items():
                value = value.replace(f"<{name}>", text)
            return value
        case dict():
            return {fill(key, **names): fill(member, **names) for key, member in value.items()}
        case list():
            return [fill(member, **names) for member in value]
    return value


def ask(client: BaseClient, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call an operation by its AWS name (`PutItem`)."""
    return getattr(client, method(operation))(**request)


def method(operation: str) -> str:
    """boto3's method for an operation: `BatchGetItem` → `batch_get_item`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def refusal(client: BaseClient, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call an operation that must be refused; return AWS's answer: `Error` (`Code`, `Message`) and more."""
    with pytest.raises(ClientError) as caught:
        ask(client, operation, request)
    return caught.value.response


def assert_refused(
    client: BaseClient,
    operation: str,
    request: dict[str, Any],
    code: str,
    message: str | re.Pattern[str] | None,
) -> dict[str, Any]:
    """The request fails with this code and, unless None, this message (or one the pattern matches)."""
    answer = refusal(client, operation, request)
    assert answer["Error"]["Code"] == code, answer["Error"]
    if isinstance(message, re.Pattern):
        assert message.fullmatch(answer["Error"]["Message"]), answer["Error"]["Message"]
    elif message is not None:
        assert answer["Error"]["Message"] == message
    return answer


def S(text: str) -> dict[str, str]:
    return {"S": text}


def N(number: int | float | str) -> dict[str, str]:
    return {"N": str(number)}
