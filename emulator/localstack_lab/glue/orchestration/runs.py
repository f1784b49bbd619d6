"""Runs of workflows. https://docs.aws.amazon.com/glue/latest/webapi/API_WorkflowRun.html"""

import uuid

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.operations import Region
from localstack_lab.glue.orchestration import chains
from localstack_lab.glue.refusals import invalid, not_found
from localstack_lab.glue.store import LOCK, all_stores, copied, now

_COUNTERS = (
    "TotalActions",
    "TimeoutActions",
    "FailedActions",
    "StoppedActions",
    "SucceededActions",
    "RunningActions",
    "ErroredActions",
    "WaitingActions",
)
MOST_RUNS = 1_000
"""How many of a workflow's runs are remembered."""


def start_run(scope: Region, name: str, properties: dict[str, str]) -> str:
    """Start a workflow: its start trigger fires.

    :return: the run's id
    :raises ServiceException: EntityNotFoundException, InvalidInputException, ConcurrentRunsExceededException
    """
    with LOCK:
        workflow = scope.store.workflows.get(name)
        if workflow is None:
            raise not_found(f"Workflow {name} not found.")
        triggers = triggers_of(scope, name)
        starts = [trigger for trigger in triggers if trigger["Type"] != "CONDITIONAL"]
        if not starts:
            raise invalid(f"Workflow {name} has no start trigger.")
        runs = scope.store.workflow_runs.setdefault(name, [])
        active = sum(run["Status"] in ("RUNNING", "STOPPING") for run in runs)
        if workflow.get("MaxConcurrentRuns") and active >= workflow["MaxConcurrentRuns"]:
            raise refusal(
                "ConcurrentRunsExceededException", f"Concurrent runs of workflow {name} exceed its limit."
            )
        run: Members = {
            "Name": name,
            "WorkflowRunId": f"wr_{uuid.uuid4().hex}{uuid.uuid4().hex}",
            "WorkflowRunProperties": {**(workflow.get("DefaultRunProperties") or {}), **properties},
            "StartedOn": now(),
            "Status": "RUNNING",
            "Statistics": dict.fromkeys(_COUNTERS, 0),
            "crawls": [],
        }
        if runs:
            run["PreviousRunId"] = runs[-1]["WorkflowRunId"]
        run["Statistics"]["TotalActions"] = sum(len(trigger["Actions"]) for trigger in triggers)
        runs.append(run)
        del runs[:-MOST_RUNS]
        chains.begin(chains.Chain(scope, run), starts[0])
        return str(run["WorkflowRunId"])


def settle() -> None:
    """End the runs of a state that was loaded: what they had started does not run any more."""
    with LOCK:
        for _, _, store in all_stores():
            for run in [run for runs in store.workflow_runs.values() for run in runs]:
                if run["Status"] in ("RUNNING", "STOPPING"):
                    run["Status"] = "ERROR"
                    run["ErrorMessage"] = "The run was under way when its state was saved."
                    run["Statistics"]["RunningActions"] = 0


def triggers_of(scope: Region, workflow: str) -> list[Members]:
    """A workflow's triggers, by name."""
    found = sorted(scope.store.triggers.items())
    return [trigger for _, trigger in found if trigger.get("WorkflowName") == workflow]


def shown(run: Members) -> Members:
    """A run as the API answers it, without its graph."""
    return {key: copied(value) for key, value in run.items() if key != "crawls"}
