"""Triggers and workflows start crawlers; the crawls are played here.

https://docs.aws.amazon.com/glue/latest/dg/about-triggers.html
"""

import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.glue.crawlers import lifecycle
from localstack_lab.glue.crawlers.store import Crawler, crawler_stores, store_of
from localstack_lab.glue.orchestration import chains, runs, schedules
from localstack_lab.glue.orchestration.triggers import Triggers
from localstack_lab.glue.orchestration.workflows import Workflows
from localstack_lab.glue.refusals import invalid
from localstack_lab.glue.store import glue_stores
from localstack_lab.glue.tags import Tags

REGION = "us-east-1"
NOON = "cron(0 12 * * ? *)"
_ACCOUNTS = itertools.count(200_000_000_000)


class Crawls:
    """Stands for the crawlers: remembers what was started, ends it when told."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.started: list[str] = []
        self.stopped: list[str] = []
        self.busy: set[str] = set()
        self._ids = itertools.count()
        self._running: dict[str, str] = {}

    def start(self, account: str, region: str, name: str) -> str:
        if name in self.busy:
            raise invalid(f"{name} runs already")
        self.started.append(name)
        self._running[name] = f"crawl-{next(self._ids)}"
        return self._running[name]

    def stop(self, account: str, region: str, name: str) -> None:
        self.stopped.append(name)

    def end(self, name: str, status: str = "SUCCEEDED") -> None:
        for listener in lifecycle.listeners:
            listener(self.account, REGION, name, self._running[name], status)


@pytest.fixture
def account() -> Iterator[str]:
    number = str(next(_ACCOUNTS))
    moment = datetime.now(UTC)
    for name in ("orders", "customers", "sales"):
        store_of(number, REGION).crawlers[name] = Crawler({"Name": name}, moment, moment)
    yield number
    chains.forget()
    glue_stores.pop(number, None)
    crawler_stores.pop(number, None)
    schedules.wake()


@pytest.fixture
def crawls(account: str, monkeypatch: pytest.MonkeyPatch) -> Crawls:
    played = Crawls(account)
    monkeypatch.setattr(lifecycle, "start", played.start)
    monkeypatch.setattr(lifecycle, "stop", played.stop)
    return played


@pytest.fixture
def glue(account: str, crawls: Crawls) -> Triggers:
    return Triggers(account, REGION)


@pytest.fixture
def workflows(account: str, crawls: Crawls) -> Workflows:
    return Workflows(account, REGION)


def _refused(method: Callable[..., Any], **request: Any) -> tuple[str, str]:
    with pytest.raises(ServiceException) as caught:
        method(**request)
    return caught.value.code, caught.value.message


def _crawl(*names: str) -> list[dict[str, str]]:
    return [{"CrawlerName": name} for name in names]


def _when(*conditions: tuple[str, str], logical: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "Conditions": [
            {"LogicalOperator": "EQUALS", "CrawlerName": name, "CrawlState": state}
            for name, state in conditions
        ]
    }
    return made | ({"Logical": logical} if logical else {})


def _conditional(glue: Triggers, name: str, predicate: dict[str, Any], *crawlers: str, **more: Any) -> None:
    glue.create_trigger(
        Name=name,
        Type="CONDITIONAL",
        Predicate=predicate,
        Actions=_crawl(*crawlers),
        StartOnCreation=True,
        **more,
    )


def test_an_on_demand_trigger_starts_its_crawlers_and_stays_created(glue: Triggers, crawls: Crawls) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=_crawl("orders", "customers"))
    assert crawls.started == []
    assert glue.start_trigger(Name="now") == {"Name": "now"}
    assert crawls.started == ["orders", "customers"]
    assert glue.get_trigger(Name="now")["Trigger"] == {
        "Name": "now",
        "Type": "ON_DEMAND",
        "State": "CREATED",
        "Actions": _crawl("orders", "customers"),
    }


def test_a_conditional_trigger_follows_crawls_that_a_trigger_started(glue: Triggers, crawls: Crawls) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=_crawl("orders"))
    _conditional(glue, "then", _when(("orders", "SUCCEEDED")), "sales")
    glue.start_trigger(Name="now")
    crawls.end("orders")
    assert crawls.started == ["orders", "sales"]


def test_a_crawl_that_a_person_started_fires_nothing(glue: Triggers, crawls: Crawls, account: str) -> None:
    _conditional(glue, "then", _when(("orders", "SUCCEEDED")), "sales")
    crawls.start(account, REGION, "orders")
    crawls.end("orders")
    assert crawls.started == ["orders"]


@pytest.mark.parametrize(
    ("logical", "first", "second", "started_after"),
    [
        ("AND", "SUCCEEDED", "SUCCEEDED", (0, 1)),
        ("AND", "FAILED", "SUCCEEDED", (0, 0)),
        ("ANY", "SUCCEEDED", "SUCCEEDED", (1, 1)),
        ("ANY", "FAILED", "SUCCEEDED", (0, 1)),
        ("ANY", "CANCELLED", "FAILED", (0, 0)),
    ],
)
def test_conditions_are_joined(
    glue: Triggers, crawls: Crawls, logical: str, first: str, second: str, started_after: tuple[int, int]
) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=_crawl("orders", "customers"))
    both = _when(("orders", "SUCCEEDED"), ("customers", "SUCCEEDED"), logical=logical)
    _conditional(glue, "then", both, "sales")
    glue.start_trigger(Name="now")
    crawls.end("orders", first)
    assert crawls.started.count("sales") == started_after[0]
    crawls.end("customers", second)
    assert crawls.started.count("sales") == started_after[1]


def test_only_an_activated_trigger_follows(glue: Triggers, crawls: Crawls) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=_crawl("orders"))
    then = {"Predicate": _when(("orders", "SUCCEEDED")), "Actions": _crawl("sales")}
    glue.create_trigger(Name="then", Type="CONDITIONAL", **then)
    states = []
    for change in (None, glue.start_trigger, glue.stop_trigger):
        if change:
            change(Name="then")
        states.append(glue.get_trigger(Name="then")["Trigger"]["State"])
        glue.start_trigger(Name="now")
        crawls.end("orders")
    assert states == ["CREATED", "ACTIVATED", "DEACTIVATED"]
    assert crawls.started.count("sales") == 1


def test_a_trigger_whose_crawler_runs_already_says_so(glue: Triggers, crawls: Crawls) -> None:
    crawls.busy.add("orders")
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=_crawl("orders"))
    assert "runs already" in _refused(glue.start_trigger, Name="now")[1]


def test_scheduled_triggers_fire_at_their_times(glue: Triggers, crawls: Crawls, account: str) -> None:
    glue.create_trigger(Name="noon", Type="SCHEDULED", Schedule=NOON, Actions=_crawl("orders"))
    before, noon = datetime(2026, 1, 1, 11, 59, tzinfo=UTC), datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

    def planned() -> list[schedules.Planned]:
        return [plan for plan in schedules.upcoming(before) if plan.account == account]

    assert planned() == []
    glue.start_trigger(Name="noon")
    assert [plan.at for plan in planned()] == [noon]
    schedules.fire(planned(), before)
    assert crawls.started == []
    schedules.fire(planned(), noon)
    assert crawls.started == ["orders"]
    old = planned()
    early = {"Schedule": "cron(0 6 * * ? *)", "Actions": _crawl("sales")}
    glue.update_trigger(Name="noon", TriggerUpdate=early)
    schedules.fire(old, noon)
    assert crawls.started == ["orders"]
    assert [plan.at.hour for plan in planned()] == [6]
    glue.stop_trigger(Name="noon")
    assert planned() == []


def test_the_thread_of_schedules_fires_when_time_comes(
    glue: Triggers, crawls: Crawls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time is played: the schedule's next time is a moment away."""

    class Soon:
        def __init__(self, expression: str) -> None:
            assert expression == NOON

        def after(self, moment: datetime) -> datetime:
            return moment + timedelta(milliseconds=20)

    monkeypatch.setattr(schedules, "Cron", Soon)
    fired = threading.Event()
    monkeypatch.setattr(lifecycle, "start", lambda *place: fired.set() or "crawl")
    glue.create_trigger(
        Name="noon", Type="SCHEDULED", Schedule=NOON, Actions=_crawl("orders"), StartOnCreation=True
    )
    assert fired.wait(10)
    glue.delete_trigger(Name="noon")


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        ({"Actions": [{"JobName": "etl"}]}, "NotImplementedException", "starts a job (etl)"),
        ({"Actions": [{}]}, "InvalidInputException", "cannot be null"),
        ({"Actions": []}, "InvalidInputException", "Actions"),
        ({"Actions": _crawl("none")}, "EntityNotFoundException", "Crawler none not found."),
        ({"Actions": _crawl("orders", "customers", "sales")}, "InvalidInputException", "at most 2"),
        ({"Actions": [{"CrawlerName": "orders", "Timeout": 5}]}, "InvalidInputException", "Timeout"),
        ({"StartOnCreation": True}, "InvalidInputException", "StartOnCreation"),
        ({"Schedule": NOON}, "InvalidInputException", "Schedule"),
        ({"Type": "SCHEDULED"}, "InvalidInputException", "Schedule"),
        ({"Type": "SCHEDULED", "Schedule": "cron(x)"}, "InvalidInputException", "Schedule".lower()),
        ({"Type": "EVENT"}, "NotImplementedException", "EVENT"),
        ({"Type": "CONDITIONAL"}, "InvalidInputException", "Predicate"),
        (
            {"Type": "CONDITIONAL", "Predicate": _when(("orders", "RUNNING"))},
            "InvalidInputException",
            "[SUCCEEDED, FAILED, CANCELLED]",
        ),
        (
            {
                "Type": "CONDITIONAL",
                "Predicate": {
                    "Conditions": [{"LogicalOperator": "EQUALS", "JobName": "etl", "State": "FAILED"}]
                },
            },
            "NotImplementedException",
            "job (etl)",
        ),
        (
            {"Type": "CONDITIONAL", "Predicate": _when(("orders", "FAILED"), ("sales", "FAILED"))},
            "InvalidInputException",
            "Logical",
        ),
        ({"WorkflowName": "none"}, "EntityNotFoundException", "Workflow none not found."),
    ],
)
def test_what_no_trigger_can_be_is_refused(
    glue: Triggers, request_: dict[str, Any], code: str, words: str
) -> None:
    plain = {"Name": "t", "Type": "ON_DEMAND", "Actions": _crawl("orders")}
    found = _refused(glue.create_trigger, **(plain | request_))
    assert found[0] == code
    assert words in found[1]
    assert glue.list_triggers() == {"TriggerNames": []}


