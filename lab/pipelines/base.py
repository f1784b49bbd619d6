"""What every pipeline offers to the `lab` command, and the shapes of its answers."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from bootstrap.changes import Change
from bootstrap.changes import Progress as ChangeProgress
from bootstrap.settings import Settings


@dataclass(frozen=True, slots=True)
class Step:
    """Where a run stands: a sentence, and so many of so many things where that is known."""

    text: str
    done: int = 0
    total: int = 0


type Progress = Callable[[Step], None]


def quiet(_: Step) -> None:
    """A progress callback for callers who only want the answer."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to send through a pipeline: a file, or so many invented records.

    :param input: a file to send as it is; the other fields are then not used
    :param invalid: share of each kind of invalid record, by name
    :param timeout: seconds until the run is given up
    :param rate: records a second; None for as fast as they are taken
    :param duration: seconds to go on sending; then `records` does not count
    :param shares: share of each kind of change, by name, for pipelines that capture changes
    """

    input: Path | None = None
    records: int = 20
    seed: int = 0
    invalid: Mapping[str, float] = field(default_factory=dict)
    timeout: float = 600.0
    rate: float | None = None
    duration: float | None = None
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not where it should be; each makes `lab verify` end with exit code 1.

    :param key: what it is about, such as ``orders-data-input-yb/a.json@v1 order 7``
    :param problem: what is wrong with it, a sentence
    """

    key: str
    problem: str


@dataclass(frozen=True, slots=True)
class Fate:
    """Where one record went: its name, the place, and why, where there is a reason.

    :param codes: the reasons' short names, such as ``missing_contact``
    """

    record: str
    place: str
    reason: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """Every record held against where it must be.

    :param counts: what was counted, by name, in the order to show
    :param notes: worth knowing, and no difference
    """

    counts: dict[str, int]
    differences: list[Difference]
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.differences

    def and_also(self, other: Self) -> Self:
        """Both, as one."""
        return type(self)(
            self.counts | other.counts, self.differences + other.differences, self.notes + other.notes
        )

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok} | asdict(self)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What became of one run.

    :param source: what was sent, such as an object's address
    :param seconds: from sending to the last record's place
    :param fates: one for each record, in the records' order
    """

    source: str
    seconds: float
    fates: list[Fate]
    verification: Verification

    @property
    def ok(self) -> bool:
        return self.verification.ok

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok} | asdict(self)


@dataclass(frozen=True, slots=True)
class RedriveReport:
    """What became of the dead letters.

    :param counts: letters taken, records stored, records that came back, …
    :param left: letters that could not be re-processed, each with the reason; they stay in the queue
    """

    counts: dict[str, int]
    left: list[Difference]

    @property
    def ok(self) -> bool:
        return not self.left

    def as_dict(self) -> dict[str, Any]:
        return {"ok": self.ok} | asdict(self)


class Pipeline(Protocol):
    """One pipeline, under the slug that names it everywhere."""

    slug: str
    title: str

    def bootstrap(self, settings: Settings, progress: ChangeProgress | None = None) -> list[Change]: ...

    def teardown(self, settings: Settings, progress: ChangeProgress | None = None) -> list[Change]: ...

    def run(self, settings: Settings, request: RunRequest, progress: Progress = quiet) -> RunReport: ...

    def verify(self, settings: Settings, progress: Progress = quiet) -> Verification: ...

    def redrive(self, settings: Settings, progress: Progress = quiet) -> RedriveReport: ...
