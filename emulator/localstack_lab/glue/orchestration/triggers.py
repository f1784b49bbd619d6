"""The operations on triggers. https://docs.aws.amazon.com/glue/latest/dg/about-triggers.html"""

from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.crawlers.store import store_of
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.orchestration import chains, schedules
from localstack_lab.glue.orchestration.definitions import checked
from localstack_lab.glue.orchestration.runs import start_run
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid, not_found
from localstack_lab.glue.store import copied
from localstack_lab.glue.tags import checked_tags, keep_tags


class Triggers(Region):
    """Definitions, states and starts; an ON_DEMAND trigger is always CREATED."""

    @operation
    def create_trigger(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTrigger.html"""
        name, kind = request["Name"], request["Type"]
        if name in self.store.triggers:
            raise already_exists(f"Trigger {name} already exists.")
        made = checked(request, self._crawler_exists)
        if kind == "ON_DEMAND" and request.get("StartOnCreation"):
            raise invalid("StartOnCreation is not supported for ON_DEMAND triggers")
        tags = checked_tags(request.get("Tags") or {})
        if workflow := request.get("WorkflowName"):
            self._join(workflow, kind)
            made["WorkflowName"] = workflow
        made |= {"Name": name, "State": "ACTIVATED" if request.get("StartOnCreation") else "CREATED"}
        self.store.triggers[name] = made
        keep_tags(self, "trigger", name, tags)
        schedules.wake()
        return {"Name": name}

    @operation
    def get_trigger(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetTrigger.html"""
        return {"Trigger": copied(self._trigger(request["Name"]))}

    @operation
    def get_triggers(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetTriggers.html

        No trigger starts a job, so none depends on one.
        """
        if request.get("DependentJobName"):
            return {"Triggers": []}
        found = ((name, copied(trigger)) for name, trigger in sorted(self.store.triggers.items()))
        return page("Triggers", found, request)

    @operation
    def list_triggers(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_ListTriggers.html"""
        if request.get("DependentJobName"):
            return {"TriggerNames": []}
        wanted = (request.get("Tags") or {}).items()
        found = (
            (name, name)
            for name in sorted(self.store.triggers)
            if wanted <= self.store.tags.get(self.arn("trigger", name), {}).items()
        )
        return page("TriggerNames", found, request)

    @operation
    def batch_get_triggers(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetTriggers.html"""
        names, kept = request["TriggerNames"], self.store.triggers
        return {
            "Triggers": [copied(kept[name]) for name in names if name in kept],
            "TriggersNotFound": [name for name in names if name not in kept],
        }

    @operation
    def update_trigger(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTrigger.html

        The new definition replaces the old one; name, type, state and workflow stay.
        """
        before = self._trigger(request["Name"])
        given = request["TriggerUpdate"]
        if given.get("Name") not in (None, request["Name"]):
            raise invalid("A trigger cannot be renamed: Name and TriggerUpdate.Name differ.")
        made = checked({**given, "Type": before["Type"]}, self._crawler_exists)
        kept: Members = {key: before[key] for key in ("Name", "State", "WorkflowName") if key in before}
        self.store.triggers[request["Name"]] = {**made, **kept}
        schedules.wake()
        return {"Trigger": copied(self.store.triggers[request["Name"]])}

    @operation
    def start_trigger(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StartTrigger.html

        An ON_DEMAND trigger fires now, others wait for their time or their conditions from now on.
        """
        trigger = self._trigger(request["Name"])
        if trigger["Type"] == "ON_DEMAND":
            self.fire(trigger)
        else:
            trigger["State"] = "ACTIVATED"
            schedules.wake()
        return {"Name": request["Name"]}

    @operation
    def stop_trigger(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_StopTrigger.html"""
        trigger = self._trigger(request["Name"])
        if trigger["Type"] == "ON_DEMAND":
            raise invalid("An ON_DEMAND trigger cannot be stopped.")
        trigger["State"] = "DEACTIVATED"
        schedules.wake()
        return {"Name": request["Name"]}

    @operation
    def delete_trigger(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteTrigger.html

        One that is not there is no error.
        """
        if self.store.triggers.pop(request["Name"], None) is not None:
            keep_tags(self, "trigger", request["Name"], None)
            schedules.wake()
        return {"Name": request["Name"]}

    def fire(self, trigger: Members) -> None:
        """Start what a trigger starts: a run of its workflow, or its crawlers.

        :raises ServiceException: what StartWorkflowRun and StartCrawler raise
        """
        if workflow := trigger.get("WorkflowName"):
            start_run(self, workflow, {})
        else:
            chains.begin(chains.Chain(self), trigger)

    def _trigger(self, name: str) -> Members:
        found = self.store.triggers.get(name)
        if found is None:
            raise not_found(f"Trigger {name} not found.")
        return found

    def _crawler_exists(self, name: str) -> bool:
        return name in store_of(self.account, self.region).crawlers

    def _join(self, workflow: str, kind: str) -> None:
        """Whether a trigger of this type may belong to a workflow, which has one start trigger."""
        if workflow not in self.store.workflows:
            raise not_found(f"Workflow {workflow} not found.")
        others = [t for t in self.store.triggers.values() if t.get("WorkflowName") == workflow]
        if kind != "CONDITIONAL" and any(other["Type"] != "CONDITIONAL" for other in others):
            raise invalid(f"Workflow {workflow} has a start trigger already.")
