"""The tag by which a pipeline knows its own resources, and the shared frame of every verb."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from bootstrap.errors import BootstrapError, EndpointUnreachable, ForeignResource, ResourceError
from bootstrap.session import Session

OWNER_TAG = "sales-data-lab:pipeline"


def tag_map(owner: str) -> dict[str, str]:
    """Tags as SQS, Lambda and CloudWatch Logs take them: ``{key: value}``."""
    return {OWNER_TAG: owner}


def tag_list(owner: str) -> list[dict[str, str]]:
    """Tags as S3, DynamoDB, IAM and EventBridge take them: ``[{"Key": …, "Value": …}]``."""
    return [{"Key": OWNER_TAG, "Value": owner}]


def owner_in(tags: Mapping[str, str] | Iterable[Mapping[str, str]] | None) -> str | None:
    """The owning pipeline's slug in any of AWS's three shapes of tags, or None."""
    if not tags:
        return None
    if isinstance(tags, Mapping):
        return tags.get(OWNER_TAG)
    for tag in tags:
        if (tag.get("Key") or tag.get("key")) == OWNER_TAG:
            return tag.get("Value") or tag.get("value")
    return None


def require_owner(tags: Any, owner: str, kind: str, name: str) -> None:
    """:raises ForeignResource: when the existing resource was not made by `owner`"""
    if owner_in(tags) != owner:
        raise ForeignResource(kind, name)


def verb[**P, R](kind: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Frame of a verb ``(session, name, …)``: what botocore raises becomes an error that names the resource.

    :raises EndpointUnreachable: nothing answers
    :raises ResourceError: the service refused, with its own code and message
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def framed(*args: P.args, **kwargs: P.kwargs) -> R:
            session, name = args[0], args[1]
            assert isinstance(session, Session)
            try:
                return function(*args, **kwargs)
            except BootstrapError:
                raise
            except (ConnectionError, HTTPClientError) as error:
                raise EndpointUnreachable(session.settings.endpoint_url) from error
            except ClientError as error:
                answer = error.response["Error"]
                reason = f"{error.operation_name} was refused: {answer.get('Code')}: {answer.get('Message')}"
                raise ResourceError(kind, str(name), reason) from error
            except BotoCoreError as error:
                raise ResourceError(kind, str(name), str(error)) from error

        return framed

    return wrap


def differing(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """The keys of `wanted` whose value in `actual` is another one, in order."""
    return [key for key, value in wanted.items() if actual.get(key) != value]
