"""Records that wait for their object: by size in bytes and by time."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from localstack_lab.firehose.plan import Target

ACTIVE_PARTITIONS = 500  # https://docs.aws.amazon.com/firehose/latest/dev/limits.html


@dataclass(slots=True)
class Buffer:
    """What will be one object.

    due: on the pipeline's clock, in seconds
    oldest: the arrival of its oldest record, in milliseconds since the epoch
    """

    due: float
    oldest: int
    parts: list[bytes] = field(default_factory=list)
    size: int = 0


class Buffers[Key: Hashable]:
    """The open buffers of one target, by partition; time is scaled, size is not."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._open: dict[Key, Buffer] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, key: Key) -> bool:
        return key in self._open

    def add(self, key: Key, data: bytes, arrived: int, target: Target, now: float) -> list[Buffer]:
        """Put a record in and return the buffers that are full by it, to be delivered in this order.

        A record that does not fit any more opens the next buffer.
        """
        full: list[Buffer] = []
        buffer = self._open.get(key)
        if buffer is not None and buffer.size + len(data) > target.size:
            full.append(self._open.pop(key))
            buffer = None
        if buffer is None:
            buffer = self._open[key] = Buffer(now + target.interval * self._scale, arrived)
        buffer.parts.append(data)
        buffer.size += len(data)
        buffer.oldest = min(buffer.oldest, arrived)
        if buffer.size >= target.size:
            full.append(self._open.pop(key))
        return full

    def take_due(self, now: float, everything: bool = False) -> list[tuple[Key, Buffer]]:
        """Take out those whose time is over, the oldest first."""
        due = [(key, buffer) for key, buffer in self._open.items() if everything or buffer.due <= now]
        for key, _ in due:
            del self._open[key]
        return due

    def next_due(self) -> float | None:
        return min((buffer.due for buffer in self._open.values()), default=None)
