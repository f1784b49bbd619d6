"""Workflows run their triggers' crawlers; the crawls are played here.

https://docs.aws.amazon.com/glue/latest/dg/workflows_overview.html
"""

from typing import Any

import pytest
from localstack_lab.glue.orchestration import chains, runs
from localstack_lab.glue.orchestration.triggers import Triggers
from localstack_lab.glue.orchestration.workflows import Workflows

from tests.emulator.glue.orchestration.played import Crawls, conditional, crawl, refused, when


@pytest.fixture
def nightly(glue: Triggers, workflows: Workflows) -> str:
    """A workflow: orders and customers, then sales."""
    workflows.create_workflow(Name="nightly", DefaultRunProperties={"day": "today"}, MaxConcurrentRuns=1)
    begin = {"Name": "begin", "Type": "ON_DEMAND", "Actions": crawl("orders", "customers")}
    glue.create_trigger(WorkflowName="nightly", **begin)
    both = when(("orders", "SUCCEEDED"), ("customers", "SUCCEEDED"), logical="AND")
    conditional(glue, "then", both, "sales", WorkflowName="nightly")
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
    assert refused(workflows.start_workflow_run, Name=nightly)[0] == "ConcurrentRunsExceededException"
    assert refused(workflows.delete_workflow, Name=nightly)[0] == "InvalidInputException"
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
    assert refused(workflows.stop_workflow_run, Name=nightly, RunId=run_id)[0] == (
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
    assert refused(workflows.get_workflow_run, **missing)[0] == "EntityNotFoundException"


def test_a_run_in_a_loaded_state_is_over(workflows: Workflows, nightly: str) -> None:
    run_id = workflows.start_workflow_run(Name=nightly)["RunId"]
    chains.forget()
    runs.settle()
    run = _run(workflows, run_id)
    assert (run["Status"], run["Statistics"]["RunningActions"]) == ("ERROR", 0)


def test_a_workflow_has_one_start(glue: Triggers, workflows: Workflows, nightly: str) -> None:
    second = {"Name": "other", "Type": "ON_DEMAND", "Actions": crawl("sales")}
    assert refused(glue.create_trigger, WorkflowName=nightly, **second)[0] == "InvalidInputException"
    workflows.create_workflow(Name="empty")
    assert refused(workflows.start_workflow_run, Name="empty")[0] == "InvalidInputException"


def test_a_deleted_workflow_takes_its_triggers_along(
    glue: Triggers, workflows: Workflows, nightly: str
) -> None:
    workflows.delete_workflow(Name=nightly)
    assert workflows.list_workflows() == {"Workflows": []}
    assert glue.get_triggers() == {"Triggers": []}
    answer = workflows.batch_get_workflows(Names=[nightly])
    assert answer == {"Workflows": [], "MissingWorkflows": [nightly]}
