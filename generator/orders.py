"""Order files as a shop would send them: seeded, of any size, with invalid orders mixed in on purpose.

The same seed gives the same bytes on every machine, and order number n is the same whatever the number of
orders asked for and whatever the order in which locales are named: each draws from a source of its own.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, TextIO

from faker import Faker

LOCALES = ("en_US", "en_GB", "de_DE")
ITEMS = (
    ("101", "Steel bottle", 1900),
    ("102", "Trail backpack", 8950),
    ("103", "Head torch", 3499),
    ("104", "Wool socks", 1250),
    ("105", "Camping stove", 6400),
    ("106", "Rain jacket", 12990),
    ("107", "Folding knife", 4575),
    ("108", "Map of the hills", 995),
)

type Order = Any
"""One entry of a file's ``orders``: an object, unless it is invalid on purpose."""


def _drop(fields: dict, name: str) -> None:
    """Take the field away in either spelling: OrderId, orderId."""
    for spelling in (name, name[0].lower() + name[1:]):
        fields.pop(spelling, None)


def _without(*path: str) -> Callable[[dict, random.Random], Order]:
    def spoil(order: dict, _: random.Random) -> Order:
        inner = order
        for name in path[:-1]:
            inner = inner[name]
        _drop(inner, path[-1])
        return order

    return spoil


def _with(*path: str, among: tuple[Any, ...]) -> Callable[[dict, random.Random], Order]:
    def spoil(order: dict, source: random.Random) -> Order:
        inner = order
        for name in path[:-1]:
            inner = inner[name]
        _drop(inner, path[-1])
        inner[path[-1]] = source.choice(among)
        return order

    return spoil


def _replaced(*among: Any) -> Callable[[dict, random.Random], Order]:
    return lambda _, source: source.choice(among)


INVALID: Mapping[str, Callable[[dict, random.Random], Order]] = {
    "missing_contact": _without("contact-info"),
    "invalid_contact": _with("contact-info", among=("Foo Bar", 7, ["Foo", "Bar"])),
    "missing_name": _without("contact-info", "name"),
    "invalid_name": _with("contact-info", "name", among=("   ", 12, "a\u0000b", "x" * 300)),
    "missing_email": _without("contact-info", "email"),
    "invalid_email": _with("contact-info", "email", among=("nobody", "a@b", "a b@c.example", "a@c..example")),
    "missing_order_info": _without("order-info"),
    "invalid_order_info": _with("order-info", among=("none", [])),
    "missing_order_id": _without("order-info", "OrderId"),
    "invalid_order_id": _with("order-info", "OrderId", among=(" 1", ["1"], "x" * 200)),
    "missing_item_id": _without("order-info", "item-id"),
    "invalid_item_id": _with("order-info", "item-id", among=(1.5, {"id": "101"}, "10\t1")),
    "missing_quantity": _without("order-info", "qty"),
    "invalid_quantity": _with("order-info", "qty", among=("0", -1, "two", 1.5, True, 1_000_001)),
    "inexact_number": _with("weight", among=(0.12345678901234567, 12345678901234567890)),
    "reserved_field": _with("intake", among=("note",)),
    "not_an_object": _replaced(None, "order", 7, [], True),
}
"""Every kind of invalid order, named by the reason that the pipeline gives for it."""


def parse_shares(text: str) -> dict[str, float]:
    """``missing_contact=0.1,invalid_email=0.05`` → shares by kind.

    :raises ValueError: an unknown kind, no number, or shares that are negative or add up to more than 1
    """
    shares = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, equals, share = part.partition("=")
        if not equals:
            raise ValueError(f"{part!r} is not of the form kind=share, such as missing_contact=0.1")
        shares[kind.strip()] = float(share)
    return check_shares(shares)


def check_shares(shares: Mapping[str, float]) -> dict[str, float]:
    """:raises ValueError: an unknown kind, or shares that are negative or add up to more than 1"""
    unknown = sorted(shares.keys() - INVALID.keys())
    if unknown:
        kinds = ", ".join(INVALID)
        raise ValueError(f"no such kind of invalid order: {', '.join(unknown)}; there are {kinds}")
    if not all(0 <= share <= 1 for share in shares.values()) or sum(shares.values()) > 1 + 1e-9:
        raise ValueError("shares lie between 0 and 1 and add up to at most 1")
    return dict(shares)


def generate(
    count: int,
    *,
    seed: int = 0,
    invalid: Mapping[str, float] | None = None,
    locales: Iterable[str] = LOCALES,
) -> Iterator[Order]:
    """`count` orders, one at a time.

    :param invalid: share of each kind of invalid order (keys of `INVALID`); the rest are valid
    :param locales: Faker locales of the customers
    :raises ValueError: for a negative count or shares that cannot be
    """
    if count < 0:
        raise ValueError(f"the number of orders is {count}; it cannot be negative")
    shares = sorted(check_shares(invalid or {}).items())
    fakers = {locale: Faker(locale) for locale in sorted(set(locales))}
    if not fakers:
        raise ValueError("at least one locale is needed")
    return (_order(number, seed, shares, fakers) for number in range(1, count + 1))


def _order(number: int, seed: int, shares: list[tuple[str, float]], fakers: dict[str, Faker]) -> Order:
    source = random.Random(f"orders:{seed}:{number}")
    faker = fakers[source.choice(list(fakers))]
    faker.seed_instance(source.getrandbits(64))
    item_id, description, cents = source.choice(ITEMS)
    quantity = source.randint(1, 12)
    order: dict = {
        "contact-info": {"name": faker.name(), "email": faker.ascii_safe_email()},
        "order-info": {
            # both spellings are out there
            source.choice(("OrderId", "orderId")): f"{seed}-{number}",
            "item-id": item_id,
            "item-desc": description,
            "qty": source.choice((str(quantity), quantity)),
            "unit-price": f"{cents // 100}.{cents % 100:02}",
        },
    }
    draw = source.random()
    for kind, share in shares:
        if draw < share:
            return INVALID[kind](order, source)
        draw -= share
    return order


def write(orders: Iterable[Order], target: TextIO) -> int:
    """Write ``{"orders": [ … ]}``, an order a line, holding one order in memory; answers how many."""
    count = 0
    target.write('{"orders": [')
    for order in orders:
        target.write(",\n" if count else "\n")
        target.write(json.dumps(order, ensure_ascii=False))
        count += 1
    target.write("\n]}\n")
    return count


def order_file(
    count: int, *, seed: int = 0, invalid: Mapping[str, float] | None = None, locales: Iterable[str] = LOCALES
) -> bytes:
    """A whole order file in memory, as UTF-8."""
    target = StringIO()
    write(generate(count, seed=seed, invalid=invalid, locales=locales), target)
    return target.getvalue().encode()
