"""Trino's types: how they are written, which of two contains the other, and what DuckDB holds for each.

https://trino.io/docs/current/language/types.html
https://docs.aws.amazon.com/athena/latest/ug/data-types.html

What a DuckDB value of each type looks like (every reader, function and writer keeps to this):

| Trino | DuckDB |
|---|---|
| boolean, tinyint … bigint, real, double, date, uuid | BOOLEAN, TINYINT … BIGINT, FLOAT, DOUBLE, DATE, UUID |
| decimal(p,s) | DECIMAL(p,s) |
| varchar, varchar(n) | VARCHAR |
| char(n) | VARCHAR, padded with spaces to n characters |
| json | VARCHAR with the compact JSON text |
| varbinary | BLOB |
| time(p), timestamp(p); p at most 6 | TIME, TIMESTAMP, already rounded to p digits |
| timestamp(p) with time zone | STRUCT(instant TIMESTAMP, zone VARCHAR), the instant in UTC |
| interval day to second | BIGINT, milliseconds |
| interval year to month | INTEGER, months |
| array(T), map(K,V) | T[], MAP(K,V) |
| row(…) | STRUCT with the names in lower case, or field0, field1, … if one has none or two are the same |
| unknown (the type of NULL) | INTEGER, always null |
"""

from dataclasses import dataclass

MAX_DECIMAL = 38
UNBOUNDED = 2147483647
MAX_CHAR = 65536


@dataclass(frozen=True, slots=True)
class Type:
    """A type without parameters; the subclasses have some. `base` is the name before the parentheses."""

    base: str

    def __str__(self) -> str:
        return self.base


@dataclass(frozen=True, slots=True)
class DecimalType(Type):
    """decimal(precision, scale)."""

    precision: int = 38
    scale: int = 0

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})"


@dataclass(frozen=True, slots=True)
class VarcharType(Type):
    """varchar(length); a length of None is unbounded."""

    length: int | None = None

    def __str__(self) -> str:
        return "varchar" if self.length is None else f"varchar({self.length})"


@dataclass(frozen=True, slots=True)
class CharType(Type):
    """char(length)."""

    length: int = 1

    def __str__(self) -> str:
        return f"char({self.length})"


@dataclass(frozen=True, slots=True)
class TimeType(Type):
    """time(precision)."""

    precision: int = 3

    def __str__(self) -> str:
        return f"time({self.precision})"


@dataclass(frozen=True, slots=True)
class TimestampType(Type):
    """timestamp(precision), with or without time zone."""

    precision: int = 3
    zoned: bool = False

    def __str__(self) -> str:
        return f"timestamp({self.precision})" + (" with time zone" if self.zoned else "")


@dataclass(frozen=True, slots=True)
class ArrayType(Type):
    """array(element)."""

    element: Type

    def __str__(self) -> str:
        return f"array({self.element})"


@dataclass(frozen=True, slots=True)
class MapType(Type):
    """map(key, value)."""

    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map({self.key}, {self.value})"


@dataclass(frozen=True, slots=True)
class RowType(Type):
    """row(name type, …); a name of None is a field without name."""

    fields: tuple[tuple[str | None, Type], ...] = ()

    def __str__(self) -> str:
        return "row(" + ", ".join(f"{n} {t}" if n is not None else str(t) for n, t in self.fields) + ")"

    def duckdb_names(self) -> list[str]:
        """The names that the fields have in DuckDB's STRUCT."""
        names = [n.lower() for n, _ in self.fields if n is not None]
        if len(set(names)) == len(self.fields):
            return names
        return [f"field{i}" for i in range(len(self.fields))]


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """function(argument, …, result): the type of a lambda, only in signatures."""

    arguments: tuple[Type, ...]
    result: Type

    def __str__(self) -> str:
        return "function(" + ", ".join(str(t) for t in (*self.arguments, self.result)) + ")"


BOOLEAN, TINYINT, SMALLINT = Type("boolean"), Type("tinyint"), Type("smallint")
INTEGER, BIGINT, REAL, DOUBLE = Type("integer"), Type("bigint"), Type("real"), Type("double")
VARBINARY, JSON, DATE, UUID, UNKNOWN = (
    Type("varbinary"),
    Type("json"),
    Type("date"),
    Type("uuid"),
    Type("unknown"),
)
INTERVAL_DAY, INTERVAL_YEAR = Type("interval day to second"), Type("interval year to month")
VARCHAR = VarcharType("varchar")

