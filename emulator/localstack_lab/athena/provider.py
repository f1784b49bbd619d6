"""Every operation of Athena that the emulator has."""

import sys

from localstack.services.plugins import ServiceLifecycleHook
from localstack.state import StateVisitor

from localstack_lab.athena.executions.execution import now
from localstack_lab.athena.service.data_catalogs import DataCatalogs
from localstack_lab.athena.service.engine_versions import EngineVersions
from localstack_lab.athena.service.executions import Executions
from localstack_lab.athena.service.metadata import Metadata
from localstack_lab.athena.service.named_queries import NamedQueries
from localstack_lab.athena.service.prepared_statements import PreparedStatements
from localstack_lab.athena.service.tags import Tags
from localstack_lab.athena.service.work_groups import WorkGroups
from localstack_lab.athena.store import athena_stores

INTERRUPTED = "GENERIC_INTERNAL_ERROR: The emulator ended while this query was running"
_ERROR = {"ErrorCategory": 1, "ErrorType": 100, "Retryable": True, "ErrorMessage": INTERRUPTED}


class LabAthenaProvider(
    Executions,
    WorkGroups,
    NamedQueries,
    PreparedStatements,
    DataCatalogs,
    Metadata,
    EngineVersions,
    Tags,
    ServiceLifecycleHook,
):
    """Composed of one class for each family of operations."""

    service = "athena"

    def end_execution(self, query_id: str) -> None:
        """End a query whose work group goes."""
        self.runner.stop(query_id)

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Definitions and executions of all accounts and regions."""
        visitor.visit(athena_stores)

    def on_before_stop(self) -> None:
        """Queries end, then the workers that ran them."""
        self.runner.close()
        self.notices.close()
        if (pool := sys.modules.get("localstack_lab.lake.workers.pool")) is not None:
            pool.close()

    def on_before_state_reset(self) -> None:
        """No query runs on into the new state."""
        self.runner.stop_all()

    def on_before_state_load(self) -> None:
        """No query runs on into the new state."""
        self.runner.stop_all()

    def on_after_state_load(self) -> None:
        """What ran when the state was saved does not any more."""
        for _account, _region, store in athena_stores.iter_stores():
            for execution in list(store.executions.values()):
                if not execution.ended:
                    execution.state, execution.reason = "FAILED", INTERRUPTED
                    execution.error, execution.completed = dict(_ERROR), now()
