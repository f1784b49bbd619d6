"""The graph of a workflow: triggers and crawlers, and what leads to what.

https://docs.aws.amazon.com/glue/latest/webapi/API_WorkflowGraph.html
"""

import hashlib
from collections.abc import Iterable

from localstack_lab.api.service import Members
from localstack_lab.glue.crawlers.store import Crawl, store_of
from localstack_lab.glue.operations import Region
from localstack_lab.glue.orchestration.runs import triggers_of
from localstack_lab.glue.store import copied

_STATES = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED"}


def graph(scope: Region, workflow: str, run: Members | None = None) -> Members:
    """The nodes and edges of a workflow.

    :param run: shows the crawls that this run has started
    """
    triggers = triggers_of(scope, workflow)
    actions = [(t["Name"], a["CrawlerName"]) for t in triggers for a in t["Actions"]]
    conditions = [
        (condition["CrawlerName"], t["Name"])
        for t in triggers
        for condition in t.get("Predicate", {}).get("Conditions", [])
    ]
    crawlers = sorted({name for _, name in actions} | {name for name, _ in conditions})
    nodes: list[Members] = [
        {
            "Type": "TRIGGER",
            "Name": trigger["Name"],
            "UniqueId": _identity("TRIGGER", workflow, trigger["Name"]),
            "TriggerDetails": {"Trigger": copied(trigger)},
        }
        for trigger in triggers
    ]
    nodes += [
        {
            "Type": "CRAWLER",
            "Name": name,
            "UniqueId": _identity("CRAWLER", workflow, name),
            "CrawlerDetails": {"Crawls": _crawls(scope, name, run)} if run else {},
        }
        for name in crawlers
    ]
    return {
        "Nodes": nodes,
        "Edges": [
            *_edges("TRIGGER", "CRAWLER", workflow, actions),
            *_edges("CRAWLER", "TRIGGER", workflow, conditions),
        ],
    }


def _edges(source: str, destination: str, workflow: str, pairs: Iterable[tuple[str, str]]) -> list[Members]:
    return [
        {
            "SourceId": _identity(source, workflow, first),
            "DestinationId": _identity(destination, workflow, second),
        }
        for first, second in pairs
    ]


def _identity(kind: str, workflow: str, name: str) -> str:
    return f"wnode_{hashlib.sha256(f'{kind}/{workflow}/{name}'.encode()).hexdigest()}"


def _crawls(scope: Region, name: str, run: Members) -> list[Members]:
    crawler = store_of(scope.account, scope.region).crawlers.get(name)
    wanted = {crawl_id for crawled, crawl_id in run["crawls"] if crawled == name}
    return [_crawl(crawl) for crawl in (crawler.crawls if crawler else []) if crawl.crawl_id in wanted]


def _crawl(crawl: Crawl) -> Members:
    shown: Members = {
        "State": _STATES.get(crawl.status, crawl.status),
        "StartedOn": crawl.started,
        "LogGroup": crawl.log_group,
        "LogStream": crawl.log_stream,
    }
    if crawl.ended:
        shown["CompletedOn"] = crawl.ended
    if crawl.error:
        shown["ErrorMessage"] = crawl.error
    return shown
