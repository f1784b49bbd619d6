"""How the argument types of a call fit the pattern types of a signature.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/metadata/SignatureBinder.java
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.type_text import TypeText, build

Binding = dict[str, t.Type | int]
_DECIMAL_ZERO = t.decimal(1, 0)


@dataclass(frozen=True, slots=True)
class LambdaArgument:
    """A lambda as an argument: how many parameters it has, and what it yields for given parameter types."""

    count: int
    typed: Callable[[Sequence[t.Type]], t.Type]

    def __str__(self) -> str:
        return "function(" + ", ".join(["unknown"] * (self.count + 1)) + ")"

    @staticmethod
    def of(type_: t.FunctionType) -> "LambdaArgument":
        """A lambda that always has this type."""
        return LambdaArgument(len(type_.arguments), lambda _: type_.result)


def _is_variable(text: TypeText) -> bool:
    return not text.arguments and text.name.isupper() and len(text.name) <= 2


def matches(pattern: TypeText, actual: t.Type | LambdaArgument, binding: Binding, coercing: bool) -> bool:
    """Whether `actual` fits `pattern`, noting in `binding` what its variables are. May widen earlier ones."""
    if isinstance(actual, LambdaArgument):
        return pattern.name.lower() == "function" and _lambda(pattern, actual, binding, coercing)
    if _is_variable(pattern):
        return _variable(pattern.name, actual, binding, coercing)
    name = pattern.name.lower()
    if name == "function":
        return False
    if coercing and actual == t.UNKNOWN:
        return _unknown(pattern, binding)
    if not any(isinstance(a, TypeText) for a in pattern.arguments):
        wanted = build(pattern)
        return t.can_coerce(actual, wanted) if coercing else actual == wanted
    if name in ("varchar", "char", "decimal", "timestamp", "time", "timestamp with time zone"):
        return _sized(name, pattern, actual, binding, coercing)
    inner: Sequence[t.Type]
    if isinstance(actual, t.ArrayType) and name == "array":
        inner = (actual.element,)
    elif isinstance(actual, t.MapType) and name == "map":
        inner = (actual.key, actual.value)
    elif isinstance(actual, t.RowType) and name == "row":
        inner = [x for _, x in actual.fields]
    else:
        return False
    if len(inner) != len(pattern.arguments):
        return False
    return all(
        isinstance(p, TypeText) and matches(p, a, binding, coercing)
        for p, a in zip(pattern.arguments, inner, strict=True)
    )


def _variable(name: str, actual: t.Type, binding: Binding, coercing: bool) -> bool:
    bound = binding.get(name)
    if bound is None:
        binding[name] = actual
        return True
    if not isinstance(bound, t.Type):
        return False
    if not coercing:
        return bound == actual
    common = t.common_super_type(bound, actual)
    if common is None:
        return False
    binding[name] = common
    return True


def _unknown(pattern: TypeText, binding: Binding) -> bool:
    """NULL fits everything; a variable that nothing else tells stays the smallest."""
    for each in pattern.arguments:
        if isinstance(each, TypeText):
            if each.arguments:
                _unknown(each, binding)
            elif each.name.islower() and len(each.name) == 1:
                binding.setdefault(
                    each.name, 1 if pattern.name.lower() == "decimal" and each.name == "p" else 0
                )
            elif _is_variable(each):
                binding.setdefault(each.name, t.UNKNOWN)
    return True


def _sized(name: str, pattern: TypeText, actual: t.Type, binding: Binding, coercing: bool) -> bool:
    fitting = _of_family(name, actual) if coercing or actual.base == name else None
    if fitting is None:
        return False
    sizes = _sizes(fitting)
    variables = [a.name if isinstance(a, TypeText) else None for a in pattern.arguments]
    known = [binding.get(v) if v else None for v in variables]
    if coercing and all(isinstance(k, int) for k in known):
        previous = _from_sizes(name, [k for k in known if isinstance(k, int)])
        common = t.common_super_type(previous, fitting)
        if common is None:
            return False
        sizes = _sizes(common)
    for variable, size in zip(variables, sizes, strict=True):
        if variable is not None:
            if not coercing and binding.get(variable, size) != size:
                return False
            binding[variable] = size
    return True


def _of_family(name: str, actual: t.Type) -> t.Type | None:
    """The member of a family of types (varchar, decimal, …) that `actual` coerces to."""
    if actual.base == name:
        return actual
    if name == "decimal":
        return t.as_decimal(actual) if t.is_integer(actual) else None
    if name == "char" and isinstance(actual, t.VarcharType):
        return t.char(min(t.MAX_CHAR, actual.length if actual.length is not None else t.MAX_CHAR))
    precision = actual.precision if isinstance(actual, t.TimestampType) else 0
    if name == "timestamp" and actual == t.DATE:
        return t.timestamp(0)
    if name == "timestamp with time zone" and actual.base in ("date", "timestamp"):
        return t.timestamp_tz(precision)
    return None


def _sizes(type_: t.Type) -> list[int]:
    if isinstance(type_, t.VarcharType):
        return [t.UNBOUNDED if type_.length is None else type_.length]
    if isinstance(type_, t.CharType):
        return [type_.length]
    if isinstance(type_, t.DecimalType):
        return [type_.precision, type_.scale]
    assert isinstance(type_, t.TimeType | t.TimestampType)
    return [type_.precision]


def _from_sizes(name: str, sizes: Sequence[int]) -> t.Type:
    if name == "varchar":
        return t.varchar(sizes[0])
    if name == "char":
        return t.char(sizes[0])
    if name == "decimal":
        return t.decimal(max(1, min(sizes[0], t.MAX_DECIMAL)), sizes[1])
    if name == "time":
        return t.time(sizes[0])
    return t.timestamp(sizes[0]) if name == "timestamp" else t.timestamp_tz(sizes[0])


def _lambda(pattern: TypeText, actual: LambdaArgument, binding: Binding, coercing: bool) -> bool:
    *parameters, result = [a for a in pattern.arguments if isinstance(a, TypeText)]
    if len(parameters) != actual.count:
        return False
    yielded = actual.typed([coerced(p, t.UNKNOWN, binding) for p in parameters])
    # Trino types the body once and then coerces what it yields, so a lambda never stops an exact match.
    return (
        matches(result, yielded, binding, True)
        if not coercing
        else matches(result, yielded, binding, coercing)
    )


def coerced(pattern: TypeText, actual: t.Type | LambdaArgument, binding: Binding) -> t.Type:
    """The type that a pattern means under a binding; `actual` stands in for an unbound variable."""
    if _is_variable(pattern):
        bound = binding.get(pattern.name, actual)
        return bound if isinstance(bound, t.Type) else t.UNKNOWN
    name = pattern.name.lower()
    variables = [a for a in pattern.arguments if isinstance(a, TypeText)]
    if not variables:
        return build(pattern)
    if name == "function":
        return t.function(*(coerced(v, t.UNKNOWN, binding) for v in variables))
    if name in ("varchar", "char", "decimal", "timestamp", "time", "timestamp with time zone"):
        sizes = []
        for each in pattern.arguments:
            size = each if isinstance(each, int) else binding.get(each.name, 0)
            sizes.append(size if isinstance(size, int) else 0)
        return _from_sizes(name, sizes)
    inner = [coerced(v, t.UNKNOWN, binding) for v in variables]
    if name == "array":
        return t.array(inner[0])
    if name == "map":
        return t.map_of(inner[0], inner[1])
    return t.RowType("row", tuple(zip(pattern.names, inner, strict=True)))