SIMPLE = {
    t.base: t
    for t in (
        BOOLEAN,
        TINYINT,
        SMALLINT,
        INTEGER,
        BIGINT,
        REAL,
        DOUBLE,
        VARBINARY,
        JSON,
        DATE,
        UUID,
        UNKNOWN,
        INTERVAL_DAY,
        INTERVAL_YEAR,
    )
}
INTEGERS = (TINYINT, SMALLINT, INTEGER, BIGINT)
_INTEGER_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}

# Types of Trino that have no counterpart here; a statement that names one is refused.
UNSUPPORTED = frozenset(
    {
        "ipaddress",
        "hyperloglog",
        "p4hyperloglog",
        "qdigest",
        "tdigest",
        "setdigest",
        "geometry",
        "sphericalgeography",
        "bingtile",
        "kdbtree",
        "objectid",
        "json2016",
        "color",
    }
)


def decimal(precision: int, scale: int = 0) -> DecimalType:
    """decimal(precision, scale)."""
    return DecimalType("decimal", precision, scale)


def varchar(length: int | None = None) -> VarcharType:
    """varchar(length), unbounded without a length."""
    return VARCHAR if length is None or length >= UNBOUNDED else VarcharType("varchar", length)


def char(length: int) -> CharType:
    """char(length)."""
    return CharType("char", length)


def time(precision: int = 3) -> TimeType:
    """time(precision)."""
    return TimeType("time", precision)


def timestamp(precision: int = 3) -> TimestampType:
    """timestamp(precision)."""
    return TimestampType("timestamp", precision)


def timestamp_tz(precision: int = 3) -> TimestampType:
    """timestamp(precision) with time zone."""
    return TimestampType("timestamp with time zone", precision, True)


def array(element: Type) -> ArrayType:
    """array(element)."""
    return ArrayType("array", element)


def map_of(key: Type, value: Type) -> MapType:
    """map(key, value)."""
    return MapType("map", key, value)


def row(*fields: tuple[str | None, Type]) -> RowType:
    """row(name type, …)."""
    return RowType("row", tuple(fields))


def function(*types: Type) -> FunctionType:
    """function(argument, …, result)."""
    return FunctionType("function", tuple(types[:-1]), types[-1])


def quote(name: str) -> str:
    """A name as DuckDB's quoted identifier; one with U+0000, which none can have, loses it."""
    return '"' + name.replace("\x00", "").replace('"', '""') + '"'


_DUCKDB = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "json": "VARCHAR",
    "varbinary": "BLOB",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamp with time zone": "STRUCT(instant TIMESTAMP, zone VARCHAR)",
    "interval day to second": "BIGINT",
    "interval year to month": "INTEGER",
    "uuid": "UUID",
    "unknown": "INTEGER",
}


def duckdb(type_: Type) -> str:
    """The DuckDB type that holds values of `type_` (see the table above)."""
    if isinstance(type_, DecimalType):
        return f"DECIMAL({type_.precision},{type_.scale})"
    if isinstance(type_, ArrayType):
        return duckdb(type_.element) + "[]"
    if isinstance(type_, MapType):
        return f"MAP({duckdb(type_.key)}, {duckdb(type_.value)})"
    if isinstance(type_, RowType):
        names = type_.duckdb_names()
        fields = (f"{quote(n)} {duckdb(t)}" for n, (_, t) in zip(names, type_.fields, strict=True))
        return "STRUCT(" + ", ".join(fields) + ")"
    return _DUCKDB[type_.base]


def is_integer(type_: Type) -> bool:
    """Whether it is tinyint, smallint, integer or bigint."""
    return type_.base in _INTEGER_DIGITS


def is_numeric(type_: Type) -> bool:
    """Whether it is a number of any kind."""
    return type_.base in _INTEGER_DIGITS or type_.base in ("real", "double", "decimal")


def is_string(type_: Type) -> bool:
    """Whether it is varchar or char."""
    return type_.base in ("varchar", "char")


def is_zoned(type_: Type) -> bool:
    """Whether it is a timestamp with time zone."""
    return type_.base == "timestamp with time zone"


def comparable(type_: Type) -> bool:
    """Whether values can be compared with =."""
    if isinstance(type_, ArrayType):
        return comparable(type_.element)
    if isinstance(type_, MapType):
        return comparable(type_.value)
    if isinstance(type_, RowType):
        return all(comparable(t) for _, t in type_.fields)
    return not isinstance(type_, FunctionType)


def orderable(type_: Type) -> bool:
    """Whether values can be compared with < and sorted; maps and json cannot."""
    if isinstance(type_, ArrayType):
        return orderable(type_.element)
    if isinstance(type_, RowType):
        return all(orderable(t) for _, t in type_.fields)
    return type_.base not in ("map", "json", "function")


