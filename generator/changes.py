"""Changes of orders as a shop's day makes them: new orders, corrections, cancellations. Seeded, endless.

The same seed gives the same changes on every machine, and the first n are the same however many are asked
for: each change depends on the seed and on those before it, and on nothing else.
"""

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

type Kind = Literal["insert", "update", "delete"]

KINDS: tuple[Kind, ...] = ("insert", "update", "delete")
SHARES: Mapping[str, float] = {"insert": 0.6, "update": 0.3, "delete": 0.1}
"""What a day looks like when nothing else is asked for."""

CATALOGUE = (
    # name, list price in cents
    ("Microtek 1250SW", 1_084_921),
    ("Base 180", 1_923_406),
    ("Aaron 1860", 992_366),
    ("Lumen 900", 749_900),
    ("Ridge 1100 Plus", 1_315_050),
    ("Solar Hut 450", 559_999),
    ("Tall Tubular 200", 2_040_000),
    ("Quiet Sine 700", 683_575),
)


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it stands after a change.

    :param price: in rupees, two digits after the point
    """

    order_id: str
    product_name: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one order.

    :param order: as it is after the change; for a delete, as it was
    """

    kind: Kind
    order: Order


def parse_shares(shares: Mapping[str, float]) -> dict[str, float]:
    """The share of every kind, those not named being 0; all of `SHARES` when none is named.

    :raises ValueError: an unknown kind, or shares that are negative or do not add up to 1
    """
    if not shares:
        return dict(SHARES)
    if unknown := sorted(shares.keys() - set(KINDS)):
        raise ValueError(f"no such kind of change: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    if not all(0 <= share <= 1 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("shares of changes lie between 0 and 1 and add up to 1")
    return {kind: shares.get(kind, 0.0) for kind in KINDS}


def generate(
    count: int | None = None,
    *,
    seed: int = 0,
    shares: Mapping[str, float] | None = None,
    prefix: str | None = None,
) -> Iterator[Change]:
    """`count` changes, one at a time; without `count` they never end.

    Every update changes something, and every update and delete meets an order that is there: where there is
    none, an order is inserted instead.

    :param prefix: order ids are ``PREFIX-1``, ``PREFIX-2``, …; the seed when it is None
    :raises ValueError: for a negative count or shares that cannot be
    """
    if count is not None and count < 0:
        raise ValueError(f"the number of changes is {count}; it cannot be negative")
    weights = parse_shares(shares or {})
    return itertools.islice(_Shop(seed, weights, str(seed) if prefix is None else prefix), count)


@dataclass(slots=True)
class _Shop:
    """Orders that are open, and what happens next."""

    seed: int
    weights: Mapping[str, float]
    prefix: str
    _source: random.Random = field(init=False)
    _open: list[Order] = field(default_factory=list)
    _made: int = 0

    def __post_init__(self) -> None:
        self._source = random.Random(f"changes:{self.seed}")

    def __iter__(self) -> Iterator[Change]:
        return self

    def __next__(self) -> Change:
        [kind] = self._source.choices(KINDS, [self.weights[kind] for kind in KINDS])
        if kind == "insert" or not self._open:
            return self._insert()
        place = self._source.randrange(len(self._open))
        return self._update(place) if kind == "update" else self._delete(place)

    def _insert(self) -> Change:
        self._made += 1
        name, cents = self._source.choice(CATALOGUE)
        # a price of the day, up to a tenth off the list price
        price = cents - self._source.randrange(cents // 10)
        order = Order(f"{self.prefix}-{self._made}", name, self._source.randint(1, 9), _money(price))
        self._open.append(order)
        return Change("insert", order)

    def _update(self, place: int) -> Change:
        old = self._open[place]
        quantity, price = old.quantity, old.price
        if self._source.random() < 0.5:
            quantity = quantity % 9 + 1
        else:
            price += _money(self._source.randint(1, 50_000))
        new = Order(old.order_id, old.product_name, quantity, price)
        self._open[place] = new
        return Change("update", new)

    def _delete(self, place: int) -> Change:
        # the last one takes its place: taking one out of the middle would move all behind it
        self._open[place], self._open[-1] = self._open[-1], self._open[place]
        return Change("delete", self._open.pop())


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
