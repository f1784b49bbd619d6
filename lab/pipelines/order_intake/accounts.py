"""Where is every order of a file? Held against the table and the dead-letter queue, not against what the
pipeline claims: files are parsed here anew, and items are compared with the orders as they were sent.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from math import isnan
from typing import Any, Self

from boto3.dynamodb.types import Binary, TypeDeserializer

from lab.pipelines.base import Difference, Fate
from lab.pipelines.order_intake.letters import FileVersion, Letter

STORED, WAITING, LOST = "valid-orders-data", "order-data-dlq", "nowhere"
_ADDED = ("order_id", "intake")
_ALTERED_ON_THE_WAY = {"inexact_number", "invalid_text"}
_DESERIALIZER = TypeDeserializer()
LONGEST_KEY = 2048
"""Bytes of a partition key:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""


def orders_of(body: bytes) -> list[Any] | None:
    """The orders of a file, decimals exact; None when it is no order file (so it must be a letter itself)."""
    try:
        content = json.loads(body.decode(), parse_float=Decimal)
    except (ValueError, RecursionError):  # the latter: nested deeper than Python reads
        return None
    orders = content.get("orders") if isinstance(content, dict) else None
    return orders if isinstance(orders, list) and orders else None


def order_ids(order: Any) -> set[str]:
    """The ids that an order names, as text, in whichever spelling (OrderId, orderId, order_id, order-id)."""
    if not isinstance(order, dict):
        return set()
    info = order.get("order-info")
    places = [order, info] if isinstance(info, dict) else [order]
    return {
        str(value)
        for fields in places
        for name, value in fields.items()
        if name.lower().replace("_", "").replace("-", "") == "orderid" and isinstance(value, str | int)
    }


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: numbers by value (1 is 1.0), but true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if (
        isinstance(one, float | Decimal)
        and isinstance(other, float | Decimal)
        and isnan(one)
        and isnan(other)
    ):
        return True  # Python reads NaN, though it is no JSON
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def can_be_key(order_id: str) -> bool:
    """Whether a row of the table can have this id; DynamoDB refuses even to look for another."""
    try:
        return 0 < len(order_id.encode()) <= LONGEST_KEY
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can spell
        return False


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the table as plain values.

    :param order: the order as it was sent
    :param origin: the file version and position that the row says it came from
    """

    order_id: str
    order: dict[str, Any]
    origin: tuple[FileVersion, int] | None

    @classmethod
    def read(cls, typed: dict[str, Any]) -> Self:
        """From DynamoDB's typed form."""
        fields = {name: _plain(_DESERIALIZER.deserialize(value)) for name, value in typed.items()}
        intake = fields.get("intake")
        origin = None
        if isinstance(intake, dict):
            file = FileVersion(intake["bucket"], intake["key"], intake["version_id"])
            origin = (file, int(intake["position"]))
        order = {name: value for name, value in fields.items() if name not in _ADDED}
        return cls(fields["order_id"], order, origin)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Binary) else value


class Letters:
    """The dead letters, looked up by what they are about."""

    def __init__(self, letters: Iterable[Letter]) -> None:
        self.files: dict[FileVersion, Letter] = {}
        self.orders: dict[tuple[FileVersion, int], tuple[Letter, Any, bool]] = {}
        self.unreadable: list[Letter] = []
        self.count = self.repeated = 0
        for letter in letters:
            self.count += 1
            if letter.file is None:
                self.unreadable.append(letter)
            elif not letter.entries:
                self.repeated += letter.file in self.files
                self.files[letter.file] = letter
            for entry in letter.entries:
                assert letter.file is not None
                self.repeated += (letter.file, entry.position) in self.orders
                self.orders[letter.file, entry.position] = (letter, entry.order, entry.whole)


@dataclass(slots=True)
class Account:
    """What became of one file, or of several added up."""

    orders: int = 0
    stored: int = 0
    already_stored: int = 0
    in_queue: int = 0
    in_queue_with_file: int = 0
    refused_files: int = 0
    fates: list[Fate] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {
            "orders": self.orders,
            "stored": self.stored,
            "same order stored before": self.already_stored,
            "in the dead-letter queue": self.in_queue,
            "waiting there with their file": self.in_queue_with_file,
            "files in the dead-letter queue": self.refused_files,
            "unaccounted for": len(self.differences),
        }


def account_for(
    account: Account, file: FileVersion, body: bytes, items: dict[str, Item], letters: Letters
) -> None:
    """Add one file to `account`.

    :param items: at least the rows of every id that the file names
    """
    orders = orders_of(body)
    letter = letters.files.get(file)
    if orders is None:
        if letter is None:
            problem = "holds no orders, and is not in the dead-letter queue"
            account.differences.append(Difference(str(file), problem))
            account.fates.append(Fate(file.key, LOST, problem))
        else:
            account.refused_files += 1
            account.fates.append(Fate(file.key, WAITING, letter.why, letter.codes))
        return
    account.refused_files += letter is not None
    for position, order in enumerate(orders):
        _account_for_order(account, file, position, order, items, letters)


def _account_for_order(
    account: Account,
    file: FileVersion,
    position: int,
    order: Any,
    items: dict[str, Item],
    letters: Letters,
) -> None:
    account.orders += 1
    ids = order_ids(order)
    name = f"order {min(ids)}" if len(ids) == 1 else f"entry {position}"
    key = f"{file} {name}"
    row = items.get(next(iter(ids))) if len(ids) == 1 else None
    stored = row is not None and is_stored(row, order)
    dead = letters.orders.get((file, position))
    whole_file = letters.files.get(file)
    if dead is not None:
        letter, held, whole = dead
        faithful = whole and not any(code in _ALTERED_ON_THE_WAY for code in letter.codes)
        if faithful and not same(held, order):
            problem = "the dead-letter queue holds it with another content than the file"
            account.differences.append(Difference(key, problem))
        if stored and row is not None and row.origin == (file, position):
            problem = (
                "it is stored and in the dead-letter queue; `lab redrive order_intake` clears the letter"
            )
            account.differences.append(Difference(key, problem))
        account.in_queue += 1
        account.fates.append(Fate(name, WAITING, letter.why, letter.codes))
    elif stored and row is not None:
        own = row.origin == (file, position)
        account.stored += own
        account.already_stored += not own
        account.fates.append(Fate(name, STORED, "" if own else "the same order was stored before"))
    elif whole_file is not None:
        account.in_queue_with_file += 1
        account.fates.append(Fate(name, WAITING, f"with its file: {whole_file.why}", whole_file.codes))
    else:
        problem = "it is neither stored nor in the dead-letter queue"
        if row is not None and row.origin == (file, position):
            problem = "the table holds it with another content than the file"
        account.differences.append(Difference(key, problem))
        account.fates.append(Fate(name, LOST, problem))


def is_stored(row: Item, order: Any) -> bool:
    """Whether the row is this very order, whichever delivery brought it."""
    if not isinstance(order, dict):
        return False
    sent = {name: value for name, value in order.items() if name != "order_id"}
    return same(row.order, sent)
