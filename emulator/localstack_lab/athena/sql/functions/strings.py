"""String functions.

https://trino.io/docs/current/functions/string.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/StringFunctions.java
"""

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions import emitting, registry
from localstack_lab.athena.sql.functions.emitting import bound, constant_int, python
from localstack_lab.athena.sql.functions.lengths import sized
from localstack_lab.athena.sql.functions.registry import lacking, scalar
from localstack_lab.athena.sql.functions.values import Call, fail, fail_with, text

BAD = "INVALID_FUNCTION_ARGUMENT"
# What Trino's trim takes for white space
# (https://github.com/airlift/slice/blob/master/src/main/java/io/airlift/slice/SliceUtf8.java)
WHITE = (
    "".join(
        chr(c)
        for c in (*range(9, 14), *range(28, 33), 0x1680, *range(0x2000, 0x2007), *range(0x2008, 0x200B))
    )
    + "\u2028\u2029\u205f\u3000"
)


def _each_case(upper: bool) -> "registry.Emit":
    """Java changes the case of one code point at a time; where that would be several it stays as it is.

    Not so where Unicode's simple mapping has one: the small i for U+0130, U+1F88 for U+1F80.
    """

    def one(c: str) -> str:
        changed = (c.upper(), c.title()) if upper else (c.lower(), c.lower()[0])
        return next((new for new in changed if len(new) == 1), c)

    def change(value: str) -> str:
        return "".join(map(one, value))

    name = "upper" if upper else "lower"
    registry.udf(f"lab_{name}", emitting.strict(change), ["VARCHAR"], "VARCHAR", nulls="special")

    def emit(call: Call) -> str:
        slow = call.udf(f"lab_{name}")
        return emitting.over(
            call, lambda s: f"(CASE WHEN strlen({s}) = length({s}) THEN {name}({s}) ELSE {slow}({s}) END)"
        )

    return emit


def _reverse(call: Call) -> str:
    slow = call.udf("lab_reverse")
    return emitting.over(
        call, lambda s: f"(CASE WHEN strlen({s}) = length({s}) THEN reverse({s}) ELSE {slow}({s}) END)"
    )


def _substr(call: Call) -> str:
    start = constant_int(call.arguments[1])
    length = constant_int(call.arguments[2]) if len(call.arguments) == 3 else None
    if start is not None and start > 0 and (len(call.arguments) == 2 or (length is not None and length >= 0)):
        rest = "" if length is None else f", {min(length, emitting.INT_MAX)}"
        return f"substr({call.sql(0)}, {min(start, emitting.INT_MAX)}{rest})"

    def body(s: str, n: str, *count: str) -> str:
        empty = f"{n} = 0 OR {n} < -length({s}) OR {n} > length({s})"
        rest = ""
        if count:
            empty += f" OR {count[0]} <= 0"
            rest = f", least({count[0]}, length({s})) + 0 * {count[0]}"
        return f"(CASE WHEN {empty} THEN left({s}, 0 * {n}) ELSE substr({s}, {n}{rest}) END)"

    return emitting.over(call, body)


_WHITE_CLASS = "[" + "".join(f"\\x{{{ord(c):x}}}" for c in WHITE) + "]"


def _trim(side: str) -> "registry.Emit":
    """DuckDB's trim of so many characters is slow, so it is called only where there is something to trim."""
    ends = {"l": f"^{_WHITE_CLASS}", "r": f"{_WHITE_CLASS}\\z", "": f"^{_WHITE_CLASS}|{_WHITE_CLASS}\\z"}[
        side
    ]
    return lambda call: emitting.over(
        call,
        lambda s: (
            f"(CASE WHEN regexp_matches({s}, {text(ends)}) THEN {side}trim({s}, {text(WHITE)}) ELSE {s} END)"
        ),
    )


_LONGEST_PADDING = 2**24


def _pad(side: str) -> "registry.Emit":
    too_long = f"Padding to more than {_LONGEST_PADDING} characters is not supported by this emulator"

    def body(s: str, size: str, fill: str) -> str:
        return (
            f"(CASE WHEN {size} < 0 OR {size} > {emitting.INT_MAX} THEN "
            f"{fail(BAD, f'Target length must be in the range [0..{emitting.INT_MAX}]')} "
            f"WHEN {size} > {_LONGEST_PADDING} THEN {fail('NOT_SUPPORTED', too_long)} "
            f"WHEN {fill} = '' THEN {fail(BAD, 'Padding string must not be empty')} "
            f"ELSE {side}pad({s}, CAST({size} AS INTEGER), {fill}) END)"
        )

    return lambda call: emitting.over(call, body)


def _replace(call: Call) -> str:
    replacement = call.sql(2) if len(call.arguments) == 3 else "''"
    search = emitting.constant_text(call.arguments[1])
    if search:
        return f"replace({call.sql(0)}, {call.sql(1)}, {replacement})"
    slow = call.udf("lab_replace")
    return emitting.bind(
        lambda s, f, r: f"(CASE WHEN {f} = '' THEN {slow}({s}, {r}) ELSE replace({s}, {f}, {r}) END)",
        call.sql(0),
        call.sql(1),
        replacement,
    )


def _replace_nothing(value: str, replacement: str) -> str:
    """Nothing is found before every character and at the end."""
    return replacement + "".join(c + replacement for c in value)


