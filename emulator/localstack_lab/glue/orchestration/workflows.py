"""The operations on workflows and their runs.

https://docs.aws.amazon.com/glue/latest/dg/workflows_overview.html
"""

from typing import Any

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.orchestration import chains
from localstack_lab.glue.orchestration.graphs import graph
from localstack_lab.glue.orchestration.runs import shown, start_run
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid, not_found
from localstack_lab.glue.store import copied, now
from localstack_lab.glue.tags import keep_tags


class Workflows(Region):
    """Definitions, runs and their properties."""

    @operation
    def create_workflow(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateWorkflow.html"""
        name = request["Name"]
        if name in self.store.workflows:
            raise already_exists(f"Workflow {name} already exists.")
        keep_tags(self, "workflow", name, request.get("Tags") or {})
        self.store.workflows[name] = self._definition(request, now())
        return {"Name": name}

    @operation
    def update_workflow(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateWorkflow.html"""
        before = self._workflow(request["Name"])
        self.store.workflows[request["Name"]] = self._definition(request, before["CreatedOn"])
        return {"Name": request["Name"]}

    @operation
    def get_workflow(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetWorkflow.html"""
        return {"Workflow": self._shown(self._workflow(request["Name"]), request)}

    @operation
    def batch_get_workflows(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetWorkflows.html"""
        names, kept = request["Names"], self.store.workflows
        return {
            "Workflows": [self._shown(kept[name], request) for name in names if name in kept],
            "MissingWorkflows": [name for name in names if name not in kept],
        }

    @operation
    def list_workflows(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_ListWorkflows.html"""
        return page("Workflows", ((name, name) for name in sorted(self.store.workflows)), request)

    @operation
    def delete_workflow(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteWorkflow.html

        One that is not there is no error. Its triggers and runs go with it.
        """
        name = request["Name"]
        if any(run["Status"] in ("RUNNING", "STOPPING") for run in self.store.workflow_runs.get(name, [])):
            raise invalid(f"Workflow {name} has a run that is under way.")
        if self.store.workflows.pop(name, None) is not None:
            self.store.workflow_runs.pop(name, None)
            keep_tags(self, "workflow", name, None)
            for trigger in [t for t in self.store.triggers.values() if t.get("WorkflowName") == name]:
                del self.store.triggers[trigger["Name"]]
                keep_tags(self, "trigger", trigger["Name"], None)
        return {"Name": name}

    @operation
    def start_workflow_run(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StartWorkflowRun.html"""
        return {"RunId": start_run(self, request["Name"], request.get("RunProperties") or {})}

    @operation
    def stop_workflow_run(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StopWorkflowRun.html"""
        run = self._run(request["Name"], request["RunId"])
        if run["Status"] != "RUNNING":
            raise refusal(
                "IllegalWorkflowStateException", f"Workflow run {request['RunId']} is {run['Status']}."
            )
        chains.stop(run)
        return {}

    @operation
    def get_workflow_run(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetWorkflowRun.html"""
        return {"Run": self._shown_run(self._run(request["Name"], request["RunId"]), request)}

    @operation
    def get_workflow_runs(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetWorkflowRuns.html

        The newest first.
        """
        self._workflow(request["Name"])
        runs = self.store.workflow_runs.get(request["Name"], [])
        found = ((-number, self._shown_run(run, request)) for number, run in reversed(list(enumerate(runs))))
        return page("Runs", found, request)

    @operation
    def get_workflow_run_properties(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetWorkflowRunProperties.html"""
        run = self._run(request["Name"], request["RunId"])
        return {"RunProperties": dict(run["WorkflowRunProperties"])}

    @operation
    def put_workflow_run_properties(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_PutWorkflowRunProperties.html

        Properties that the run has already get the new values.
        """
        run = self._run(request["Name"], request["RunId"])
        run["WorkflowRunProperties"] = {**run["WorkflowRunProperties"], **request["RunProperties"]}
        return {}

    def _definition(self, request: Members, created: Any) -> Members:
        names = ("Name", "Description", "DefaultRunProperties", "MaxConcurrentRuns")
        given = {key: copied(request[key]) for key in names if request.get(key) is not None}
        return {**given, "CreatedOn": created, "LastModifiedOn": now()}

    def _workflow(self, name: str) -> Members:
        found = self.store.workflows.get(name)
        if found is None:
            raise not_found(f"Workflow {name} not found.")
        return found

    def _run(self, name: str, run_id: str) -> Members:
        self._workflow(name)
        for run in self.store.workflow_runs.get(name, []):
            if run["WorkflowRunId"] == run_id:
                return run
        raise not_found(f"Workflow run {run_id} not found.")

    def _shown(self, workflow: Members, request: Members) -> Members:
        answer: Members = copied(workflow)
        if runs := self.store.workflow_runs.get(workflow["Name"]):
            answer["LastRun"] = self._shown_run(runs[-1], request)
        if request.get("IncludeGraph"):
            answer["Graph"] = graph(self, workflow["Name"])
        return answer

    def _shown_run(self, run: Members, request: Members) -> Members:
        answer = shown(run)
        if request.get("IncludeGraph"):
            answer["Graph"] = graph(self, run["Name"], run)
        return answer
