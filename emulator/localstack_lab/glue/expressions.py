"""The expressions that select partitions: SQL conditions on partition keys, each compared by the key's type.

``year = '2026' AND (month IN ('01', '02') OR day BETWEEN 1 AND 5) AND NOT city LIKE 'B%'``. A key may stand
on either side of a comparison; strings are in single or double quotes; there are no functions, no arithmetic
and no comparisons of two keys. https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from localstack_lab.api.service import Members, refusal
from localstack_lab.glue.partition_values import NULL, PartitionType, type_of
from localstack_lab.glue.refusals import invalid
from localstack_lab.glue.store import Values
from localstack_lab.lake.bounded import like

type Condition = Callable[[Values], bool | None]
"""Whether a partition is wanted; None where a value is null, as in SQL."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^']|'')*'|"(?:[^"]|"")*") |
    (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])) |
    (?P<name>[A-Za-z_0-9][\w.]*|`[^`]+`) |
    (?P<sign><>|!=|>=|<=|[=<>(),]) |
    (?P<other>\S)
    )""",
    re.VERBOSE,
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_DEEPEST = 200
"""How deep brackets and NOTs may be nested; Python's stack is not endless."""
_WORDS = ("AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL")


class _Token(NamedTuple):
    kind: str
    text: str


def compiled(expression: str | None, keys: list[Members]) -> Condition | None:
    """The condition of an expression; None where there is none, or only blanks.

    :param keys: the table's partition keys, as in its description
    :raises ServiceException: InvalidInputException for what is no expression, an unknown key, a type that
        cannot be compared, or a literal that is not of the key's type
    """
    if not expression or not expression.strip():
        return None
    return _Parser(expression, keys).condition()


class _Key(NamedTuple):
    number: int
    type: PartitionType


class _Parser:
    """Recursive descent: OR binds less than AND, AND less than NOT."""

    def __init__(self, expression: str, keys: list[Members]) -> None:
        self._expression = expression
        self._keys = {key["Name"].lower(): (number, key) for number, key in enumerate(keys)}
        self._tokens = _tokens(expression)
        self._at = 0
        self._depth = 0

    def condition(self) -> Condition:
        found = self._either()
        if self._at < len(self._tokens):
            raise self._unsupported()
        return found

    def _either(self) -> Condition:
        found = self._both()
        while self._word("OR"):
            found = _or(found, self._both())
        return found

    def _both(self) -> Condition:
        found = self._not()
        while self._word("AND"):
            found = _and(found, self._not())
        return found

    def _not(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._unsupported()
        if self._word("NOT"):
            found = _negated(self._not())
        elif self._peek() == _Token("sign", "(") and not self._operand_in_brackets():
            self._at += 1
            found = self._either()
            self._expect(")")
        else:
            found = self._term()
        self._depth -= 1
        return found

    def _term(self) -> Condition:
        left = self._operand()
        if left.kind in ("string", "number"):
            sign = self._sign(_COMPARISONS)
            key = self._key(self._operand())
            return _compared(key, _MIRRORED.get(sign, sign), key.type.literal(left.text))
        key = self._key(left)
        if self._word("IS"):
            negated = self._word("NOT")
            self._need("NULL")
            return _is_null(key, negated)
        if self._word("NOT"):
            return _negated(self._set_or_range(key))
        if self._next_word() in ("IN", "BETWEEN", "LIKE"):
            return self._set_or_range(key)
        sign = self._sign(_COMPARISONS)
        return _compared(key, sign, self._literal(key))

    def _set_or_range(self, key: _Key) -> Condition:
        if self._word("IN"):
            self._expect("(")
            values = [self._literal(key)]
            while self._peek() == _Token("sign", ","):
                self._at += 1
                values.append(self._literal(key))
            self._expect(")")
            return _among(key, values)
        if self._word("BETWEEN"):
            low = self._literal(key)
            self._need("AND")
            return _between(key, low, self._literal(key))
        self._need("LIKE")
        token = self._operand()
        if token.kind != "string":
            raise self._unsupported()
        key.type.check_like()
        return _like(key, token.text)

    def _literal(self, key: _Key) -> Any:
        token = self._operand()
        if token.kind not in ("string", "number"):
            raise self._unsupported()
        return key.type.literal(token.text)

    def _key(self, token: _Token) -> _Key:
        if token.kind != "name" or token.text.upper() in _WORDS:
            raise self._unsupported()
        found = self._keys.get(token.text.strip("`").lower())
        if found is None:
            if self._next_word() not in _WORDS and self._peek().text not in (*_COMPARISONS, ")", ""):
                raise self._unsupported()
            raise invalid("Invalid partition expression!")
        number, key = found
        return _Key(number, type_of(key.get("Type", "string")))

    def _operand(self) -> _Token:
        """A name, a string without its quotes or a number, possibly in brackets."""
        brackets = 0
        while self._peek() == _Token("sign", "("):
            self._at += 1
            brackets += 1
        token = self._peek()
        if token.kind not in ("name", "string", "number"):
            raise self._unsupported()
        self._at += 1
        for _ in range(brackets):
            self._expect(")")
        if token.kind == "string":
            quote = token.text[0]
            return _Token("string", token.text[1:-1].replace(quote * 2, quote))
        return token

    def _operand_in_brackets(self) -> bool:
        """Whether the brackets that open here hold a single operand and not a condition."""
        at = self._at
        while at < len(self._tokens) and self._tokens[at].text == "(":
            at += 1
        opened, end = at - self._at, at + 1
        while end < len(self._tokens) and self._tokens[end].text == ")":
            end += 1
        return end - at - 1 >= opened

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _Token("end", "")

    def _next_word(self) -> str:
        token = self._peek()
        return token.text.upper() if token.kind == "name" else ""

    def _word(self, word: str) -> bool:
        if self._next_word() == word:
            self._at += 1
            return True
        return False

    def _need(self, word: str) -> None:
        if not self._word(word):
            raise self._unsupported()

    def _sign(self, signs: Any) -> str:
        token = self._peek()
        if token.kind != "sign" or token.text not in signs:
            raise self._unsupported()
        self._at += 1
        return token.text

    def _expect(self, sign: str) -> None:
        self._sign((sign,))

    def _unsupported(self) -> Exception:
        return invalid(f"Unsupported expression '{self._expression}'")