def contains_zoned(type_: Type) -> bool:
    """Whether a timestamp with time zone is in it, so that DuckDB's comparison is not Trino's."""
    if isinstance(type_, ArrayType):
        return contains_zoned(type_.element)
    if isinstance(type_, MapType):
        return contains_zoned(type_.key) or contains_zoned(type_.value)
    if isinstance(type_, RowType):
        return any(contains_zoned(t) for _, t in type_.fields)
    return is_zoned(type_)


def contains_map(type_: Type) -> bool:
    """Whether a map is in it, whose entries have an order for DuckDB only."""
    if isinstance(type_, ArrayType):
        return contains_map(type_.element)
    if isinstance(type_, RowType):
        return any(contains_map(t) for _, t in type_.fields)
    return isinstance(type_, MapType)


def ambiguous(type_: Type) -> bool:
    """Whether two values that Trino takes for the same may differ for DuckDB."""
    return contains_zoned(type_) or contains_map(type_)


def as_decimal(type_: Type) -> DecimalType:
    """The decimal that holds every value of an integer type, or the decimal itself."""
    if isinstance(type_, DecimalType):
        return type_
    return decimal(_INTEGER_DIGITS[type_.base])


def _numeric_super(a: Type, b: Type) -> Type | None:
    names = (a.base, b.base)
    if "double" in names:
        return DOUBLE
    if "real" in names:
        return REAL
    if "decimal" in names:
        x, y = as_decimal(a), as_decimal(b)
        scale = max(x.scale, y.scale)
        whole = max(x.precision - x.scale, y.precision - y.scale)
        return decimal(min(MAX_DECIMAL, whole + scale), scale)
    return max(a, b, key=lambda t: _INTEGER_DIGITS[t.base])


def _string_super(a: Type, b: Type) -> Type:
    if isinstance(a, VarcharType) and isinstance(b, VarcharType):
        if a.length is None or b.length is None:
            return VARCHAR
        return varchar(max(a.length, b.length))
    lengths = [t.length for t in (a, b) if isinstance(t, CharType | VarcharType)]
    return char(min(MAX_CHAR, max(MAX_CHAR if n is None else n for n in lengths)))


def _temporal_super(a: Type, b: Type) -> Type | None:
    if isinstance(a, TimeType) and isinstance(b, TimeType):
        return time(max(a.precision, b.precision))
    kinds = {a.base, b.base}
    if not kinds <= {"date", "timestamp", "timestamp with time zone"}:
        return None
    precision = max(t.precision if isinstance(t, TimestampType) else 0 for t in (a, b))
    return timestamp_tz(precision) if "timestamp with time zone" in kinds else timestamp(precision)


def common_super_type(a: Type, b: Type) -> Type | None:
    """The smallest type that both coerce to, by Trino's rules; None where there is none.

    https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/type/TypeCoercion.java
    """
    if a == b or b == UNKNOWN:
        return a
    if a == UNKNOWN:
        return b
    if is_numeric(a) and is_numeric(b):
        return _numeric_super(a, b)
    if is_string(a) and is_string(b):
        return _string_super(a, b)
    if isinstance(a, ArrayType) and isinstance(b, ArrayType):
        element = common_super_type(a.element, b.element)
        return None if element is None else array(element)
    if isinstance(a, MapType) and isinstance(b, MapType):
        key, value = common_super_type(a.key, b.key), common_super_type(a.value, b.value)
        return None if key is None or value is None else map_of(key, value)
    if isinstance(a, RowType) and isinstance(b, RowType):
        return _row_super(a, b)
    return _temporal_super(a, b)


def _row_super(a: RowType, b: RowType) -> Type | None:
    if len(a.fields) != len(b.fields):
        return None
    fields: list[tuple[str | None, Type]] = []
    for (name, left), (other, right) in zip(a.fields, b.fields, strict=True):
        common = common_super_type(left, right)
        if common is None:
            return None
        # Trino keeps a name only where both sides agree on it.
        fields.append((name if name == other else None, common))
    return row(*fields)


def can_coerce(source: Type, target: Type) -> bool:
    """Whether a value of `source` may stand where `target` is wanted, without a CAST."""
    if source == target:
        return True
    if isinstance(source, RowType) and isinstance(target, RowType):
        return len(source.fields) == len(target.fields) and all(
            can_coerce(s, t) for (_, s), (_, t) in zip(source.fields, target.fields, strict=True)
        )
    if isinstance(source, ArrayType) and isinstance(target, ArrayType):
        return can_coerce(source.element, target.element)
    if isinstance(source, MapType) and isinstance(target, MapType):
        return can_coerce(source.key, target.key) and can_coerce(source.value, target.value)
    return common_super_type(source, target) == target
