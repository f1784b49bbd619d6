"""Every operation of Glue that the emulator has."""

from localstack.services.plugins import ServiceLifecycleHook
from localstack.state import StateVisitor

from localstack_lab.api.service import LabProvider
from localstack_lab.glue.catalog import PAGES, Catalog, catalog
from localstack_lab.glue.classifiers.operations import Classifiers
from localstack_lab.glue.connections import Connections
from localstack_lab.glue.crawlers import lifecycle, schedules
from localstack_lab.glue.crawlers.operations import Crawlers
from localstack_lab.glue.crawlers.store import crawler_stores
from localstack_lab.glue.operations import serves
from localstack_lab.glue.orchestration import chains, runs
from localstack_lab.glue.orchestration import schedules as trigger_schedules
from localstack_lab.glue.orchestration.triggers import Triggers
from localstack_lab.glue.orchestration.workflows import Workflows
from localstack_lab.glue.policies import Policies
from localstack_lab.glue.security import SecurityConfigurations
from localstack_lab.glue.store import glue_stores
from localstack_lab.glue.tags import Tags


@serves(Catalog, catalog, PAGES)
@serves(Classifiers, Classifiers, {"GetClassifiers": 100})
@serves(Crawlers, Crawlers, {"GetCrawlers": 100, "ListCrawlers": 100, "ListCrawls": 20})
@serves(Connections, Connections, {"GetConnections": 100})
@serves(Policies, Policies, {"GetResourcePolicies": 100})
@serves(SecurityConfigurations, SecurityConfigurations, {"GetSecurityConfigurations": 100})
@serves(Triggers, Triggers, {"GetTriggers": 200, "ListTriggers": 200})
@serves(Workflows, Workflows, {"ListWorkflows": 25, "GetWorkflowRuns": 100})
@serves(Tags, Tags)
class LabGlueProvider(LabProvider, ServiceLifecycleHook):
    """Composed of one class for each family of operations."""

    service = "glue"

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Definitions of all accounts and regions."""
        visitor.visit(glue_stores)
        visitor.visit(crawler_stores)

    def on_before_stop(self) -> None:
        """End what runs."""
        self._end_runs()

    def on_before_state_reset(self) -> None:
        """Nothing may run on with the old state."""
        self._end_runs()

    def on_before_state_load(self) -> None:
        """Nothing may run on with the old state."""
        self._end_runs()

    def on_after_state_load(self) -> None:
        """Go by the schedules that were loaded."""
        lifecycle.close_open()
        schedules.wake()
        runs.settle()
        trigger_schedules.wake()

    def _end_runs(self) -> None:
        chains.forget()
        lifecycle.stop_all()
