"""Every operation of Glue that the emulator has."""

from localstack.state import StateVisitor

from localstack_lab.api.service import LabProvider


class LabGlueProvider(LabProvider):
    """Composed of one class for each family of operations."""

    service = "glue"

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Definitions of all accounts and regions."""
