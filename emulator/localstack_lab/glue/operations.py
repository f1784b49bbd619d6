"""How operations of Glue are written: a class for each family, a method with the request's members for each.

A method is called by the emulator itself (`Catalog` and its neighbours, without HTTP) and through the API,
where the provider serves each of them; see `serves`.
"""

import functools
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore import xform_name
from localstack.aws.api import RequestContext, handler
from localstack.aws.spec import load_service

from localstack_lab.api import constraints
from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.store import LOCK, GlueStore, glue_stores

MARK = "glue_operation"


class Region:
    """Glue in one account and region.

    :param caller: the ARN of who calls; by default whoever LocalStack's STS names without a role
    """

    def __init__(self, account: str, region: str, caller: str = "") -> None:
        self.account = account
        self.region = region
        self.caller = caller or f"arn:aws:iam::{account}:root"

    @property
    def store(self) -> GlueStore:
        """What is remembered; looked up each time, since restoring a snapshot replaces it."""
        store: GlueStore = glue_stores[self.account][self.region]
        return store

    def arn(self, *path: str) -> str:
        """``arn("table", "db", "t")`` → ``arn:aws:glue:us-east-1:000000000000:table/db/t``"""
        return f"arn:aws:glue:{self.region}:{self.account}:{'/'.join(path)}"


def operation(method: Callable[..., Members]) -> Callable[..., Members]:
    """Mark a method of a `Region` as the operation of its name, ``get_table`` as GetTable.

    It is called with the request's members as keywords (None: not given), and holds the lock of the store.
    Called in process, the request is checked like one that comes over HTTP.

    :raises TypeError: for a keyword that the API does not have
    """
    name = _names()[method.__name__]

    def run(region: Region, request: Members) -> Members:
        _own_catalog(region, name, request)
        with LOCK:
            return method(region, **request)

    @functools.wraps(method)
    def call(self: Region, **request: Any) -> Members:
        given = {key: value for key, value in request.items() if value is not None}
        if unknown := given.keys() - _members(name):
            raise TypeError(f"{name} has no {', '.join(sorted(unknown))}")
        constraints.check("glue", name, given)
        return run(self, given)

    setattr(call, MARK, (name, run))
    return call


def serves[T: type](
    family: type[Region], of: Callable[[str, str], Region], pages: dict[str, int] | None = None
) -> Callable[[T], T]:
    """Give a provider class a handler for every operation of `family`.

    :param of: account and region → the family's object
    :param pages: operation → the size of a page where the request names none; without HTTP all is answered
    """

    def decorate(provider: T) -> T:
        for attribute in dir(family):
            if marked := getattr(getattr(family, attribute), MARK, None):
                name, run = marked
                size = (pages or {}).get(name)
                setattr(provider, attribute, _served(name, run, of, size))
        return provider

    return decorate


def _served(
    name: str,
    run: Callable[[Region, Members], Members],
    of: Callable[[str, str], Region],
    size: int | None,
) -> Any:
    @handler(name, expand=False)
    def serve(self: Any, context: RequestContext, request: Members) -> Members:
        given = {key: value for key, value in request.items() if value is not None}
        if size:
            given.setdefault("MaxResults", size)
        return run(of(context.account_id, context.region), given)

    serve.__name__ = xform_name(name)
    return serve


def _own_catalog(region: Region, name: str, request: Members) -> None:
    """Another account's catalog needs a policy of that account; none can be evaluated here."""
    wanted = request.get("CatalogId")
    if wanted is not None and wanted != region.account:
        raise refusal(
            "AccessDeniedException",
            f"User: {region.caller} is not authorized to perform: glue:{name} on resource: "
            f"arn:aws:glue:{region.region}:{wanted}:catalog because no resource-based policy allows the "
            f"glue:{name} action",
        )


@cache
def _names() -> dict[str, str]:
    return {xform_name(name): name for name in load_service("glue").operation_names}


@cache
def _members(name: str) -> frozenset[str]:
    shape = load_service("glue").operation_model(name).input_shape
    return frozenset(shape.members if shape is not None else ())
