"""Every operation of Athena that the emulator has."""

from localstack.state import StateVisitor

from localstack_lab.api.service import LabProvider


class LabAthenaProvider(LabProvider):
    """Composed of one class for each family of operations."""

    service = "athena"

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Definitions and queries of all accounts and regions."""
