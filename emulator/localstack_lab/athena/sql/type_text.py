"""Types as text: `parse_type("map(varchar, row(a integer))")`, and the patterns of function signatures."""

import re
from dataclasses import dataclass, field
from functools import cache

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import QueryError, unsupported

_TOKEN = re.compile(r'\s*(?:("(?:[^"]|"")*")|([A-Za-z_][A-Za-z0-9_$]*)|(\d+)|(\.\.\.|[(),<>:]))')


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type as it is written: a name and its arguments: types, numbers, or (in signatures) variables.

    `names` are the field names of a row, None for a field without one.
    """

    name: str
    arguments: tuple["TypeText | int", ...] = ()
    names: tuple[str | None, ...] = field(default=())
    variadic: bool = False


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        place = 0
        text = text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if not found:
                raise QueryError("SYNTAX_ERROR", f"Unknown type: {self.text}")
            self.tokens.append(found.group().strip())
            place = found.end()
        self.tokens.append("")
        self.next = 0

    def peek(self) -> str:
        return self.tokens[self.next]

    def take(self, wanted: str | None = None) -> str:
        token = self.tokens[self.next]
        if not token or (wanted is not None and token != wanted):
            raise QueryError("SYNTAX_ERROR", f"Unknown type: {self.text}")
        self.next += 1
        return token

    def words(self, *wanted: str) -> bool:
        """Take these words if they come next."""
        here = self.tokens[self.next : self.next + len(wanted)]
        if [w.lower() for w in here] == list(wanted):
            self.next += len(wanted)
            return True
        return False

    def type_(self) -> TypeText:
        token = self.take()
        if token.isdigit():
            raise QueryError("SYNTAX_ERROR", f"Unknown type: {self.text}")
        name = token.strip('"') if token.startswith('"') else token
        lower = name.lower()
        if lower == "interval":
            if self.words("day", "to", "second"):
                return TypeText("interval day to second")
            if self.words("year", "to", "month"):
                return TypeText("interval year to month")
        if lower == "double":
            self.words("precision")
        arguments: list[TypeText | int] = []
        names: list[str | None] = []
        if self.peek() == "(":
            self.take()
            while self.peek() != ")":
                names.append(self._field_name() if lower == "row" else None)
                arguments.append(int(self.take()) if self.peek().isdigit() else self.type_())
                if self.peek() == ",":
                    self.take()
            self.take(")")
        if lower in ("timestamp", "time"):
            if self.words("with", "time", "zone"):
                lower += " with time zone"
            elif self.words("without", "time", "zone"):
                pass
            name = lower
        variadic = self.words("...")
        return TypeText(name, tuple(arguments), tuple(names), variadic)

    def _field_name(self) -> str | None:
        """The name of a row's field, if what comes next is a name followed by a type."""
        first, second = self.tokens[self.next], self.tokens[self.next + 1]
        if second in ("(", ")", ",", ""):
            return None
        multi = (first.lower(), second.lower())
        if multi in (
            ("interval", "day"),
            ("interval", "year"),
            ("double", "precision"),
            ("timestamp", "with"),
        ):
            return None
        if multi == ("time", "with"):
            return None
        self.next += 1
        return first[1:-1].replace('""', '"') if first.startswith('"') else first.lower()


def read(text: str) -> TypeText:
    """The type that `text` writes, not yet checked; raises `SYNTAX_ERROR`."""
    reader = _Reader(text)
    result = reader.type_()
    if reader.peek():
        raise QueryError("SYNTAX_ERROR", f"Unknown type: {text}")
    return result


def read_signature(text: str) -> tuple[list[TypeText], TypeText]:
    """`(varchar(x), bigint) -> varchar(x)` as its argument types and its result type."""
    left, _, right = text.rpartition("->")
    return _arguments(left), read(right)


def _arguments(text: str) -> list[TypeText]:
    reader = _Reader(text)
    reader.take("(")
    result = []
    while reader.peek() != ")":
        result.append(reader.type_())
        if reader.peek() == ",":
            reader.take()
    reader.take(")")
    return result


def parse_type(text: str) -> t.Type:
    """The type that Trino writes so; an unknown one, or one not held here, is an error."""
    return build(read(text))


_ALIASES = {"int": "integer", "dec": "decimal", "numeric": "decimal"}
MAX_MICROS = 6


@cache
def build(text: TypeText) -> t.Type:
    """The type that is written so, by Trino's names: `string` is unknown, `int` is not."""
    name = text.name.lower()
    name = _ALIASES.get(name, name)
    if name in t.UNSUPPORTED:
        raise unsupported(f"Type {name}")
    sizes = [a for a in text.arguments if isinstance(a, int)]
    inner = [build(a) for a in text.arguments if isinstance(a, TypeText)]
    if name in t.SIMPLE and not text.arguments:
        return t.SIMPLE[name]
    if name == "row" and inner and not sizes:
        return t.RowType("row", tuple(zip(text.names, inner, strict=True)))
    if name == "array" and len(inner) == 1 and not sizes:
        return t.array(inner[0])
    if name == "map" and len(inner) == 2 and not sizes:
        return t.map_of(*inner)
    if not inner:
        sized = _sized(name, sizes)
        if sized is not None:
            return sized
    raise QueryError("TYPE_NOT_FOUND", f"Unknown type: {text.name}")


def _sized(name: str, sizes: list[int]) -> t.Type | None:
    if name == "varchar" and len(sizes) <= 1:
        return t.varchar(*sizes)
    if name == "char" and len(sizes) <= 1:
        return t.char(*(sizes or [1]))
    if name == "decimal" and len(sizes) <= 2:
        precision, scale = [*sizes, *([38, 0][len(sizes) :])]
        if not 1 <= precision <= t.MAX_DECIMAL:
            raise QueryError(
                "INVALID_FUNCTION_ARGUMENT", f"DECIMAL precision must be in range [1, 38]: {precision}"
            )
        if scale > precision:
            raise QueryError(
                "INVALID_FUNCTION_ARGUMENT",
                f"DECIMAL scale must be in range [0, precision ({precision})]: {scale}",
            )
        return t.decimal(precision, scale)
    if name in ("timestamp", "time", "timestamp with time zone") and len(sizes) <= 1:
        precision = sizes[0] if sizes else 3
        if precision > 12:
            raise QueryError(
                "NUMERIC_VALUE_OUT_OF_RANGE",
                f"{name.upper()} precision must be in range [0, 12]: {precision}",
            )
        if precision > MAX_MICROS:
            raise unsupported(
                f"A precision of more than {MAX_MICROS} digits of a second, {name}({precision}),"
            )
        if name == "time":
            return t.time(precision)
        return t.timestamp(precision) if name == "timestamp" else t.timestamp_tz(precision)
    if name == "time with time zone":
        raise unsupported("Type time with time zone")
    return None