def test_triggers_are_listed_by_tags(glue: Triggers, account: str) -> None:
    for name, tags in (("a", {"team": "x"}), ("b", {"team": "y"})):
        glue.create_trigger(Name=name, Type="ON_DEMAND", Actions=_crawl("orders"), Tags=tags)
    assert glue.list_triggers(Tags={"team": "y"}) == {"TriggerNames": ["b"]}
    answer = glue.batch_get_triggers(TriggerNames=["a", "none"])
    assert [found["Name"] for found in answer["Triggers"]] == ["a"]
    assert answer["TriggersNotFound"] == ["none"]
    arn = f"arn:aws:glue:{REGION}:{account}:trigger/a"
    assert Tags(account, REGION).get_tags(ResourceArn=arn) == {"Tags": {"team": "x"}}
    assert _refused(glue.create_trigger, Name="a", Type="ON_DEMAND", Actions=_crawl("orders"))[0] == (
        "AlreadyExistsException"
    )
    assert glue.delete_trigger(Name="a") == glue.delete_trigger(Name="a") == {"Name": "a"}
    assert _refused(glue.get_trigger, Name="a")[0] == "EntityNotFoundException"


@pytest.fixture
def nightly(glue: Triggers, workflows: Workflows) -> str:
    """A workflow: orders and customers, then sales."""
    workflows.create_workflow(Name="nightly", DefaultRunProperties={"day": "today"}, MaxConcurrentRuns=1)
    begin = {"Name": "begin", "Type": "ON_DEMAND", "Actions": _crawl("orders", "customers")}
    glue.create_trigger(WorkflowName="nightly", **begin)
    both = _when(("orders", "SUCCEEDED"), ("customers", "SUCCEEDED"), logical="AND")
    _conditional(glue, "then", both, "sales", WorkflowName="nightly")
    return "nightly"


