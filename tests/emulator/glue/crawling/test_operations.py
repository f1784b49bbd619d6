"""Operations on classifiers and crawlers, without HTTP: definitions, states, history, refusals."""

import pickle
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.glue.classifiers.operations import Classifiers
from localstack_lab.glue.crawlers import lifecycle, schedules
from localstack_lab.glue.crawlers.logs import CrawlLog
from localstack_lab.glue.crawlers.operations import Crawlers
from localstack_lab.glue.crawlers.store import Crawl, crawler_stores, store_of
from localstack_lab.glue.crawling.job import CrawlFailed, Job, Result

REGION = "us-east-1"
TARGETS = {"S3Targets": [{"Path": "s3://bucket/orders/"}]}


@pytest.fixture
def account() -> str:
    return str(uuid.uuid4().int)[:12]


@pytest.fixture
def classifiers(account: str) -> Classifiers:
    return Classifiers(account, REGION)


@pytest.fixture
def crawlers(account: str) -> Crawlers:
    return Crawlers(account, REGION)


@pytest.fixture
def make(crawlers: Crawlers) -> Callable[..., dict[str, Any]]:
    """Create a crawler `c`, and give what GetCrawler answers."""

    def made(**members: Any) -> dict[str, Any]:
        request = {"Name": "c", "Role": "glue", "Targets": TARGETS, "DatabaseName": "db", **members}
        crawlers.create_crawler(**request)
        return crawlers.get_crawler(Name=request["Name"])["Crawler"]  # type: ignore[no-any-return]

    return made


class Held:
    """A crawl that ends when it is told to, or is stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self.result = Result()
        self.failure: Exception | None = None
        self.jobs: list[Job] = []
        self.lines: list[str] = []
        monkeypatch.setattr(lifecycle, "crawl", self._crawl)
        monkeypatch.setattr(
            CrawlLog,
            "flush",
            lambda log: self.lines.extend(line["message"] for line in log._waiting[len(self.lines) :]),
        )

    def _crawl(
        self, job: Job, catalog: Any, objects: Any, log: Any, check: Callable[[], None], stop: Any
    ) -> Result:
        self.jobs.append(job)
        while not self.go.wait(0.005):
            check()
        check()
        if self.failure:
            raise self.failure
        return self.result


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    made = Held(monkeypatch)
    yield made
    made.go.set()
    lifecycle.stop_all()


def ready(crawlers: Crawlers, name: str = "c") -> dict[str, Any]:
    """GetCrawler, as soon as nothing runs any more."""
    for thread in threading.enumerate():
        if thread.name == f"crawler-{name}":
            thread.join(5)
    assert lifecycle.run_of(crawlers.account, crawlers.region, name) is None, f"{name} does not end"
    return crawlers.get_crawler(Name=name)["Crawler"]  # type: ignore[no-any-return]


def refused(code: str, call: Callable[..., Any], **request: Any) -> str:
    with pytest.raises(ServiceException) as caught:
        call(**request)
    assert caught.value.code == code
    return str(caught.value.message)


@pytest.mark.parametrize(
    "given",
    [
        {"JsonClassifier": {"Name": "k", "JsonPath": "$.a[*]"}},
        {"CsvClassifier": {"Name": "k", "Delimiter": "|", "Header": ["a", "b"], "Serde": "OpenCSVSerDe"}},
        {"XMLClassifier": {"Name": "k", "Classification": "xml", "RowTag": "row"}},
        {"GrokClassifier": {"Name": "k", "Classification": "log", "GrokPattern": "%{INT:n:int} %{WORD:w}"}},
    ],
    ids=lambda given: next(iter(given)),
)
def test_classifiers_are_kept(classifiers: Classifiers, given: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateClassifier.html"""
    ((kind, members),) = given.items()
    classifiers.create_classifier(**given)
    answer = classifiers.get_classifier(Name="k")["Classifier"]
    assert {name: answer[kind][name] for name in members} == members
    assert answer[kind]["Version"] == 1
    assert answer[kind]["CreationTime"] == answer[kind]["LastUpdated"]
    refused("AlreadyExistsException", classifiers.create_classifier, **given)
    assert classifiers.get_classifiers()["Classifiers"] == [answer]
    classifiers.delete_classifier(Name="k")
    message = refused("EntityNotFoundException", classifiers.get_classifier, Name="k")
    assert message == "Classifier entry with name k does not exist"


