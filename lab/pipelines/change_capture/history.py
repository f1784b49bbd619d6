"""One order through all its changes: before, after, and where each change lies."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bootstrap.change_capture import ChangeCapture
from bootstrap.settings import Settings
from lab.pipelines.change_capture.changes import Change, NotAChange
from lab.pipelines.change_capture.hops import Hops
from lab.pipelines.change_capture.streams import DataStream, Record


@dataclass(frozen=True, slots=True)
class Told:
    """One change as Kinesis holds it.

    :param before: the order in DynamoDB's typed form; None before an insert
    :param after: the same; None after a delete
    :param created: when DynamoDB took it, and `arrived` when Kinesis did; ISO 8601, UTC
    :param file: the object and line in S3 that tell of it, the place of its refusal, or empty
    """

    event: str
    event_id: str
    sequence: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created: str
    arrived: str
    shard: str
    partition_key: str
    file: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the sequence as text, because readers that hold numbers as floats would round it."""
        return asdict(self) | {"sequence": str(self.sequence)}

    def changed(self) -> list[str]:
        """The names of the fields that are not the same before and after."""
        before, after = self.before or {}, self.after or {}
        return [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]


def history(spec: ChangeCapture, settings: Settings, key: str) -> list[Told]:
    """Every change of the order `key` that Kinesis still holds, in the order in which they happened.

    :raises NotBootstrapped: the pipeline's resources are not there
    """
    session = spec.session(settings)
    hops = Hops(session, spec, mine=lambda other: other == key)
    hops.look()
    told: dict[str, Told] = {}
    for record in DataStream(session, spec).read():
        try:
            change = Change.of_json(record.data, spec.key)
        except NotAChange:
            continue  # `lab verify` tells of such records
        if change.mark.key == key:
            told.setdefault(change.mark.event_id, _told(change, record, hops))
    return sorted(told.values(), key=lambda one: one.sequence)


def _told(change: Change, record: Record, hops: Hops) -> Told:
    mark = change.mark
    place = hops.places.get(mark.event_id)
    if place is None and mark.event_id in hops.refused:
        place = hops.refused[mark.event_id][1]
    return Told(
        event=mark.kind,
        event_id=mark.event_id,
        sequence=mark.sequence,
        before=change.before,
        after=change.after,
        created=moment(change.created),
        arrived=moment(record.arrived),
        shard=record.shard,
        partition_key=record.partition_key,
        file="" if place is None else str(place),
    )


def moment(seconds: float | None) -> str:
    """ISO 8601 in UTC, milliseconds; empty for None."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(attribute: dict[str, Any]) -> str:
    """A typed attribute as a person reads it: ``{"N": "5"}`` → ``5``."""
    [(kind, value)] = attribute.items()
    match kind:
        case "L":
            return f"[{', '.join(map(plain, value))}]"
        case "M":
            return "{" + ", ".join(f"{name}: {plain(inner)}" for name, inner in value.items()) + "}"
        case "SS" | "NS" | "BS":
            return f"{{{', '.join(value)}}}"
        case "NULL":
            return "null"
        case "BOOL":
            return "true" if value else "false"
    return str(value)