def _run(workflows: Workflows, run_id: str, **more: Any) -> dict[str, Any]:
    run: dict[str, Any] = workflows.get_workflow_run(Name="nightly", RunId=run_id, **more)["Run"]
    return run


def test_a_workflow_runs_to_its_end(workflows: Workflows, crawls: Crawls, nightly: str) -> None:
    run_id = workflows.start_workflow_run(Name=nightly, RunProperties={"who": "me"})["RunId"]
    run = _run(workflows, run_id)
    assert run["Status"] == "RUNNING"
    assert run["WorkflowRunProperties"] == {"day": "today", "who": "me"}
    counted = {name: count for name, count in run["Statistics"].items() if count}
    assert counted == {"TotalActions": 3, "RunningActions": 2}
    crawls.end("orders")
    crawls.end("customers")
    assert crawls.started == ["orders", "customers", "sales"]
    crawls.end("sales", "FAILED")
    run = _run(workflows, run_id)
    assert run["Status"] == "COMPLETED"
    assert run["CompletedOn"] >= run["StartedOn"]
    counted = {name: count for name, count in run["Statistics"].items() if count}
    assert counted == {"TotalActions": 3, "SucceededActions": 2, "FailedActions": 1}
    assert workflows.get_workflow(Name=nightly)["Workflow"]["LastRun"]["WorkflowRunId"] == run_id


