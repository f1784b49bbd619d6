"""Bitwise functions.

https://trino.io/docs/current/functions/bitwise.html
"""

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.functions.emitting import python
from localstack_lab.athena.sql.functions.registry import scalar

BAD = "INVALID_FUNCTION_ARGUMENT"
_WIDTH = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}


def _count(value: int, bits: int) -> int:
    if bits == 64:
        return (value & 2**64 - 1).bit_count()
    if not 2 <= bits <= 64:
        raise QueryError(BAD, f"Bits specified in bit_count must be between 2 and 64, got {bits}")
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if not low <= value <= high:
        raise QueryError(
            BAD,
            "Number must be representable with the bits specified. "
            f"{value} can not be represented with {bits} bits",
        )
    return (value & 2**bits - 1).bit_count()


def _signed(value: int, width: int) -> int:
    value &= 2**width - 1
    return value - 2**width if value >> (width - 1) else value


def _shift(direction: str, width: int) -> "registry.Emit":
    def left(value: int, places: int) -> int:
        return 0 if places >= width else _signed(value << (places % 64), width)

    def right(value: int, places: int) -> int:
        return 0 if places >= width else _signed((value & 2**width - 1) >> (places % 64), width)

    def arithmetic(value: int, places: int) -> int:
        return -(value < 0) if places >= width else value >> (places % 64)

    chosen = {"left": left, "right": right, "right_arithmetic": arithmetic}[direction]
    kind = {8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}[width]
    return python(f"lab_shift_{direction}_{width}", chosen, f"{kind}; BIGINT", kind)


scalar("bit_count", "(bigint, bigint) -> bigint", python("lab_bit_count", _count, "BIGINT; BIGINT", "BIGINT"))
scalar("bitwise_and", "(bigint, bigint) -> bigint", "({0} & {1})")
scalar("bitwise_or", "(bigint, bigint) -> bigint", "({0} | {1})")
scalar("bitwise_xor", "(bigint, bigint) -> bigint", "xor({0}, {1})")
scalar("bitwise_not", "(bigint) -> bigint", "(~{0})")
for _kind, _bits in _WIDTH.items():
    for _name, _direction in (
        ("left_shift", "left"),
        ("right_shift", "right"),
        ("right_shift_arithmetic", "right_arithmetic"),
    ):
        scalar(f"bitwise_{_name}", f"({_kind}, bigint) -> {_kind}", _shift(_direction, _bits))
