"""Pages of a list, and the tokens between them."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.athena.refusals import invalid


def token_of(value: Any) -> str:
    """`value`, which is JSON, as a token."""
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()


def opened(token: str, problem: str) -> Any:
    """What a token stands for.

    :param problem: the sentence before the token where it is none of ours
    """
    try:
        return json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise invalid(f"{problem} {token}") from error


def page[T](entries: Sequence[T], request: Members, size: int) -> tuple[Sequence[T], str | None]:
    """The entries that a request asks for, and the token of the next page.

    :param size: of a page when the request has no MaxResults
    """
    start = 0
    if given := request.get("NextToken"):
        problem = "The nextPageToken is malformed:"
        start = opened(given, problem)
        if not isinstance(start, int) or not 0 <= start <= len(entries):
            raise invalid(f"{problem} {given}")
    end = start + (request.get("MaxResults") or size)
    return entries[start:end], token_of(end) if end < len(entries) else None


def answer(name: str, entries: Sequence[Any], request: Members, size: int = 50) -> Members:
    """An answer with one list and, where there is more, its NextToken."""
    found, following = page(entries, request, size)
    told: Members = {name: list(found)}
    if following:
        told["NextToken"] = following
    return told
