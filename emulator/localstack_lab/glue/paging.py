"""Pages of a list and the tokens between them."""

import base64
import binascii
import json
from collections.abc import Iterable
from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.refusals import invalid


def page(
    name: str, found: Iterable[tuple[Any, Any]], request: Members, *, size: str = "MaxResults"
) -> Members:
    """One page of an answer, with NextToken where more follows.

    A token names the last key of its page, so that what comes or goes between two pages neither repeats nor
    hides an entry.

    :param name: the answer's member that is a list
    :param found: (key, entry) in the order of the keys
    :param request: NextToken and the member named `size`; without the latter everything is answered
    :raises ServiceException: InvalidInputException for a token that is none
    """
    after = _opened(request.get("NextToken"))
    entries = [(key, entry) for key, entry in found if after is None or _plain(key) > after]
    limit = request.get(size) or len(entries)
    answer: Members = {name: [entry for _, entry in entries[:limit]]}
    if len(entries) > limit:
        last = json.dumps(entries[limit - 1][0])
        answer["NextToken"] = base64.urlsafe_b64encode(last.encode()).decode()
    return answer


def _plain(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key


def _opened(token: str | None) -> Any:
    if not token:
        return None
    try:
        return json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError) as error:
        raise invalid("The NextToken is not one that this operation answered.") from error
