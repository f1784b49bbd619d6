"""The operations on crawlers. https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-crawler-crawling.html"""

from typing import Any

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.crawlers import definitions, history, lifecycle, schedules
from localstack_lab.glue.crawlers.refusals import busy, no_crawler
from localstack_lab.glue.crawlers.store import Crawler, CrawlerStore, store_of
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid
from localstack_lab.glue.store import copied, now
from localstack_lab.glue.tags import checked_tags, keep_tags, taggable

MOST_CRAWLERS = 1_000


class Crawlers(Region):
    """Definitions, runs, schedules and history."""

    @property
    def _kept(self) -> CrawlerStore:
        return store_of(self.account, self.region)

    @operation
    def create_crawler(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html"""
        name = request["Name"]
        if name in self._kept.crawlers:
            raise already_exists(f"{name} already exists")
        if len(self._kept.crawlers) >= MOST_CRAWLERS:
            raise refusal("ResourceNumberLimitExceededException", "Number of crawlers exceeds the limit.")
        schedule = definitions.schedule(request.get("Schedule"))
        made = definitions.completed(request, self._kept.classifiers)
        checked_tags(request.get("Tags") or {})
        moment = now()
        self._kept.crawlers[name] = Crawler(
            made, moment, moment, schedule=schedule, scheduled=schedule is not None
        )
        keep_tags(self, "crawler", name, request.get("Tags") or {})
        schedules.wake()
        return {}

    @operation
    def update_crawler(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateCrawler.html

        What the request does not give stays; an empty Schedule takes the schedule away.
        """
        crawler = self._crawler(request["Name"])
        if lifecycle.run_of(self.account, self.region, crawler.name):
            raise busy("update", crawler.name)
        before = crawler.definition
        given = {name: value for name, value in request.items() if name != "Schedule"}
        made = definitions.completed({**before, **given}, self._kept.classifiers)
        if (
            made["RecrawlPolicy"]["RecrawlBehavior"] == "CRAWL_NEW_FOLDERS_ONLY"
            and crawler.folders
            and made["Targets"]["S3Targets"] != before["Targets"]["S3Targets"]
        ):
            raise invalid(
                'The Amazon S3 targets of a crawler with "Crawl new folders only" cannot be changed.'
            )
        if "Schedule" in request:
            crawler.schedule = definitions.schedule(request["Schedule"])
            crawler.scheduled = crawler.schedule is not None
        crawler.definition = made
        self._changed(crawler)
        schedules.wake()
        return {}

    @operation
    def delete_crawler(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteCrawler.html"""
        crawler = self._crawler(request["Name"])
        if lifecycle.run_of(self.account, self.region, crawler.name):
            raise busy("delete", crawler.name)
        del self._kept.crawlers[crawler.name]
        keep_tags(self, "crawler", crawler.name, None)
        schedules.wake()
        return {}

    @operation
    def get_crawler(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawler.html"""
        return {"Crawler": self._shown(self._crawler(request["Name"]))}

    @operation
    def get_crawlers(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawlers.html"""
        found = [(name, self._shown(crawler)) for name, crawler in sorted(self._kept.crawlers.items())]
        return page("Crawlers", found, request)

    @operation
    def batch_get_crawlers(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetCrawlers.html"""
        names = request["CrawlerNames"]
        kept = self._kept.crawlers
        return {
            "Crawlers": [self._shown(kept[name]) for name in names if name in kept],
            "CrawlersNotFound": [name for name in names if name not in kept],
        }

    @operation
    def list_crawlers(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_ListCrawlers.html"""
        wanted = (request.get("Tags") or {}).items()
        found = [
            (name, name)
            for name in sorted(self._kept.crawlers)
            if wanted <= self.store.tags.get(self.arn("crawler", name), {}).items()
        ]
        return page("CrawlerNames", found, request)

    @operation
    def start_crawler(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawler.html"""
        lifecycle.start(self.account, self.region, request["Name"])
        return {}

    @operation
    def stop_crawler(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StopCrawler.html"""
        lifecycle.stop(self.account, self.region, request["Name"])
        return {}

    @operation
    def get_crawler_metrics(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawlerMetrics.html

        TimeLeftSeconds is 0: no estimate is made.
        """
        wanted = request.get("CrawlerNameList")
        found = [
            (name, history.metrics(crawler))
            for name, crawler in sorted(self._kept.crawlers.items())
            if not wanted or name in wanted
        ]
        return page("CrawlerMetricsList", found, request)

    @operation
    def list_crawls(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_ListCrawls.html

        The newest run comes first.
        """
        crawler = self._crawler(request["CrawlerName"])
        crawls = history.filtered(crawler.crawls, request.get("Filters") or [])
        found = [((-crawl.started.timestamp(), crawl.crawl_id), history.listed(crawl)) for crawl in crawls]
        return page("Crawls", found, request)

    @operation
    def start_crawler_schedule(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawlerSchedule.html"""
        crawler = self._crawler(request["CrawlerName"])
        if crawler.schedule is None:
            raise refusal("NoScheduleException", f"Crawler with name {crawler.name} has no schedule")
        if crawler.scheduled:
            raise refusal(
                "SchedulerRunningException",
                f"The schedule of crawler with name {crawler.name} is already running",
            )
        crawler.scheduled = True
        schedules.wake()
        return {}

    @operation
    def stop_crawler_schedule(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StopCrawlerSchedule.html"""
        crawler = self._crawler(request["CrawlerName"])
        if not crawler.scheduled:
            raise refusal(
                "SchedulerNotRunningException",
                f"The schedule of crawler with name {crawler.name} is not running",
            )
        crawler.scheduled = False
        schedules.wake()
        return {}

    @operation
    def update_crawler_schedule(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateCrawlerSchedule.html"""
        crawler = self._crawler(request["CrawlerName"])
        crawler.schedule = definitions.schedule(request.get("Schedule"))
        crawler.scheduled = crawler.schedule is not None
        self._changed(crawler)
        schedules.wake()
        return {}

    def _crawler(self, name: str) -> Crawler:
        crawler = self._kept.crawlers.get(name)
        if crawler is None:
            raise no_crawler(name)
        return crawler

    def _changed(self, crawler: Crawler) -> None:
        crawler.version += 1
        crawler.updated = now()

    def _shown(self, crawler: Crawler) -> Members:
        """As GetCrawler answers it: https://docs.aws.amazon.com/glue/latest/webapi/API_Crawler.html"""
        run = lifecycle.run_of(self.account, self.region, crawler.name)
        shown: Members = copied(crawler.definition) | {
            "State": run.state if run else "READY",
            "CrawlElapsedTime": run.elapsed_ms if run else 0,
            "CreationTime": crawler.created,
            "LastUpdated": crawler.updated,
            "Version": crawler.version,
        }
        if crawler.schedule:
            shown["Schedule"] = {
                "ScheduleExpression": crawler.schedule,
                "State": "SCHEDULED" if crawler.scheduled else "NOT_SCHEDULED",
            }
        if last := history.last_crawl(crawler):
            shown["LastCrawl"] = last
        return shown


taggable("crawler", lambda scope, name: name in store_of(scope.account, scope.region).crawlers)
