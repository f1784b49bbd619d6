"""Errors of the crawlers' operations. https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawler.html"""

from localstack.aws.api import ServiceException

from localstack_lab.api.service import refusal
from localstack_lab.glue.refusals import not_found


def no_crawler(name: str) -> ServiceException:
    """There is no such crawler."""
    return not_found(f"Crawler entry with name {name} does not exist")


def already_running(name: str) -> ServiceException:
    """A crawler runs once at a time."""
    return refusal("CrawlerRunningException", f"Crawler with name {name} has already started")


def busy(what: str, name: str) -> ServiceException:
    """A crawler that runs is neither changed nor deleted."""
    return refusal("CrawlerRunningException", f"Cannot {what} crawler with name {name} while it is running")


def not_running(name: str) -> ServiceException:
    """There is nothing to stop."""
    return refusal("CrawlerNotRunningException", f"Crawler with name {name} isn't running")


def stopping(name: str) -> ServiceException:
    """It is being stopped."""
    return refusal("CrawlerStoppingException", f"Crawler with name {name} is stopping")