def _position(value: str, wanted: str, instance: int) -> int:
    if instance == 0:
        raise QueryError(BAD, "'instance' must not be a positive or negative number.")
    if not wanted:
        return 1
    found = -1 if instance > 0 else len(value) + 1
    for _ in range(abs(instance)):
        if instance > 0:
            found = value.find(wanted, found + 1)
        else:
            found = value.rfind(wanted, 0, max(found + len(wanted) - 1, 0)) if found >= 0 else -1
        if found < 0:
            return 0
    return found + 1


def _translate(value: str, source: str, target: str) -> str:
    table: dict[int, str | None] = {}
    for i, c in enumerate(source):
        table.setdefault(ord(c), target[i] if i < len(target) else None)
    return value.translate(table)


def _concat(call: Call) -> str:
    if len(call.arguments) < 2:
        raise QueryError(BAD, "There must be two or more concatenation arguments")
    return "(" + " || ".join(a.sql for a in call.arguments) + ")"


def _chr(call: Call) -> str:
    bad = fail_with(BAD, "'Not a valid Unicode code point: '", call.sql(0))
    return emitting.over(
        call,
        lambda n: (
            f"(CASE WHEN {n} < 0 OR {n} > 1114111 OR {n} BETWEEN 55296 AND 57343 THEN {bad} "
            f"ELSE chr(CAST({n} AS INTEGER)) END)"
        ),
    )


registry.udf("lab_reverse", emitting.strict(lambda s: s[::-1]), ["VARCHAR"], "VARCHAR", nulls="special")
registry.udf(
    "lab_replace", emitting.strict(_replace_nothing), ["VARCHAR", "VARCHAR"], "VARCHAR", nulls="special"
)

for _name, _emit in (("upper", _each_case(True)), ("lower", _each_case(False))):
    scalar(_name, ("(varchar(x)) -> varchar(x)", "(char(x)) -> char(x)"), _emit)
scalar("length", ("(varchar(x)) -> bigint", "(char(x)) -> bigint"), "length({0})")
scalar("length", "(varbinary) -> bigint", "CAST(octet_length({0}) AS BIGINT)")
scalar("chr", "(bigint) -> varchar(1)", _chr)
scalar(
    "codepoint",
    "(varchar(1)) -> integer",
    bound(
        f"CASE WHEN {{0}} = '' THEN {fail(BAD, 'Input string must be a single character string')} "
        "ELSE unicode({0}) END"
    ),
)
scalar("concat", ("(varchar...) -> varchar",), _concat)
scalar("concat", "(varbinary...) -> varbinary", _concat)
scalar(
    "concat_ws",
    "(varchar, varchar...) -> varchar",
    lambda call: (
        f"concat_ws({', '.join(a.sql for a in call.arguments)})"
        if len(call.arguments) > 1
        else f"left({call.sql(0)}, 0)"
    ),
)
scalar(
    "concat_ws",
    "(varchar, array(varchar)) -> varchar",
    lambda call: emitting.bind(
        emitting.joined, f"list_filter({call.sql(1)}, lambda lab_e: lab_e IS NOT NULL)", call.sql(0)
    ),
)
for _side in ("l", "r", ""):
    scalar(f"{_side}trim", "(varchar(x)) -> varchar(x)", _trim(_side))
    scalar(f"{_side}trim", "(varchar(x), varchar) -> varchar(x)", f"{_side}trim({{0}}, {{1}})")
scalar("trim", "(char(x)) -> varchar(x)", f"trim({{0}}, {text(WHITE)})")
scalar("rtrim", "(char(x)) -> varchar(x)", f"rtrim({{0}}, {text(WHITE)})")
scalar("ltrim", "(char(x)) -> varchar(x)", f"rtrim(ltrim({{0}}, {text(WHITE)}), ' ')")
for _side in ("l", "r", ""):
    scalar(
        f"{_side}trim",
        "(char(x), varchar) -> varchar(x)",
        f"rtrim({_side}trim(rtrim({{0}}, ' '), {{1}}), ' ')",
    )
scalar(
    "lpad",
    ("(varchar(x), bigint, varchar(y)) -> varchar", "(char(x), bigint, varchar(y)) -> varchar"),
    _pad("l"),
)
scalar("rpad", "(varchar(x), bigint, varchar(y)) -> varchar", _pad("r"))
scalar("replace", "(varchar(x), varchar(y)) -> varchar(x)", _replace)
scalar(
    "replace",
    "(varchar(x), varchar(y), varchar(z)) -> varchar",
    _replace,
    result=sized(lambda x, y, z: x + z * (x + 1)),
)
scalar("reverse", ("(varchar(x)) -> varchar(x)", "(char(x)) -> char(x)"), _reverse)
scalar(
    ("substr", "substring"),
    (
        "(varchar(x), bigint) -> varchar(x)",
        "(varchar(x), bigint, bigint) -> varchar(x)",
        "(char(x), bigint) -> varchar(x)",
        "(char(x), bigint, bigint) -> varchar(x)",
    ),
    _substr,
)
scalar("strpos", "(varchar(x), varchar(y)) -> bigint", "strpos({0}, {1})")
scalar(
    "strpos",
    "(varchar(x), varchar(y), bigint) -> bigint",
    python("lab_strpos", _position, "VARCHAR; VARCHAR; BIGINT", "BIGINT"),
)
scalar("starts_with", "(varchar(x), varchar(y)) -> boolean", "starts_with({0}, {1})")
scalar(
    "translate",
    "(varchar(x), varchar(y), varchar(z)) -> varchar",
    python("lab_translate", _translate, "VARCHAR; VARCHAR; VARCHAR", "VARCHAR"),
)
lacking("word_stem", reason="Snowball's stemmers are not here")
lacking("char2hexint", reason="a Teradata function")
