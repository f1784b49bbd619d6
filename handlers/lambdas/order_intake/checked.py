"""An order made ready for the table, or the reasons why it is not."""

import hashlib
import json

from .validation import NOT_HANDED_ON, Reason, order_id_of, reasons_against
from .values import attribute, canonical, plain

ONLY_NEW = "attribute_not_exists(order_id)"


class InvalidOrder(Exception):
    """The order is at fault. Its text is the JSON list of reasons, which the state machine reads."""

    def __init__(self, reasons: list[Reason]) -> None:
        super().__init__(json.dumps(reasons))
        self.reasons = reasons


def digest(order: dict) -> str:
    """SHA-256 of the order's canonical text: equal for the same order, however it is laid out."""
    return hashlib.sha256(canonical(order).encode()).hexdigest()


def check(order: object, position: int, source: dict, table: str) -> dict:
    """What the state machine needs to store one order.

    :param order: one entry of a file's ``orders``
    :param position: its index there, from 0
    :param source: ``{"bucket", "key", "version_id", …}`` of the file
    :returns: ``{"order_id", "digest", "write": {"Put": {"TableName", "Item", "ConditionExpression"}}}``. The
        item is the order as sent, with ``order_id`` as its one key and ``intake`` saying where it came from
    :raises InvalidOrder: with every reason
    """
    reasons = reasons_against(order)
    if reasons:
        raise InvalidOrder(reasons)
    assert isinstance(order, dict)
    order_id = order_id_of(order)
    fingerprint = digest(order)
    intake = {
        "digest": fingerprint,
        "bucket": source["bucket"],
        "key": source["key"],
        "version_id": source["version_id"],
        "position": position,
    }
    item = {name: attribute(value) for name, value in order.items()}
    item |= {"order_id": attribute(order_id), "intake": attribute(intake)}
    put = {"TableName": table, "Item": item, "ConditionExpression": ONLY_NEW}
    return {"order_id": order_id, "digest": fingerprint, "write": {"Put": put}}


def check_all(orders: list, first: int, source: dict, table: str) -> dict:
    """Every order of a stretch of a file, sorted into those to store and those to refuse.

    :param first: the position of the stretch's first order
    :returns: ``{"valid": [{"order", "position", "checked"}], "invalid": [{"order", "position", "reasons"}],
        "together": bool}``; together says whether one DynamoDB transaction may hold the valid ones: two or
        more, each with an id of its own (a transaction refuses two writes to one key). Where a refused order
        cannot be handed on unaltered its ``order`` is None: it stands in the file
    """
    valid: list[dict] = []
    invalid: list[dict] = []
    for position, order in enumerate(orders, first):
        try:
            checked = check(order, position, source, table)
        except InvalidOrder as error:
            altered = any(reason["code"] in NOT_HANDED_ON for reason in error.reasons)
            shown = None if altered else plain(order)
            invalid.append({"order": shown, "position": position, "reasons": error.reasons})
        else:
            valid.append({"order": plain(order), "position": position, "checked": checked})
    ids = {entry["checked"]["order_id"] for entry in valid}
    return {"valid": valid, "invalid": invalid, "together": len(valid) > 1 and len(ids) == len(valid)}
