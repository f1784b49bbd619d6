"""Where every change is: in the table's stream, in Kinesis, in a file, or among the refused."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from bootstrap.change_capture import ChangeCapture
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from lab.pipelines.base import Difference
from lab.pipelines.change_capture.changes import Change, Line, Mark, NotAChange
from lab.pipelines.change_capture.files import Files, Place, Refused
from lab.pipelines.change_capture.streams import DataStream, TableStream


class Hops:
    """All that can be seen of a pipeline from outside; `look` brings it up to date.

    :param mine: which orders count, by key; all of them by default
    :raises NotBootstrapped: the pipeline's resources are not there
    """

    def __init__(
        self, session: Session, spec: ChangeCapture, mine: Callable[[str], bool] = lambda _key: True
    ) -> None:
        self._spec = spec
        self._sqs = session.client("sqs")
        self._table, self._kinesis, self.files = (
            TableStream(session, spec),
            DataStream(session, spec),
            Files(session, spec),
        )
        self.restart(mine)

    def restart(self, mine: Callable[[str], bool]) -> None:
        """Forget what was seen, without reading it again: from now on `mine` says which orders count."""
        self.mine = mine
        self.streamed: dict[str, Mark] = {}
        self.piped: dict[str, Mark] = {}
        self.delivered: dict[str, Mark] = {}
        self.refused: dict[str, tuple[Mark, Place, str]] = {}
        self.records = self.lines = self.files.objects = 0
        self.latest: dict[str, Line] = {}
        """The last change of each order among the delivered lines."""
        self.lines_in: Counter[str] = Counter()
        """How many lines each object has, by its key."""
        self.places: dict[str, Place] = {}
        """Where each delivered change lies, by event id."""
        self.strange: list[Difference] = []
        self.disordered: dict[str, Mark] = {}
        self._highest: defaultdict[str, int] = defaultdict(int)

    def look(self) -> bool:
        """Read on; answers whether anything was new."""
        before = self.counts()
        # against the flow: a change that moves on meanwhile is seen where it was, never missed
        self._read_files()
        for record in self._kinesis.read():
            try:
                change = Change.of_json(record.data, self._spec.key)
            except NotAChange as error:
                place = f"{self._spec.stream} {record.shard} {record.sequence}"
                self.strange.append(Difference(place, f"this record is no change of the table: {error}"))
                continue
            self._piped(change.mark)
        for answer in self._table.read():
            mark = Change.of_stream(answer, self._spec.key).mark
            if self.mine(mark.key):
                self.streamed[mark.event_id] = mark
        return self.counts() != before

    def _piped(self, mark: Mark) -> None:
        if not self.mine(mark.key):
            return
        self.records += 1
        if mark.event_id not in self.piped:
            if mark.sequence < self._highest[mark.key]:
                self.disordered[mark.key] = mark
            self._highest[mark.key] = max(mark.sequence, self._highest[mark.key])
        self.piped[mark.event_id] = mark

    def _read_files(self) -> None:
        for place, found in self.files.read():
            match found:
                case Line(mark=mark):
                    if self.mine(mark.key):
                        self._delivered(place, found)
                case Refused(change=change):
                    mark = change.mark
                    if self.mine(mark.key):
                        self.refused[mark.event_id] = (mark, place, f"{found.code}: {found.message}")
                case NotAChange():
                    problem = f"this line is no change of the table: {found}"
                    self.strange.append(Difference(str(place), problem))

    def _delivered(self, place: Place, line: Line) -> None:
        mark = line.mark
        self.lines += 1
        self.lines_in[place.key] += 1
        self.delivered[mark.event_id] = mark
        self.places[mark.event_id] = place
        latest = self.latest.get(mark.key)
        if latest is None or latest.mark.sequence < mark.sequence:
            self.latest[mark.key] = line

    def arrived(self) -> int:
        """How many changes of the stream have come to an end: in a file, or among the refused."""
        return sum(one in self.delivered or one in self.refused for one in self.streamed)

    def on_their_way(self) -> list[Mark]:
        """Changes that were seen in a stream and are neither in a file nor refused."""
        seen = self.piped | self.streamed
        return [mark for one, mark in seen.items() if one not in self.delivered and one not in self.refused]

    def not_piped(self) -> list[Mark]:
        """Changes that the table's stream has and Kinesis, and what comes after it, has not."""
        ended = self.delivered.keys() | self.refused.keys() | self.piped.keys()
        return [mark for one, mark in self.streamed.items() if one not in ended]

    def counts(self) -> dict[str, int]:
        """What each hop has, in the order of the flow; changes that came twice count once but in `in Kinesis`
        and `lines in files`."""
        return {
            "streamed": len(self.streamed),
            "piped": len(self.piped),
            "in Kinesis": self.records,
            "delivered": len(self.delivered),
            "lines in files": self.lines,
            "files": self.files.objects,
            "failed": len(self.refused),
        }

    def given_up(self) -> int:
        """How many messages the pipe left in its dead-letter queue; each stands for one batch at least."""
        try:
            url = self._sqs.get_queue_url(QueueName=self._spec.queue)["QueueUrl"]
        except self._sqs.exceptions.QueueDoesNotExist as error:
            raise NotBootstrapped(self._spec.slug, f"The queue {self._spec.queue}") from error
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes: dict[str, Any] = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(attributes["Attributes"][name]) for name in names)


def kinds_by_key(marks: Iterable[Mark]) -> dict[str, list[str]]:
    """What happened to each order, in the order in which it happened."""
    ordered: defaultdict[str, list[str]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: mark.sequence):
        ordered[mark.key].append(mark.kind)
    return dict(ordered)
