"""What a crawler's runs have done: LastCrawl, metrics, ListCrawls with its filters.

https://docs.aws.amazon.com/glue/latest/webapi/API_ListCrawls.html
"""

import json
import operator
import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack_lab.glue.crawlers.store import Crawl, Crawler
from localstack_lab.glue.refusals import invalid, lacking

type Members = dict[str, Any]

_LAST = {"COMPLETED": "SUCCEEDED", "FAILED": "FAILED", "STOPPED": "CANCELLED"}
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
    "EQ": operator.eq,
    "NE": operator.ne,
}


def last_crawl(crawler: Crawler) -> Members | None:
    """LastCrawl: of the newest run that is over."""
    over = next((crawl for crawl in reversed(crawler.crawls) if crawl.ended), None)
    if over is None:
        return None
    return {
        "Status": _LAST[over.status],
        **({"ErrorMessage": over.error} if over.error else {}),
        "LogGroup": over.log_group,
        "LogStream": over.log_stream,
        "MessagePrefix": over.crawl_id,
        "StartTime": over.started,
    }


def listed(crawl: Crawl) -> Members:
    """An entry of ListCrawls. DPUHour is left out: nothing here is billed."""
    entry: Members = {
        "CrawlId": crawl.crawl_id,
        "State": crawl.status,
        "StartTime": crawl.started,
        "LogGroup": crawl.log_group,
        "LogStream": crawl.log_stream,
        "MessagePrefix": crawl.crawl_id,
    }
    if crawl.ended:
        entry["EndTime"] = crawl.ended
    if crawl.error:
        entry["ErrorMessage"] = crawl.error
    if crawl.changes:
        entry["Summary"] = json.dumps(
            {
                kind: {
                    change: json.dumps({"Details": {"names": names}, "Count": len(names)})
                    for change, names in changes.items()
                }
                for kind, changes in crawl.changes.items()
            }
        )
    return entry


def metrics(crawler: Crawler) -> Members:
    """An entry of GetCrawlerMetrics; the counts are those of the last run that is over."""
    over = [crawl for crawl in crawler.crawls if crawl.ended]
    running = bool(crawler.crawls) and crawler.crawls[-1].ended is None
    tables = over[-1].changes.get("TABLE", {}) if over else {}
    return {
        "CrawlerName": crawler.name,
        "TimeLeftSeconds": 0.0,
        "StillEstimating": running,
        "LastRuntimeSeconds": over[-1].seconds if over else 0.0,
        "MedianRuntimeSeconds": statistics.median(crawl.seconds for crawl in over) if over else 0.0,
        "TablesCreated": len(tables.get("ADD", [])),
        "TablesUpdated": len(tables.get("UPDATE", [])),
        "TablesDeleted": len(tables.get("DELETE", [])),
    }


def filtered(crawls: list[Crawl], filters: list[Members]) -> list[Crawl]:
    """The runs that pass every filter, the newest first.

    :raises ServiceException: InvalidInputException
    """
    tests = [_test(given) for given in filters]
    return [crawl for crawl in reversed(crawls) if all(test(crawl) for test in tests)]


def _test(given: Members) -> Callable[[Crawl], bool]:
    name, compare, text = (
        given.get("FieldName"),
        _OPERATORS[given.get("FilterOperator") or "EQ"],
        given.get("FieldValue"),
    )
    if name is None or text is None:
        raise invalid("A filter needs FieldName and FieldValue.")
    if name == "DPU_HOUR":
        raise lacking("Filtering crawls by DPU_HOUR")
    if name in ("CRAWL_ID", "STATE"):
        if given.get("FilterOperator", "EQ") not in ("EQ", "NE"):
            raise invalid(f"{name} can only be compared with EQ and NE.")
        member = "crawl_id" if name == "CRAWL_ID" else "status"
        return lambda crawl: compare(getattr(crawl, member), text)
    member = "started" if name == "START_TIME" else "ended"
    moment = _moment(text)
    return lambda crawl: getattr(crawl, member) is not None and compare(getattr(crawl, member), moment)


def _moment(text: str) -> datetime:
    """Milliseconds since the epoch, or ISO 8601."""
    try:
        if text.lstrip("-").isdigit():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError) as error:
        raise invalid(f"The filter's value is no time: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
