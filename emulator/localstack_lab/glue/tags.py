"""Tags of every kind of resource, kept by ARN. https://docs.aws.amazon.com/glue/latest/dg/monitor-tags.html"""

from collections.abc import Callable
from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.refusals import invalid, lacking, not_found

MOST_TAGS = 50

type Known = Callable[[Region, str], bool]

_kinds: dict[str, Known] = {}


def taggable(kind: str, known: Known) -> None:
    """Let resources of a kind have tags.

    :param kind: as in ARNs, such as ``crawler``
    :param known: whether there is a resource of that name
    """
    _kinds[kind] = known


def checked_tags(tags: dict[str, str]) -> dict[str, str]:
    """A copy of tags that a resource may have.

    :raises ServiceException: InvalidInputException
    """
    if len(tags) > MOST_TAGS:
        raise invalid(f"A resource may have {MOST_TAGS} tags; these would be {len(tags)}.")
    for key in tags:
        if key.lower().startswith("aws:"):
            raise invalid(f"Tag keys that begin with aws: are AWS's own: {key}")
    return dict(tags)


class Tags(Region):
    """TagResource, UntagResource and GetTags."""

    @operation
    def tag_resource(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_TagResource.html"""
        arn = self._known(request["ResourceArn"])
        self.store.tags[arn] = checked_tags({**self.store.tags.get(arn, {}), **request["TagsToAdd"]})
        return {}

    @operation
    def untag_resource(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UntagResource.html"""
        arn = self._known(request["ResourceArn"])
        gone = set(request["TagsToRemove"])
        self.store.tags[arn] = {k: v for k, v in self.store.tags.get(arn, {}).items() if k not in gone}
        return {}

    @operation
    def get_tags(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetTags.html"""
        return {"Tags": dict(self.store.tags.get(self._known(request["ResourceArn"]), {}))}

    def _known(self, arn: str) -> str:
        """The ARN, if there is such a resource in this account and region."""
        start = f"arn:aws:glue:{self.region}:{self.account}:"
        kind, _, name = arn.removeprefix(start).partition("/")
        if not arn.startswith(start) or not name:
            raise invalid(f"Invalid ARN for a resource of account {self.account} in {self.region}: {arn}")
        if kind not in _kinds:
            raise lacking(f"Tagging resources of the kind {kind}")
        if not _kinds[kind](self, name):
            raise not_found(f"{kind.capitalize()} {name} not found.")
        return arn


def keep_tags(scope: Region, kind: str, name: str, tags: dict[str, str] | None) -> None:
    """Keep the tags that a resource is created with, or forget those of one that is gone (None)."""
    arn = scope.arn(kind, name)
    if tags is None:
        scope.store.tags.pop(arn, None)
    elif tags:
        scope.store.tags[arn] = checked_tags(tags)


def _table(scope: Region, name: str) -> bool:
    database, _, table = name.partition("/")
    found = scope.store.databases.get(database)
    return found is not None and table in found.tables


taggable("database", lambda scope, name: name in scope.store.databases)
taggable("table", _table)
taggable("connection", lambda scope, name: name in scope.store.connections)
taggable("trigger", lambda scope, name: name in scope.store.triggers)
taggable("workflow", lambda scope, name: name in scope.store.workflows)