def test_a_classifier_changes_in_part(classifiers: Classifiers) -> None:
    classifiers.create_classifier(CsvClassifier={"Name": "k", "Delimiter": "|", "ContainsHeader": "ABSENT"})
    classifiers.update_classifier(CsvClassifier={"Name": "k", "Delimiter": ";"})
    changed = classifiers.get_classifier(Name="k")["Classifier"]["CsvClassifier"]
    assert (changed["Delimiter"], changed["ContainsHeader"], changed["Version"]) == (";", "ABSENT", 2)
    refused(
        "InvalidInputException",
        classifiers.update_classifier,
        JsonClassifier={"Name": "k", "JsonPath": "$.a"},
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Exactly one"),
        ({"JsonClassifier": {"Name": "k", "JsonPath": "orders"}}, "does not start with \\$"),
        ({"JsonClassifier": {"Name": "k", "JsonPath": "$.a[?(@.x)]"}}, "no step"),
        ({"CsvClassifier": {"Name": "k", "Delimiter": ",", "QuoteSymbol": ","}}, "must be different"),
        ({"CsvClassifier": {"Name": "k", "Header": ["a", "A"]}}, "must be different"),
        ({"CsvClassifier": {"Name": "k", "CustomDatatypes": ["INTEGERS"]}}, "no custom data type INTEGERS"),
        ({"GrokClassifier": {"Name": "k", "Classification": "l", "GrokPattern": "%{NOPE:x}"}}, "NOPE"),
        (
            {"GrokClassifier": {"Name": "k", "Classification": "l", "GrokPattern": "%{INT:x:integral}"}},
            "integral",
        ),
        (
            {
                "GrokClassifier": {
                    "Name": "k",
                    "Classification": "l",
                    "GrokPattern": "%{A:x}",
                    "CustomPatterns": "A %{B}\nB %{A}",
                }
            },
            "itself",
        ),
        ({"GrokClassifier": {"Name": "k", "Classification": "l", "GrokPattern": "(%{INT:x}"}}, "regular"),
        ({"XMLClassifier": {"Name": "k", "Classification": "x", "RowTag": "<row>"}}, "XML element"),
    ],
)
def test_classifiers_that_could_never_match(classifiers: Classifiers, given: Any, said: str) -> None:
    with pytest.raises(ServiceException, match=said) as caught:
        classifiers.create_classifier(**given)
    assert caught.value.code == "InvalidInputException"


def test_a_crawler_as_aws_shows_it(make: Callable[..., dict[str, Any]]) -> None:
    """The answer of a real GetCrawler has all kinds of targets, and a role's name for its ARN."""
    crawler = make(Role="arn:aws:iam::000000000000:role/service-role/AWSGlueServiceRole")
    moments = (crawler.pop("CreationTime"), crawler.pop("LastUpdated"))
    assert moments[0] == moments[1]
    assert crawler == {
        "Name": "c",
        "Role": "service-role/AWSGlueServiceRole",
        "Targets": {
            "S3Targets": [{"Path": "s3://bucket/orders/", "Exclusions": []}],
            "JdbcTargets": [],
            "MongoDBTargets": [],
            "DynamoDBTargets": [],
            "CatalogTargets": [],
            "DeltaTargets": [],
            "IcebergTargets": [],
            "HudiTargets": [],
        },
        "DatabaseName": "db",
        "Classifiers": [],
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "SchemaChangePolicy": {
            "UpdateBehavior": "UPDATE_IN_DATABASE",
            "DeleteBehavior": "DEPRECATE_IN_DATABASE",
        },
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
        "State": "READY",
        "CrawlElapsedTime": 0,
        "Version": 1,
    }


