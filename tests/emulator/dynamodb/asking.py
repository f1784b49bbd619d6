"""How conformance tests ask and compare: tables of cases, one request and its refusal, short values."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

# AWS's regions differ in whether they put this before sentences of their own; both count as AWS's words.
ENVELOPE = "1 validation error detected: "


def cases(table: Mapping[str, tuple[Any, ...]]) -> list[Any]:
    """Parameters of a test from a table whose keys say, in words, what each case is about."""
    return [pytest.param(*row, id=name) for name, row in table.items()]


def fill(value: Any, names: Mapping[str, str]) -> Any:
    """Replace every `<name>` in the strings of `value` by what `names` has for it."""
    match value:
        case str():
            return re.sub(r"<(\w+)>", lambda found: names.get(found[1], found[0]), value)
        case dict():
            return {fill(key, names): fill(member, names) for key, member in value.items()}
        case list():
            return [fill(member, names) for member in value]
    return value


def method(operation: str) -> str:
    """boto3's method for an operation: `BatchGetItem` → `batch_get_item`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def ask(client: BaseClient, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call an operation by its AWS name (`PutItem`); a member that is None is left out of the request."""
    present = {name: member for name, member in request.items() if member is not None}
    return getattr(client, method(operation))(**present)


def refusal(client: BaseClient, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call an operation that must be refused; return AWS's answer: `Error` (`Code`, `Message`) and more."""
    with pytest.raises(ClientError) as caught:
        ask(client, operation, request)
    return caught.value.response


def saying(part: str) -> re.Pattern[str]:
    """A message that contains `part`: for AWS's sentences whose rest is a Java object's print-out."""
    return re.compile(f".*{re.escape(part)}.*", re.DOTALL)


def same_words(actual: str, expected: str | re.Pattern[str] | None) -> bool:
    """Whether AWS's message is the expected one (None: any), with or without the envelope."""
    if expected is None:
        return True
    if isinstance(expected, re.Pattern):
        return expected.fullmatch(actual) is not None
    return actual in (expected, ENVELOPE + expected)


def assert_refused(
    client: BaseClient,
    operation: str,
    request: dict[str, Any],
    code: str,
    message: str | re.Pattern[str] | None = None,
) -> dict[str, Any]:
    """The request fails with this code and message; returns the whole answer."""
    answer = refusal(client, operation, request)
    error = answer["Error"]
    assert error["Code"] == code, error
    assert same_words(error["Message"], message), f"{error['Message']!r} is not {message!r}"
    return answer


def pages(
    client: BaseClient, operation: str, request: dict[str, Any], limit: int = 50
) -> list[dict[str, Any]]:
    """All pages of a Query or Scan, followed by LastEvaluatedKey; fails when they do not end."""
    seen: list[dict[str, Any]] = []
    while len(seen) < limit:
        page = ask(client, operation, request)
        seen.append(page)
        if "LastEvaluatedKey" not in page:
            return seen
        request = request | {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    raise AssertionError(f"{operation} still had pages after {limit}")


def S(text: str) -> dict[str, str]:
    """A string value."""
    return {"S": text}


def N(number: int | float | str) -> dict[str, str]:
    """A number value."""
    return {"N": str(number)}
