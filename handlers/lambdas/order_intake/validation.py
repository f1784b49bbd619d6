"""What an order must be, with every reason why one is not.

A reason is ``{"code": …, "field": …, "message": …}``: the code for programs, the field as a path from the
order (``contact-info.email``), the message for a person.
"""

import re
from decimal import Decimal

from .values import canonical, number, unstorable

MAX_ORDER_BYTES = 32_768
"""One order in its canonical form: typed and stored it stays within Step Functions' 256 KiB."""
MAX_QUANTITY = 1_000_000
MAX_ID = 128
MAX_NAME = 200
NOT_HANDED_ON = frozenset({"too_large", "too_deep", "invalid_text", "inexact_number"})
"""Codes of orders that no message can hold unaltered."""

_WHOLE_NUMBER = re.compile(r"[0-9]{1,20}")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = r"[^\s\x00-\x1f\x7f@\"(),:;<>\[\\\].]+"
_EMAIL = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@{_LABEL}(?:\.{_LABEL})+")

type Reason = dict[str, str]


def reason(code: str, field: str, message: str) -> Reason:
    return {"code": code, "field": field, "message": message}


def reasons_against(order: object) -> list[Reason]:
    """Every reason why `order` cannot be taken; an empty list for a good one.

    :param order: a JSON value as `json.loads` gives it (numbers may be int, float or Decimal)
    """
    if not isinstance(order, dict):
        return [reason("not_an_object", "", f"The order is {_kind(order)}, not an object.")]
    unusable = unstorable(order)
    if unusable:
        return [reason(code, field, message) for code, field, message in unusable]
    size = len(canonical(order).encode())
    if size > MAX_ORDER_BYTES:
        message = f"The order has {size:,} bytes; at most {MAX_ORDER_BYTES:,} are taken."
        return [reason("too_large", "", message)]
    found = _contact(order) + _order_info(order)
    if "intake" in order:
        found.append(
            reason("reserved_field", "intake", "The name intake is kept for the pipeline's own notes.")
        )
    return found


def order_id_of(order: object) -> str | None:
    """The one id that an order names, whichever way it spells the field; None if it names none or several."""
    if not isinstance(order, dict):
        return None
    ids = {_identifier(value) for value in _spelled_ids(order).values()} - {None}
    return ids.pop() if len(ids) == 1 else None


def _spelled_ids(order: dict) -> dict[str, object]:
    """Path → value of every field that spells the order's id: OrderId, orderId, order_id, order-id …"""
    info = order.get("order-info")
    places = (("order-info.", info if isinstance(info, dict) else {}), ("", order))
    return {
        prefix + name: value
        for prefix, fields in places
        for name, value in fields.items()
        if name.lower().replace("_", "").replace("-", "") == "orderid"
    }


def _identifier(value: object) -> str | None:
    """An id as text: a non-empty string without white space around it, or a whole number."""
    if isinstance(value, str):
        return (
            value
            if value and value == value.strip() and len(value) <= MAX_ID and value.isprintable()
            else None
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def _contact(order: dict) -> list[Reason]:
    if order.get("contact-info") is None:
        return [reason("missing_contact", "contact-info", "The order has no contact-info.")]
    contact = order["contact-info"]
    if not isinstance(contact, dict):
        message = f"contact-info is {_kind(contact)}, not an object."
        return [reason("invalid_contact", "contact-info", message)]
    found = []
    name, email = contact.get("name"), contact.get("email")
    if name is None or name == "":
        found.append(reason("missing_name", "contact-info.name", "The contact has no name."))
    elif not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        message = f"The contact's name {_shown(name)} is not 1 to {MAX_NAME} printable characters."
        found.append(reason("invalid_name", "contact-info.name", message))
    if email is None or email == "":
        found.append(reason("missing_email", "contact-info.email", "The contact has no e-mail address."))
    elif not _is_email(email):
        message = f"The contact's e-mail {_shown(email)} is not of the form name@domain."
        found.append(reason("invalid_email", "contact-info.email", message))
    return found


def _is_email(value: object) -> bool:
    """The form that mail in practice has; RFC 5321's lengths, no quoted local parts or bare host names."""
    if not isinstance(value, str) or len(value) > 254 or not _EMAIL.fullmatch(value):
        return False
    return len(value.partition("@")[0]) <= 64


def _order_info(order: dict) -> list[Reason]:
    info = order.get("order-info")
    if info is None:
        return [reason("missing_order_info", "order-info", "The order has no order-info.")]
    if not isinstance(info, dict):
        return [reason("invalid_order_info", "order-info", f"order-info is {_kind(info)}, not an object.")]
    return _id_reasons(order) + _item_reasons(info) + _quantity_reasons(info)


def _id_reasons(order: dict) -> list[Reason]:
    spelled = {path: value for path, value in _spelled_ids(order).items() if value not in (None, "")}
    if not spelled:
        return [reason("missing_order_id", "order-info.OrderId", "The order has no id.")]
    ids = {path: _identifier(value) for path, value in spelled.items()}
    rule = f"is not 1 to {MAX_ID} printable characters"
    found = [
        reason("invalid_order_id", path, f"The order id {_shown(spelled[path])} {rule}.")
        for path, text in ids.items()
        if text is None
    ]
    if len(set(ids.values()) - {None}) > 1:
        message = "The order names several ids: " + ", ".join(f"{p} {_shown(v)}" for p, v in spelled.items())
        found.append(reason("ambiguous_order_id", "order-info.OrderId", message))
    elif not found and order.get("order_id", ids) not in (*ids.values(), ids):
        message = "order_id is kept for the order's id as text, and is not text here."
        found.append(reason("reserved_field", "order_id", message))
    return found


def _item_reasons(info: dict) -> list[Reason]:
    item = info.get("item-id")
    if item is None or item == "":
        return [reason("missing_item_id", "order-info.item-id", "The order has no item id.")]
    if _identifier(item) is None:
        message = f"The item id {_shown(item)} is not 1 to {MAX_ID} printable characters."
        return [reason("invalid_item_id", "order-info.item-id", message)]
    return []


def _quantity_reasons(info: dict) -> list[Reason]:
    quantity = info.get("qty")
    if quantity is None or quantity == "":
        return [reason("missing_quantity", "order-info.qty", "The order has no quantity.")]
    value = _whole_number(quantity)
    if value is None or not 1 <= value <= MAX_QUANTITY:
        message = f"The quantity {_shown(quantity)} is not a whole number from 1 to {MAX_QUANTITY:,}."
        return [reason("invalid_quantity", "order-info.qty", message)]
    return []


def _whole_number(value: object) -> int | None:
    """The quantity as an int, from a number or from digits in a string (the sample files send strings)."""
    if isinstance(value, str):
        return int(value) if _WHOLE_NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    exact = number(value)
    return int(exact) if exact == exact.to_integral_value() else None


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
