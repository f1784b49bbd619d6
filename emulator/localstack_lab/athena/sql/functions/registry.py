"""Trino's functions by name: their signatures, which one a call means, and how it reads in DuckDB's SQL.

    scalar("substr", "(varchar(x), bigint) -> varchar(x)", emit)
    aggregate("sum", "(bigint) -> bigint", "[[sum({0})]]::BIGINT")

A signature is Trino's own text: upper-case names are type variables, lower-case letters in parentheses stand
for lengths, precisions and scales, `T...` repeats. `emit` is a template over `{0}`, `{1}` …, `{*}` (all
arguments) and `{type}` (the DuckDB type of the result, which is not cast by itself), or a callable over a
`Call`. In an aggregate or a window function `[[…]]` marks the DuckDB call that DISTINCT, ORDER BY, FILTER and
OVER belong to; without brackets that is the whole template.

https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/metadata/FunctionBinder.java
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from localstack_lab.athena.sql import types as t
from localstack_lab.athena.sql.errors import Position, QueryError, at, unsupported
from localstack_lab.athena.sql.functions.binding import Binding, LambdaArgument, coerced, matches
from localstack_lab.athena.sql.functions.values import Call, fail
from localstack_lab.athena.sql.type_text import TypeText, read_signature

Kind = Literal["scalar", "aggregate", "window"]
Emit = str | Callable[[Call], str]
Result = Callable[[Binding, Sequence[t.Type]], t.Type]


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a function."""

    name: str
    kind: Kind
    arguments: tuple[TypeText, ...]
    returns: TypeText
    text: str
    emit: Emit
    where: Mapping[str, str]
    result: Result | None
    deterministic: bool

    def expected(self) -> str:
        """The signature as Trino lists it in "Expected: …"."""
        arguments = self.text.rpartition("->")[0].strip()
        constraints = " ".join(f"{name}:{rule}" if rule else name for name, rule in self.where.items())
        return f"{self.name}{arguments} {constraints}".strip()


@dataclass(frozen=True, slots=True)
class Udf:
    """A Python function that emitted SQL may call; the worker registers it on its DuckDB connection."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    returns: str
    nulls: Literal["default", "special"] = "default"
    volatile: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """The signature that a call means, with the types that its arguments are coerced to."""

    signature: Signature
    types: tuple[t.Type, ...]
    type: t.Type
    binding: Binding = field(default_factory=dict)


FUNCTIONS: dict[str, list[Signature]] = {}
UNSUPPORTED: dict[str, str] = {}
"""Functions of Trino that are not here, with a word on why; calling one is `NOT_SUPPORTED`."""
UDFS: dict[str, Udf] = {}
MACROS: dict[str, str] = {
    "lab_refuse": "CREATE OR REPLACE TEMP MACRO lab_refuse(message) AS "
    "CAST(timezone(message, TIMESTAMPTZ '1970-01-01 00:00:00+00') AS \"NULL\")",
    "lab_fail": 'CREATE OR REPLACE TEMP MACRO lab_fail(message) AS CAST(CAST(message AS BOOLEAN) AS "NULL")',
}
"""Macros that emitted SQL may use.