def _tokens(expression: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(expression.strip()):
        kind = match.lastgroup or "other"
        if kind == "other":
            raise invalid(f"Unsupported expression '{expression}'")
        found.append(_Token(kind, match.group(kind)))
    return found


def _value(key: _Key, values: Values) -> Any:
    if key.number >= len(values):  # the table got another key after its partitions
        raise refusal("InvalidStateException", "A partition has fewer values than the table has keys.")
    return key.type.stored(values[key.number])


def _compared(key: _Key, sign: str, literal: Any) -> Condition:
    compare = _COMPARISONS[sign]

    def test(values: Values) -> bool | None:
        value = _value(key, values)
        return None if value is NULL else compare(value, literal)

    return test


def _among(key: _Key, literals: list[Any]) -> Condition:
    def test(values: Values) -> bool | None:
        value = _value(key, values)
        return None if value is NULL else value in literals

    return test


def _between(key: _Key, low: Any, high: Any) -> Condition:
    def test(values: Values) -> bool | None:
        value = _value(key, values)
        if value is NULL:
            return None
        # Glue finds what lies inside bounds that are the wrong way round, too.
        return bool(low <= value <= high or low > value > high)

    return test


def _like(key: _Key, pattern: str) -> Condition:
    """``_`` and ``%`` stand for one and any characters; nothing escapes them."""

    def test(values: Values) -> bool | None:
        value = _value(key, values)
        return None if value is NULL else like(pattern, value)

    return test


def _is_null(key: _Key, negated: bool) -> Condition:
    return lambda values: (_value(key, values) is NULL) != negated


def _negated(inner: Condition) -> Condition:
    def test(values: Values) -> bool | None:
        found = inner(values)
        return None if found is None else not found

    return test


def _and(left: Condition, right: Condition) -> Condition:
    def test(values: Values) -> bool | None:
        first, second = left(values), right(values)
        if first is False or second is False:
            return False
        return None if first is None or second is None else True

    return test


def _or(left: Condition, right: Condition) -> Condition:
    def test(values: Values) -> bool | None:
        first, second = left(values), right(values)
        if first or second:
            return True
        return None if first is None or second is None else False

    return test
