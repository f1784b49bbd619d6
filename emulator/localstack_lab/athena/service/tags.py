"""Tags of work groups and data catalogs.

https://docs.aws.amazon.com/athena/latest/ug/tags.html
"""

import re

from localstack.aws.api import RequestContext, handler

from localstack_lab.api.service import LabProvider, Members, refusal
from localstack_lab.athena import paging
from localstack_lab.athena.refusals import invalid
from localstack_lab.athena.store import DataCatalog, WorkGroup, store_of
from localstack_lab.athena.tagging import check_number, tags_of

_ARN = re.compile(r"arn:aws[\w-]*:athena:([\w-]+):(\d{12}):(workgroup|datacatalog|capacity-reservation)/(.+)")
PAGE = 75


class Tags(LabProvider):
    """Of resources named by ``arn:aws:athena:region:account:workgroup/name``."""

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_TagResource.html"""
        tagged = _tagged(context, request["ResourceARN"])
        tags = {**tagged.tags, **tags_of(request["Tags"])}
        check_number(tags)
        tagged.tags = tags
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_UntagResource.html"""
        tagged = _tagged(context, request["ResourceARN"])
        gone = set(request["TagKeys"])
        tagged.tags = {key: value for key, value in tagged.tags.items() if key not in gone}
        return {}

    @handler("ListTagsForResource", expand=False)
    def list_tags_for_resource(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTagsForResource.html"""
        tags = _tagged(context, request["ResourceARN"]).tags
        entries = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
        return paging.answer("Tags", entries, request, PAGE)


def _tagged(context: RequestContext, arn: str) -> WorkGroup | DataCatalog:
    found = _ARN.fullmatch(arn)
    if not found:
        raise invalid(f"Invalid ARN: {arn}")
    region, account, kind, name = found.groups()
    resource: WorkGroup | DataCatalog | None = None
    if (account, region) == (context.account_id, context.region):
        store = store_of(account, region)
        resource = (
            store.work_groups.get(name)
            if kind == "workgroup"
            else store.data_catalogs.get(name)
            if kind == "datacatalog"
            else None
        )
    if resource is None:
        raise refusal("ResourceNotFoundException", f"Resource {arn} was not found.", ResourceName=arn)
    return resource
