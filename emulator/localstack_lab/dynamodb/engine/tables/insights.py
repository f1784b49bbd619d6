"""Contributor Insights: the setting and its status. No CloudWatch rules come of it in the lab.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from localstack_lab.dynamodb.engine.call import Call
from localstack_lab.dynamodb.engine.errors import resource_not_found
from localstack_lab.dynamodb.engine.schema import Table

from . import names
from .constraints import Text, check

_SHAPE = {"ContributorInsightsAction": Text(required=True, values=("ENABLE", "DISABLE"))}
_DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS"


def update_contributor_insights(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """UpdateContributorInsights of a table or one of its indexes; answers ENABLING or DISABLING."""
    names.requested_name(ctx, request)
    check(_SHAPE, request)
    enable = request["ContributorInsightsAction"] == "ENABLE"
    with ctx.store.transaction():
        table = names.requested_table(ctx, request)
        index = _index_name(table, request)
        insights = dict(table.details.get("ContributorInsights", {}))
        mode = request.get("ContributorInsightsMode", _DEFAULT_MODE)
        insights[index] = {"status": "ENABLED" if enable else "DISABLED", "mode": mode, "changed_at": ctx.now}
        ctx.store.save_table(replace(table, details={**table.details, "ContributorInsights": insights}))
    answer = {"TableName": table.name, "ContributorInsightsStatus": "ENABLING" if enable else "DISABLING"}
    if enable:
        answer["ContributorInsightsMode"] = mode
    return _with_index(answer, index)


def describe_contributor_insights(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """DescribeContributorInsights: ENABLED or DISABLED, with an empty list of rules."""
    table = names.requested_table(ctx, request)
    index = _index_name(table, request)
    setting = table.details.get("ContributorInsights", {}).get(index)
    answer: dict[str, Any] = {"TableName": table.name, "ContributorInsightsStatus": "DISABLED"}
    if setting is not None:
        answer["ContributorInsightsStatus"] = setting["status"]
        answer["LastUpdateDateTime"] = setting["changed_at"]
        if setting["status"] == "ENABLED":
            answer |= {"ContributorInsightsRuleList": [], "ContributorInsightsMode": setting["mode"]}
    return _with_index(answer, index)


def list_contributor_insights(ctx: Call, request: dict[str, Any]) -> dict[str, Any]:
    """ListContributorInsights of one table or all, where it was ever set."""
    tables = ctx.store.tables(ctx.account_id, ctx.region)
    if "TableName" in request:
        tables = [names.requested_table(ctx, request)]
    summaries = [
        _with_index({"TableName": table.name, "ContributorInsightsStatus": setting["status"]}, index)
        for table in tables
        for index, setting in table.details.get("ContributorInsights", {}).items()
    ]
    return {"ContributorInsightsSummaries": summaries}


def _index_name(table: Table, request: dict[str, Any]) -> str:
    name = request.get("IndexName", "")
    if name and name not in table.indexes:
        raise resource_not_found(f"Requested resource not found: Index: {name} not found")
    return name


def _with_index(answer: dict[str, Any], index: str) -> dict[str, Any]:
    return answer | ({"IndexName": index} if index else {})


OPERATIONS = {
    "UpdateContributorInsights": update_contributor_insights,
    "DescribeContributorInsights": describe_contributor_insights,
    "ListContributorInsights": list_contributor_insights,
}