def test_settings_are_kept(make: Callable[..., dict[str, Any]]) -> None:
    settings = {
        "TablePrefix": "outlook_",
        "Description": "d",
        "Configuration": '{"Version": 1.0, "CreatePartitionIndex": true}',
        "LineageConfiguration": {"CrawlerLineageSettings": "ENABLE"},
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": True, "AccountId": "123456789012"},
        "CrawlerSecurityConfiguration": "s3",
    }
    crawler = make(**settings, Schedule="cron(0 3 * * ? *)")
    assert {name: crawler[name] for name in settings} == settings
    assert crawler["Schedule"] == {"ScheduleExpression": "cron(0 3 * * ? *)", "State": "SCHEDULED"}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"Targets": {}}, "at least one target"),
        ({"Targets": {"S3Targets": [{"Path": ""}]}}, "must have a Path"),
        ({"Targets": {"S3Targets": [{"Path": "https://bucket/x"}]}}, "s3://bucket/prefix"),
        ({"Targets": {"S3Targets": [{"Path": "s3://"}]}}, "s3://bucket/prefix"),
        ({"Targets": {"S3Targets": [{"Path": "s3:///x"}]}}, "s3://bucket/prefix"),
        ({"Targets": {"S3Targets": [{"Path": "/x"}]}}, "s3://bucket/prefix"),
        ({"Targets": {"S3Targets": [{"Path": "s3://b", "SampleSize": 250}]}}, "between 1 and 249"),
        ({"Targets": {"S3Targets": [{"Path": "s3://b", "Exclusions": ["{a,{b}}"]}]}}, "cannot be nested"),
        ({"Targets": {"DynamoDBTargets": [{"Path": "t", "scanRate": 2.0}]}}, "between 0.1 and 1.5"),
        ({"Targets": {"JdbcTargets": [{"Path": "db/%"}]}}, "ConnectionName"),
        ({"Classifiers": ["gone"]}, "do not exist: gone"),
        ({"Schedule": "rate(1 hour)"}, "not of the form cron"),
        ({"Schedule": "cron(0 3 1 * 2 *)"}, "must be \\?"),
        ({"Configuration": "{"}, "no JSON"),
        ({"Configuration": '{"Version": 2}'}, "Version 1.0"),
        ({"Configuration": '{"Version": 1, "Crawler": {}}'}, "no member Crawler"),
        (
            {
                "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
                "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE"},
            },
            "can have only LOG",
        ),
        (
            {"Targets": TARGETS | {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}]}},
            "cannot be mixed",
        ),
        ({"Tags": {"aws:x": "1"}}, "AWS's own"),
    ],
)
def test_crawlers_that_are_refused(crawlers: Crawlers, members: dict[str, Any], said: str) -> None:
    request = {"Name": "c", "Role": "glue", "Targets": TARGETS, **members}
    with pytest.raises(ServiceException, match=said) as caught:
        crawlers.create_crawler(**request)
    assert caught.value.code == "InvalidInputException"
    assert crawlers.list_crawlers()["CrawlerNames"] == []


