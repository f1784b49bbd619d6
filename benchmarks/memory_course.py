"""How memory goes during a measurement: at the start, in the middle, at the end."""

from dataclasses import dataclass, field

from benchmarks.memory import tree_mib


@dataclass
class Course:
    """Moments with the weight of a process tree, in the order of time.

    :param moments: (name, RSS in MiB, PSS in MiB)
    """

    moments: list[tuple[str, float, float]] = field(default_factory=list)

    def weigh(self, name: str, pid: int) -> None:
        self.moments.append((name, *tree_mib(pid)))

    def growth(self) -> float:
        """MiB of PSS from the first moment to the last; 0 when there are fewer than two."""
        return self.moments[-1][2] - self.moments[0][2] if self.moments else 0.0

    def kib_each(self, count: int) -> float:
        """Growth for each of so many things, in KiB.

        :raises ValueError: there were none
        """
        if count <= 0:
            raise ValueError(f"growth cannot be shared among {count}")
        return self.growth() * 1024 / count

    def __str__(self) -> str:
        return ", ".join(f"{name} {rss:.0f} ({pss:.0f})" for name, rss, pss in self.moments)