`lab_fail(message)` fails with the message, by an impossible cast: DuckDB's `error` counts as volatile, which
neither TRY nor the ORDER BY of a window takes. `lab_refuse(message)` fails through TRY too, by a time zone
that is not there: DuckDB's TRY catches the errors of casts, but not those.
"""


def _declare(
    kind: Kind,
    name: str | Sequence[str],
    signatures: str | Sequence[str],
    emit: Emit,
    where: Mapping[str, str] | None,
    result: Result | None,
    deterministic: bool,
) -> None:
    names = [name] if isinstance(name, str) else list(name)
    texts = [signatures] if isinstance(signatures, str) else list(signatures)
    for each in names:
        for text in texts:
            arguments, returns = read_signature(text)
            variables = {v: "" for v in re.findall(r"\b[A-Z][A-Z0-9]*\b", text.rpartition("->")[0])}
            variables.update(where or {})
            signature = Signature(
                each, kind, tuple(arguments), returns, text, emit, variables, result, deterministic
            )
            FUNCTIONS.setdefault(each, []).append(signature)


def scalar(
    name: str | Sequence[str],
    signatures: str | Sequence[str],
    emit: Emit,
    *,
    where: Mapping[str, str] | None = None,
    result: Result | None = None,
    deterministic: bool = True,
) -> None:
    """Declare a scalar function (all its names and signatures share `emit`).

    `where` gives constraints of type variables, `{"T": "orderable"}` or `"comparable"` (where the function
    looks for equal values); `result` works out a
    result type that the signature's text cannot say, from the binding and the coerced argument types.
    """
    _declare("scalar", name, signatures, emit, where, result, deterministic)


def aggregate(
    name: str | Sequence[str],
    signatures: str | Sequence[str],
    emit: Emit,
    *,
    where: Mapping[str, str] | None = None,
    result: Result | None = None,
) -> None:
    """Declare an aggregate function; it may be used as a window function too."""
    _declare("aggregate", name, signatures, emit, where, result, True)


def window(
    name: str | Sequence[str],
    signatures: str | Sequence[str],
    emit: Emit,
    *,
    where: Mapping[str, str] | None = None,
    result: Result | None = None,
) -> None:
    """Declare a function that needs an OVER clause."""
    _declare("window", name, signatures, emit, where, result, True)


def udf(
    name: str,
    function: Callable[..., Any],
    arguments: Sequence[str],
    returns: str,
    *,
    nulls: Literal["default", "special"] = "default",
    volatile: bool = False,
) -> None:
    """Register a Python function for use in emitted SQL, with DuckDB's types.

    An emit asks for it by `call.udf(name)`.
    An error that it raises as `QueryError` becomes the statement's.
    """
    UDFS[name] = Udf(name, function, tuple(arguments), returns, nulls, volatile)


def macro(name: str, statement: str) -> None:
    """Register a macro (`CREATE OR REPLACE TEMP MACRO …`) for use in emitted SQL."""
    MACROS[name] = statement


def lacking(*names: str, reason: str = "") -> None:
    """List functions of Trino that this emulator does not have."""
    for name in names:
        UNSUPPORTED[name] = reason


def load() -> None:
    """Import every family of functions once."""
    if _LOADED:
        return
    package = importlib.import_module("localstack_lab.athena.sql.functions")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    _LOADED.append(True)


_LOADED: list[bool] = []


def prepare(connection: Any, names: Sequence[str] | None = None) -> None:
    """Give a DuckDB connection the macros, and the Python functions `names` (all if None)."""
    load()
    for statement in MACROS.values():
        connection.execute(statement)
    for name in UDFS if names is None else names:
        each = UDFS[name]
        connection.create_function(
            each.name,
            each.function,
            list(each.arguments),
            each.returns,
            null_handling=each.nulls,
            side_effects=each.volatile,
        )


def kind_of(name: str) -> Kind | None:
    """What kind of function the name means; None if it is none that is here."""
    load()
    found = FUNCTIONS.get(name)
    return found[0].kind if found else None


def is_volatile(name: str) -> bool:
    """Whether a function of this name may answer the same call differently."""
    load()
    return any(not each.deterministic for each in FUNCTIONS.get(name, ()))


def resolve(
    name: str, arguments: Sequence[t.Type | LambdaArgument], position: Position | None = None
) -> Resolved:
    """Choose the signature that a call means: an exact match, else the most specific by coercion.

    Raises `FUNCTION_NOT_FOUND` in Trino's words, or `NOT_SUPPORTED` for a function that only Trino has.
    """
    load()
    candidates = FUNCTIONS.get(name)
    if not candidates:
        if name in UNSUPPORTED:
            why = UNSUPPORTED[name]
            raise unsupported(f"Function '{name}'" + (f" ({why})" if why else ""), position)
        raise at(position, "FUNCTION_NOT_FOUND", f"Function '{name}' not registered")
    for generic in (False, True):
        for each in candidates:
            if bool(each.where) is generic:
                exact = _bind(each, arguments, coercing=False)
                if exact is not None:
                    return exact
    found = [bound for each in candidates if (bound := _bind(each, arguments, coercing=True)) is not None]
    best = _most_specific(found)
    if len(best) == 1:
        return best[0]
    untyped = [a == t.UNKNOWN for a in arguments]
    if len(best) > 1 and any(untyped):
        # Where only NULLs leave it open, a signature without type variables is meant.
        best = [b for b in best if not b.signature.where] or best
        if len(best) == 1:
            return best[0]
    if best:
        # NULL alone fits several signatures: any will do where all give the same type.
        if len({str(b.type) for b in best}) == 1:
            return best[0]
        alternatives = ", ".join(b.signature.expected() for b in best)
        message = (
            "Could not choose a best candidate operator. Explicit type casts must be added. "
            f"Candidates are: {alternatives}"
        )
        raise at(position, "AMBIGUOUS_FUNCTION_CALL", message)
    given = ", ".join(str(a) for a in arguments)
    expected = ", ".join(dict.fromkeys(each.expected() for each in candidates))
    raise at(
        position,
        "FUNCTION_NOT_FOUND",
        f"Unexpected parameters ({given}) for function {name}. Expected: {expected}",
    )


def _bind(
    signature: Signature, arguments: Sequence[t.Type | LambdaArgument], *, coercing: bool
) -> Resolved | None:
    patterns = list(signature.arguments)
    if patterns and patterns[-1].variadic:
        repeated = patterns.pop()
        patterns.extend([repeated] * (len(arguments) - len(patterns)))
    if len(patterns) != len(arguments):
        return None
    binding: Binding = {}
    # Lambdas are typed by what the other arguments say, so they come last.
    ordered = sorted(
        zip(patterns, arguments, strict=True), key=lambda pair: isinstance(pair[1], LambdaArgument)
    )
    for pattern, argument in ordered:
        if not matches(pattern, argument, binding, coercing):
            return None
    for variable, rule in signature.where.items():
        bound = binding.get(variable)
        if isinstance(bound, t.Type) and (
            (rule == "orderable" and not t.orderable(bound))
            or (rule == "comparable" and not t.comparable(bound))
        ):
            return None
    types = tuple(coerced(p, a, binding) for p, a in zip(patterns, arguments, strict=True))
    if signature.result is not None:
        type_ = signature.result(binding, types)
    else:
        type_ = coerced(signature.returns, t.UNKNOWN, binding)
    return Resolved(signature, types, type_, binding)


def _most_specific(found: list[Resolved]) -> list[Resolved]:
    """Those of the candidates that no other is more specific than."""
    if len(found) < 2:
        return found
    best = []
    for one in found:
        if all(one is other or _fits(other.signature, one.types) for other in found):
            best.append(one)
    return best or found


def _fits(signature: Signature, types: Sequence[t.Type]) -> bool:
    plain = [LambdaArgument.of(x) if isinstance(x, t.FunctionType) else x for x in types]
    return _bind(signature, plain, coercing=True) is not None


def emit(resolved: Resolved, call: Call) -> str:
    """The SQL of a call whose arguments are coerced to `resolved.types` already.

    Raises `NOT_SUPPORTED` where it compares values that DuckDB tells apart and Trino does not.
    """
    call.bindings = resolved.binding
    for variable, rule in resolved.signature.where.items():
        bound = resolved.binding.get(variable)
        if rule == "comparable" and isinstance(bound, t.Type) and t.ambiguous(bound):
            raise unsupported(f"Function '{call.name}' over values of type {bound}", call.position)
    template = resolved.signature.emit
    if callable(template):
        try:
            return template(call)
        except QueryError as fault:
            return _failing(resolved, call, fault)
    parts = [a.sql for a in call.arguments]
    every = ", ".join(parts).replace("{", "{{").replace("}", "}}")

    def filled(text: str) -> str:
        return text.replace("{*}", every).format(*parts, type=t.duckdb(resolved.type))

    if resolved.signature.kind == "scalar":
        return filled(template)
    if "[[" not in template:
        template = f"[[{template}]]"
    pieces = _BRACKETS.split(template)
    text = filled(pieces[0])
    for name, inside, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        text += call.aggregate(name, *([filled(inside)] if inside else [])) + filled(after)
    return text


def _failing(resolved: Resolved, call: Call, fault: QueryError) -> str:
    """SQL that fails when it is evaluated: in Trino a wrong constant fails on a row.

    Aggregates have no row to fail on, so for them the error is raised at once; neither names a place.
    """
    if fault.name == "NOT_SUPPORTED":
        raise fault
    if resolved.signature.kind != "scalar":
        raise QueryError(fault.name, fault.message) from fault
    known = " AND ".join(f"({a.sql}) IS NOT NULL" for a in call.arguments if not a.parameters)
    return (
        f"(CASE WHEN {known} THEN CAST({fail(fault.name, fault.message)} AS {t.duckdb(resolved.type)}) END)"
    )


_BRACKETS = re.compile(r"\[\[(\w+)\((.*?)\)\]\]", re.DOTALL)
