"""Every operation of Glue that the emulator has."""

from localstack.state import StateVisitor

from localstack_lab.api.service import LabProvider
from localstack_lab.glue.catalog import PAGES, Catalog, catalog
from localstack_lab.glue.connections import Connections
from localstack_lab.glue.operations import serves
from localstack_lab.glue.policies import Policies
from localstack_lab.glue.security import SecurityConfigurations
from localstack_lab.glue.store import glue_stores
from localstack_lab.glue.tags import Tags


@serves(Catalog, catalog, PAGES)
@serves(Connections, Connections, {"GetConnections": 100})
@serves(Policies, Policies, {"GetResourcePolicies": 100})
@serves(SecurityConfigurations, SecurityConfigurations, {"GetSecurityConfigurations": 100})
@serves(Tags, Tags)
class LabGlueProvider(LabProvider):
    """Composed of one class for each family of operations."""

    service = "glue"

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Definitions of all accounts and regions."""
        visitor.visit(glue_stores)
