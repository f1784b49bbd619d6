"""What a measurement is."""

from abc import ABC, abstractmethod

from benchmarks.contestants import Contestant
from benchmarks.workload import Clients


class Measure(ABC):
    """One row of the table. ``prepare`` is called once per contestant, ``sample`` once per round."""

    name: str
    title: str
    unit: str
    goal: float | None = None
    """What to stay within, in ``unit``; None when the goal is to be no slower than the best peer."""
    more_is_better = False
    """Then ``goal`` is what to reach."""
    rounds: int | None = None
    """Fewer rounds than asked for, where one takes long."""

    def prepare(self, contestant: Contestant, clients: Clients) -> None:  # noqa: B027 - most need nothing
        """Make what the samples need.

        :raises NotThere: the contestant cannot do this
        """

    @abstractmethod
    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        """One figure, in ``unit``. ``number`` is the round, from 0.

        :raises NotThere: the contestant cannot do this
        """

    def notes(self) -> list[str]:
        """What else was seen, a sentence for each contestant, for below the table."""
        return []
