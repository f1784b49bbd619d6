"""``Glue Crawler State Change`` on the default event bus; every number is a string.

https://docs.aws.amazon.com/glue/latest/dg/automating-awsglue-with-cloudwatch-events.html
"""

from datetime import datetime

from localstack_lab.glue import events
from localstack_lab.glue.crawlers.store import Crawl

_TYPE = "Glue Crawler State Change"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(region: str, crawl: Crawl) -> str:
    return (
        f"https://console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#logEventViewer:group={crawl.log_group};stream={crawl.log_stream}"
    )


def started(account: str, region: str, name: str, crawl: Crawl) -> None:
    """The crawl has begun."""
    detail = {
        "accountId": account,
        "crawlerName": name,
        "startTime": _moment(crawl.started),
        "state": "Started",
        "message": "Crawler Started",
    }
    events.publish(account, region, _TYPE, detail)


def ended(account: str, region: str, name: str, crawl: Crawl, warnings: list[str]) -> None:
    """The crawl is over: Succeeded or Failed. A crawl that was stopped has no event on AWS."""
    detail = {
        "accountId": account,
        "crawlerName": name,
        "cloudWatchLogLink": _link(region, crawl),
    }
    if crawl.status == "FAILED":
        detail |= {"errorMessage": crawl.error or "", "state": "Failed", "message": "Crawler Failed"}
    elif crawl.status == "COMPLETED" and crawl.ended is not None:
        counts = {
            f"{what}s{done}": str(len(crawl.changes.get(kind, {}).get(change, [])))
            for what, kind in (("table", "TABLE"), ("partition", "PARTITION"))
            for done, change in (("Created", "ADD"), ("Updated", "UPDATE"), ("Deleted", "DELETE"))
        }
        detail |= counts | {
            "warningMessage": "; ".join(warnings) or "N/A",
            "runningTime (sec)": str(round(crawl.seconds)),
            "completionDate": _moment(crawl.ended),
            "state": "Succeeded",
            "message": "Crawler Succeeded",
        }
    else:
        return
    events.publish(account, region, _TYPE, detail)
