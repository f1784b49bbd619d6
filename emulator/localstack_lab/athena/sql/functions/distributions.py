"""Probability functions.

https://trino.io/docs/current/functions/math.html#statistical-functions
"""

import math
from statistics import NormalDist

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions.emitting import python
from localstack_lab.athena.sql.functions.registry import lacking, scalar

BAD = "INVALID_FUNCTION_ARGUMENT"


def _normal_cdf(mean: float, deviation: float, value: float) -> float:
    if deviation <= 0:
        raise QueryError(BAD, "standardDeviation must be > 0")
    return 0.5 * math.erfc((mean - value) / (deviation * math.sqrt(2)))


def _inverse_normal(mean: float, deviation: float, p: float) -> float:
    if not 0 < p < 1:
        raise QueryError(BAD, "p must be 0 > p > 1")
    if deviation <= 0:
        raise QueryError(BAD, "sd must be > 0")
    return NormalDist(mean, deviation).inv_cdf(p)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction.

    https://dlmf.nist.gov/8.17#v
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny, c, d = 1e-300, 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    total = d
    for m in range(1, 10_000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + numerator * d
            c = 1 + numerator / c
            d = 1 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            total *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return front * total / a


def _beta_cdf(a: float, b: float, value: float) -> float:
    if not 0 <= value <= 1:
        raise QueryError(BAD, "value must be 0 <= v <= 1")
    _positive(a, b)
    return incomplete_beta(a, b, value)


def _inverse_beta(a: float, b: float, p: float) -> float:
    if not 0 <= p <= 1:
        raise QueryError(BAD, "p must be 0 >= p >= 1")
    _positive(a, b)
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if incomplete_beta(a, b, middle) < p else (low, middle)


def _positive(a: float, b: float) -> None:
    if a <= 0 or b <= 0:
        raise QueryError(BAD, "a, b must be > 0")


for _name, _function in (
    ("normal_cdf", _normal_cdf),
    ("inverse_normal_cdf", _inverse_normal),
    ("beta_cdf", _beta_cdf),
    ("inverse_beta_cdf", _inverse_beta),
):
    scalar(
        _name,
        "(double, double, double) -> double",
        python(f"lab_{_name}", _function, "DOUBLE; DOUBLE; DOUBLE", "DOUBLE"),
    )
lacking("t_cdf", "t_pdf", reason="Student's t-distribution")