def test_runs_are_limited_and_listed(workflows: Workflows, crawls: Crawls, nightly: str) -> None:
    first = workflows.start_workflow_run(Name=nightly)["RunId"]
    assert _refused(workflows.start_workflow_run, Name=nightly)[0] == "ConcurrentRunsExceededException"
    assert _refused(workflows.delete_workflow, Name=nightly)[0] == "InvalidInputException"
    crawls.end("orders", "FAILED")
    crawls.end("customers")
    second = workflows.start_workflow_run(Name=nightly)["RunId"]
    found = workflows.get_workflow_runs(Name=nightly)["Runs"]
    assert [run["WorkflowRunId"] for run in found] == [second, first]
    assert found[0]["PreviousRunId"] == first


def test_a_stopped_run_stops_its_crawlers_and_starts_no_more(
    workflows: Workflows, crawls: Crawls, nightly: str
) -> None:
    run_id = workflows.start_workflow_run(Name=nightly)["RunId"]
    workflows.stop_workflow_run(Name=nightly, RunId=run_id)
    assert crawls.stopped == ["orders", "customers"]
    assert _run(workflows, run_id)["Status"] == "STOPPING"
    crawls.end("orders")
    crawls.end("customers")
    run = _run(workflows, run_id)
    assert run["Status"] == "STOPPED"
    assert "sales" not in crawls.started
    assert _refused(workflows.stop_workflow_run, Name=nightly, RunId=run_id)[0] == (
        "IllegalWorkflowStateException"
    )


def test_the_graph_shows_what_leads_to_what(workflows: Workflows, nightly: str) -> None:
    graph = workflows.get_workflow(Name=nightly, IncludeGraph=True)["Workflow"]["Graph"]
    names = {node["UniqueId"]: f"{node['Type']} {node['Name']}" for node in graph["Nodes"]}
    edges = sorted((names[edge["SourceId"]], names[edge["DestinationId"]]) for edge in graph["Edges"])
    assert edges == [
        ("CRAWLER customers", "TRIGGER then"),
        ("CRAWLER orders", "TRIGGER then"),
        ("TRIGGER begin", "CRAWLER customers"),
        ("TRIGGER begin", "CRAWLER orders"),
        ("TRIGGER then", "CRAWLER sales"),
    ]
    assert len(names) == 5


def test_run_properties_are_changed(workflows: Workflows, nightly: str) -> None:
    run_id = workflows.start_workflow_run(Name=nightly)["RunId"]
    at = {"Name": nightly, "RunId": run_id}
    workflows.put_workflow_run_properties(**at, RunProperties={"rows": "3"})
    assert workflows.get_workflow_run_properties(**at) == {"RunProperties": {"day": "today", "rows": "3"}}
    missing = {"Name": nightly, "RunId": "wr_none"}
    assert _refused(workflows.get_workflow_run, **missing)[0] == "EntityNotFoundException"


def test_a_run_in_a_loaded_state_is_over(workflows: Workflows, nightly: str) -> None:
    run_id = workflows.start_workflow_run(Name=nightly)["RunId"]
    chains.forget()
    runs.settle()
    run = _run(workflows, run_id)
    assert (run["Status"], run["Statistics"]["RunningActions"]) == ("ERROR", 0)


def test_a_workflow_has_one_start(glue: Triggers, workflows: Workflows, nightly: str) -> None:
    second = {"Name": "other", "Type": "ON_DEMAND", "Actions": _crawl("sales")}
    assert _refused(glue.create_trigger, WorkflowName=nightly, **second)[0] == "InvalidInputException"
    workflows.create_workflow(Name="empty")
    assert _refused(workflows.start_workflow_run, Name="empty")[0] == "InvalidInputException"


def test_a_deleted_workflow_takes_its_triggers_along(
    glue: Triggers, workflows: Workflows, nightly: str
) -> None:
    workflows.delete_workflow(Name=nightly)
    assert workflows.list_workflows() == {"Workflows": []}
    assert glue.get_triggers() == {"Triggers": []}
    answer = workflows.batch_get_workflows(Names=[nightly])
    assert answer == {"Workflows": [], "MissingWorkflows": [nightly]}