def test_policies_of_new_folders_default_to_log(make: Callable[..., dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html"""
    crawler = make(RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"})
    assert set(crawler["SchemaChangePolicy"].values()) == {"LOG"}


def test_an_update_changes_what_it_names(crawlers: Crawlers, make: Callable[..., dict[str, Any]]) -> None:
    make(TablePrefix="a_", Schedule="cron(0 3 * * ? *)")
    crawlers.update_crawler(Name="c", DatabaseName="other", Schedule="")
    crawler = crawlers.get_crawler(Name="c")["Crawler"]
    assert (crawler["DatabaseName"], crawler["TablePrefix"], crawler["Version"]) == ("other", "a_", 2)
    assert "Schedule" not in crawler


def test_schedules(crawlers: Crawlers, make: Callable[..., dict[str, Any]]) -> None:
    make()
    refused("NoScheduleException", crawlers.start_crawler_schedule, CrawlerName="c")
    refused("SchedulerNotRunningException", crawlers.stop_crawler_schedule, CrawlerName="c")
    crawlers.update_crawler_schedule(CrawlerName="c", Schedule="cron(15 12 * * ? *)")
    refused("SchedulerRunningException", crawlers.start_crawler_schedule, CrawlerName="c")
    crawlers.stop_crawler_schedule(CrawlerName="c")
    assert crawlers.get_crawler(Name="c")["Crawler"]["Schedule"]["State"] == "NOT_SCHEDULED"
    noon = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
    place = (crawlers.account, REGION, "c")
    assert place not in schedules.due(noon, noon + timedelta(hours=1))
    crawlers.start_crawler_schedule(CrawlerName="c")
    assert place in schedules.due(noon, noon + timedelta(minutes=15))
    assert place not in schedules.due(noon, noon + timedelta(minutes=14))
    crawlers.delete_crawler(Name="c")


def test_the_life_of_a_run(crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held) -> None:
    make()
    crawlers.start_crawler(Name="c")
    running = crawlers.get_crawler(Name="c")["Crawler"]
    assert running["State"] == "RUNNING"
    assert "LastCrawl" not in running
    message = refused("CrawlerRunningException", crawlers.start_crawler, Name="c")
    assert message == "Crawler with name c has already started"
    refused("CrawlerRunningException", crawlers.update_crawler, Name="c", Description="d")
    refused("CrawlerRunningException", crawlers.delete_crawler, Name="c")
    assert crawlers.list_crawls(CrawlerName="c")["Crawls"][0]["State"] == "RUNNING"
    held.result.note("TABLE", "ADD", "orders")
    held.go.set()
    crawler = ready(crawlers)
    assert crawler["State"] == "READY"
    last = crawler["LastCrawl"]
    assert last["Status"] == "SUCCEEDED"
    assert (last["LogGroup"], last["LogStream"]) == ("/aws-glue/crawlers", "c")
    assert all(line.startswith(f"[{last['MessagePrefix']}] ") for line in held.lines)
    assert held.lines[0].endswith("BENCHMARK : Running Start Crawl for Crawler c")
    assert held.lines[-1].endswith("BENCHMARK : Crawler has finished running and is in state READY")
    (metrics,) = crawlers.get_crawler_metrics(CrawlerNameList=["c"])["CrawlerMetricsList"]
    assert (metrics["TablesCreated"], metrics["StillEstimating"]) == (1, False)
    assert metrics["LastRuntimeSeconds"] > 0


def test_stopping(crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held) -> None:
    make()
    refused("CrawlerNotRunningException", crawlers.stop_crawler, Name="c")
    crawlers.start_crawler(Name="c")
    crawlers.stop_crawler(Name="c")
    crawler = ready(crawlers)
    assert crawler["LastCrawl"]["Status"] == "CANCELLED"
    assert crawlers.list_crawls(CrawlerName="c")["Crawls"][0]["State"] == "STOPPED"


def test_a_failure_has_its_reason(
    crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held
) -> None:
    make()
    held.failure = CrawlFailed("The specified bucket does not exist")
    held.go.set()
    crawlers.start_crawler(Name="c")
    last = ready(crawlers)["LastCrawl"]
    assert (last["Status"], last["ErrorMessage"]) == ("FAILED", "The specified bucket does not exist")
    assert any("ERROR : The specified bucket does not exist" in line for line in held.lines)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_is_a_failed_crawl(
    crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held
) -> None:
    make()
    held.failure = KeyError("a fault")
    held.go.set()
    crawlers.start_crawler(Name="c")
    last = ready(crawlers)["LastCrawl"]
    assert (last["Status"], last["ErrorMessage"]) == ("FAILED", "Internal Service Exception")


def test_event_mode_says_what_is_missing(
    crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held
) -> None:
    make(RecrawlPolicy={"RecrawlBehavior": "CRAWL_EVENT_MODE"})
    crawlers.start_crawler(Name="c")
    assert "CRAWL_EVENT_MODE" in ready(crawlers)["LastCrawl"]["ErrorMessage"]


def test_folders_are_remembered_from_run_to_run(
    crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held
) -> None:
    make(RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"})
    held.result.folders = {"s3://bucket/orders/a/"}
    held.go.set()
    for _ in range(2):
        crawlers.start_crawler(Name="c")
        ready(crawlers)
    assert [job.known_folders for job in held.jobs] == [None, frozenset({"s3://bucket/orders/a/"})]
    refused(
        "InvalidInputException",
        crawlers.update_crawler,
        Name="c",
        Targets={"S3Targets": [{"Path": "s3://other/"}]},
    )


def test_listeners_hear_of_the_end(
    crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, ...]] = []
    monkeypatch.setattr(lifecycle, "listeners", [lambda *told: heard.append(told)])
    make()
    held.go.set()
    crawl_id = lifecycle.start(crawlers.account, REGION, "c")
    ready(crawlers)
    assert heard == [(crawlers.account, REGION, "c", crawl_id, "SUCCEEDED")]


def test_tags(crawlers: Crawlers, make: Callable[..., dict[str, Any]]) -> None:
    make(Tags={"team": "sales", "stage": "dev"})
    make(Name="other")
    assert crawlers.list_crawlers(Tags={"team": "sales"})["CrawlerNames"] == ["c"]
    assert crawlers.list_crawlers(Tags={"team": "ops"})["CrawlerNames"] == []
    assert crawlers.list_crawlers()["CrawlerNames"] == ["c", "other"]
    crawlers.delete_crawler(Name="c")
    make()
    assert crawlers.list_crawlers(Tags={"team": "sales"})["CrawlerNames"] == []


def test_batches_and_pages(crawlers: Crawlers, make: Callable[..., dict[str, Any]]) -> None:
    for name in ("a", "b", "d"):
        make(Name=name)
    answer = crawlers.batch_get_crawlers(CrawlerNames=["b", "x", "a"])
    assert [crawler["Name"] for crawler in answer["Crawlers"]] == ["b", "a"]
    assert answer["CrawlersNotFound"] == ["x"]
    first = crawlers.get_crawlers(MaxResults=2)
    rest = crawlers.get_crawlers(MaxResults=2, NextToken=first["NextToken"])
    assert [crawler["Name"] for crawler in first["Crawlers"] + rest["Crawlers"]] == ["a", "b", "d"]
    assert "NextToken" not in rest
    assert refused("EntityNotFoundException", crawlers.get_crawler, Name="x") == (
        "Crawler entry with name x does not exist"
    )


def test_the_history_is_filtered(crawlers: Crawlers, make: Callable[..., dict[str, Any]]) -> None:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_CrawlsFilter.html"""
    make()
    start = datetime(2024, 5, 1, tzinfo=UTC)
    crawler = store_of(crawlers.account, REGION).crawlers["c"]
    for day, status in enumerate(("COMPLETED", "FAILED", "COMPLETED")):
        began = start + timedelta(days=day)
        ended = began + timedelta(minutes=1)
        crawler.crawls.append(Crawl(f"id-{day}", began, "g", "c", status, ended))

    def ids(**filter_: str) -> list[str]:
        answer = crawlers.list_crawls(CrawlerName="c", Filters=[filter_] if filter_ else [])
        return [crawl["CrawlId"] for crawl in answer["Crawls"]]

    assert ids() == ["id-2", "id-1", "id-0"]
    assert ids(FieldName="STATE", FilterOperator="EQ", FieldValue="FAILED") == ["id-1"]
    assert ids(FieldName="STATE", FilterOperator="NE", FieldValue="FAILED") == ["id-2", "id-0"]
    assert ids(FieldName="CRAWL_ID", FieldValue="id-0") == ["id-0"]
    moment = str(int((start + timedelta(days=1)).timestamp() * 1000))
    assert ids(FieldName="START_TIME", FilterOperator="GE", FieldValue=moment) == ["id-2", "id-1"]
    assert ids(FieldName="END_TIME", FilterOperator="LT", FieldValue="2024-05-02T00:00:00Z") == ["id-0"]
    refused(
        "InvalidInputException",
        crawlers.list_crawls,
        CrawlerName="c",
        Filters=[{"FieldName": "START_TIME", "FieldValue": "yesterday"}],
    )
    page = crawlers.list_crawls(CrawlerName="c", MaxResults=2)
    rest = crawlers.list_crawls(CrawlerName="c", MaxResults=2, NextToken=page["NextToken"])
    assert [crawl["CrawlId"] for crawl in rest["Crawls"]] == ["id-0"]


def test_the_store_can_be_pickled(
    crawlers: Crawlers, make: Callable[..., dict[str, Any]], held: Held
) -> None:
    make()
    crawlers.start_crawler(Name="c")
    lifecycle.close_open()
    assert crawlers.list_crawls(CrawlerName="c")["Crawls"][0]["State"] == "RUNNING"
    again = pickle.loads(pickle.dumps(crawler_stores[crawlers.account][REGION].crawlers))
    assert again["c"].definition["Name"] == "c"
    held.go.set()
    ready(crawlers)
    crawler_stores[crawlers.account][REGION].crawlers = again
    lifecycle.close_open()
    assert crawlers.get_crawler(Name="c")["Crawler"]["LastCrawl"]["Status"] == "FAILED"
