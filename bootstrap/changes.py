"""What a verb did to one resource."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

type Action = Literal["created", "updated", "unchanged", "deleted"]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a bootstrap's report.

    :param kind: what it is in AWS's words, such as ``"SQS queue"``
    :param detail: for an update: what differed
    """

    action: Action
    kind: str
    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.name}" + (f" ({self.detail})" if self.detail else "")


type Progress = Callable[[Change], None]


def silent(_: Change) -> None:
    """A progress callback for callers who only want the list."""


@dataclass(slots=True)
class Report:
    """Collects changes in the order they happen and passes each on as it happens."""

    progress: Progress
    changes: list[Change]

    @classmethod
    def to(cls, progress: Progress | None) -> Self:
        return cls(progress or silent, [])

    def add(self, change: Change | None) -> None:
        """Take one change; None stands for a resource that was not there to delete."""
        if change is not None:
            self.changes.append(change)
            self.progress(change)
