"""Triggers start crawlers; the crawls are played here.

https://docs.aws.amazon.com/glue/latest/dg/about-triggers.html
"""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack_lab.glue.crawlers import lifecycle
from localstack_lab.glue.orchestration import schedules
from localstack_lab.glue.orchestration.triggers import Triggers
from localstack_lab.glue.tags import Tags

from tests.emulator.glue.orchestration.played import REGION, Crawls, conditional, crawl, refused, when

NOON = "cron(0 12 * * ? *)"


def test_an_on_demand_trigger_starts_its_crawlers_and_stays_created(glue: Triggers, crawls: Crawls) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=crawl("orders", "customers"))
    assert crawls.started == []
    assert glue.start_trigger(Name="now") == {"Name": "now"}
    assert crawls.started == ["orders", "customers"]
    assert glue.get_trigger(Name="now")["Trigger"] == {
        "Name": "now",
        "Type": "ON_DEMAND",
        "State": "CREATED",
        "Actions": crawl("orders", "customers"),
    }


def test_a_conditional_trigger_follows_crawls_that_a_trigger_started(glue: Triggers, crawls: Crawls) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=crawl("orders"))
    conditional(glue, "then", when(("orders", "SUCCEEDED")), "sales")
    glue.start_trigger(Name="now")
    crawls.end("orders")
    assert crawls.started == ["orders", "sales"]


def test_a_crawl_that_a_person_started_fires_nothing(glue: Triggers, crawls: Crawls, account: str) -> None:
    conditional(glue, "then", when(("orders", "SUCCEEDED")), "sales")
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
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=crawl("orders", "customers"))
    both = when(("orders", "SUCCEEDED"), ("customers", "SUCCEEDED"), logical=logical)
    conditional(glue, "then", both, "sales")
    glue.start_trigger(Name="now")
    crawls.end("orders", first)
    assert crawls.started.count("sales") == started_after[0]
    crawls.end("customers", second)
    assert crawls.started.count("sales") == started_after[1]


def test_only_an_activated_trigger_follows(glue: Triggers, crawls: Crawls) -> None:
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=crawl("orders"))
    then = {"Predicate": when(("orders", "SUCCEEDED")), "Actions": crawl("sales")}
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
    glue.create_trigger(Name="now", Type="ON_DEMAND", Actions=crawl("orders"))
    assert "runs already" in refused(glue.start_trigger, Name="now")[1]


def test_scheduled_triggers_fire_at_their_times(glue: Triggers, crawls: Crawls, account: str) -> None:
    glue.create_trigger(Name="noon", Type="SCHEDULED", Schedule=NOON, Actions=crawl("orders"))
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
    early = {"Schedule": "cron(0 6 * * ? *)", "Actions": crawl("sales")}
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
        Name="noon", Type="SCHEDULED", Schedule=NOON, Actions=crawl("orders"), StartOnCreation=True
    )
    assert fired.wait(10)
    glue.delete_trigger(Name="noon")


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        ({"Actions": [{"JobName": "etl"}]}, "NotImplementedException", "starts a job (etl)"),
        ({"Actions": [{}]}, "InvalidInputException", "cannot be null"),
        ({"Actions": []}, "InvalidInputException", "Actions"),
        ({"Actions": crawl("none")}, "EntityNotFoundException", "Crawler none not found."),
        ({"Actions": crawl("orders", "customers", "sales")}, "InvalidInputException", "at most 2"),
        ({"Actions": [{"CrawlerName": "orders", "Timeout": 5}]}, "InvalidInputException", "Timeout"),
        ({"StartOnCreation": True}, "InvalidInputException", "StartOnCreation"),
        ({"Schedule": NOON}, "InvalidInputException", "Schedule"),
        ({"Type": "SCHEDULED"}, "InvalidInputException", "Schedule"),
        ({"Type": "SCHEDULED", "Schedule": "cron(x)"}, "InvalidInputException", "Schedule".lower()),
        ({"Type": "EVENT"}, "NotImplementedException", "EVENT"),
        ({"Type": "CONDITIONAL"}, "InvalidInputException", "Predicate"),
        (
            {"Type": "CONDITIONAL", "Predicate": when(("orders", "RUNNING"))},
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
            {"Type": "CONDITIONAL", "Predicate": when(("orders", "FAILED"), ("sales", "FAILED"))},
            "InvalidInputException",
            "Logical",
        ),
        ({"WorkflowName": "none"}, "EntityNotFoundException", "Workflow none not found."),
    ],
)
def test_what_no_trigger_can_be_is_refused(
    glue: Triggers, request_: dict[str, Any], code: str, words: str
) -> None:
    plain = {"Name": "t", "Type": "ON_DEMAND", "Actions": crawl("orders")}
    found = refused(glue.create_trigger, **(plain | request_))
    assert found[0] == code
    assert words in found[1]
    assert glue.list_triggers() == {"TriggerNames": []}


def test_triggers_are_listed_by_tags(glue: Triggers, account: str) -> None:
    for name, tags in (("a", {"team": "x"}), ("b", {"team": "y"})):
        glue.create_trigger(Name=name, Type="ON_DEMAND", Actions=crawl("orders"), Tags=tags)
    assert glue.list_triggers(Tags={"team": "y"}) == {"TriggerNames": ["b"]}
    answer = glue.batch_get_triggers(TriggerNames=["a", "none"])
    assert [found["Name"] for found in answer["Triggers"]] == ["a"]
    assert answer["TriggersNotFound"] == ["none"]
    arn = f"arn:aws:glue:{REGION}:{account}:trigger/a"
    assert Tags(account, REGION).get_tags(ResourceArn=arn) == {"Tags": {"team": "x"}}
    assert refused(glue.create_trigger, Name="a", Type="ON_DEMAND", Actions=crawl("orders"))[0] == (
        "AlreadyExistsException"
    )
    assert glue.delete_trigger(Name="a") == glue.delete_trigger(Name="a") == {"Name": "a"}
    assert refused(glue.get_trigger, Name="a")[0] == "EntityNotFoundException"
