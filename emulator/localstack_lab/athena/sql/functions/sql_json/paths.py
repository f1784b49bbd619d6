"""SQL/JSON paths: from their text to a tree.

https://github.com/trinodb/trino/blob/master/core/trino-parser/src/main/antlr4/io/trino/jsonpath/JsonPath.g4
"""

import functools
import re
from dataclasses import dataclass
from typing import Any

from localstack_lab.athena.sql.errors import unsupported

METHODS = ("type", "size", "double", "ceiling", "floor", "abs", "keyvalue")
_COMPARISONS = ("==", "<>", "!=", "<", ">", "<=", ">=")
_TOKEN = re.compile(
    r"""
    [ \r\n\t]*(?:
    (?P<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)
  | (?P<decimal>\d+\.\d*|\.\d+)
  | (?P<integer>\d+)
  | (?P<string>"(?:[^"]|"")*")
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<variable>\$[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>==|<>|!=|<=|>=|&&|\|\||\.\.|[-+*/%.,()\[\]?@$<>!])
  | (?P<end>\Z)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a path: what it does, and to what."""

    kind: str
    parts: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A whole path: whether it is lax, its tree, the named variables that it mentions."""

    lax: bool
    root: Step
    variables: tuple[str, ...]


class BadPath(Exception):
    """Text that is no path, with the place, counted from 0, of the word that is wrong."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


@functools.lru_cache(maxsize=256)
def parse(text: str) -> Path:
    """The tree of a path.

    :raises BadPath: if it is none
    :raises QueryError: `NOT_SUPPORTED` for datetime() and like_regex
    """
    try:
        return _Parser(text).path()
    except RecursionError as fault:
        raise BadPath("stack overflow (possibly caused by invalid input)", 0) from fault


def _words(text: str) -> list[tuple[str, str, int]]:
    found, place = [], 0
    while True:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            blank = re.compile(r"[ \r\n\t]*").match(text, place)
            at = blank.end() if blank else place
            raise BadPath(f"mismatched input '{text[at]}'", at)
        kind = match.lastgroup
        found.append((kind, match[kind] or "<EOF>", match.start(kind)))
        if kind == "end":
            return found
        place = match.end()


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"')


class _Parser:
    def __init__(self, text: str) -> None:
        self.words = _words(text)
        self.at = 0
        self.variables: list[str] = []

    def path(self) -> Path:
        kind, word, _ = self.words[0]
        if kind != "name" or word not in ("lax", "strict"):
            raise self.wrong("Expecting: 'lax', 'strict'")
        self.at = 1
        root = self.sum()
        if self.words[self.at][0] != "end":
            raise self.wrong()
        return Path(word == "lax", root, tuple(dict.fromkeys(self.variables)))

    def wrong(self, expecting: str = "") -> BadPath:
        _, word, place = self.words[self.at]
        return BadPath(f"mismatched input '{word}'" + (f". {expecting}" if expecting else ""), place)

    def is_(self, *wanted: str) -> bool:
        """Whether these signs and names come next; strings are neither."""
        for offset, each in enumerate(wanted):
            kind, word, _ = self.words[min(self.at + offset, len(self.words) - 1)]
            if word != each or kind not in ("sign", "name"):
                return False
        return True

    def take(self, *wanted: str) -> bool:
        if self.is_(*wanted):
            self.at += len(wanted)
            return True
        return False

    def need(self, *wanted: str) -> None:
        for each in wanted:
            if not self.take(each):
                raise self.wrong(f"Expecting: '{each}'")

    def string(self) -> str:
        kind, word, _ = self.words[self.at]
        if kind != "string":
            raise self.wrong()
        self.at += 1
        return _unquoted(word)

    # Paths

    def sum(self) -> Step:
        left = self.product()
        while self.is_("+") or self.is_("-"):
            operator = self.words[self.at][1]
            self.at += 1
            left = Step("binary", (operator, left, self.product()))
        return left

    def product(self) -> Step:
        left = self.signed()
        while any(self.is_(sign) for sign in "*/%"):
            operator = self.words[self.at][1]
            self.at += 1
            left = Step("binary", (operator, left, self.signed()))
        return left

    def signed(self) -> Step:
        for sign in "+-":
            if self.take(sign):
                return Step("unary", (sign, self.signed()))
        return self.accessors()

    def accessors(self) -> Step:
        step = self.primary()
        while True:
            if self.take(".."):
                step = Step("descendant", (step, self.key()))
            elif self.take("."):
                step = self.member(step)
            elif self.take("["):
                step = Step("array", (step, self.subscripts()))
            elif self.take("?"):
                self.need("(")
                step = Step("filter", (step, self.predicate()))
                self.need(")")
            else:
                return step

    def member(self, base: Step) -> Step:
        if self.take("*"):
            return Step("member", (base, None))
        kind, word, _ = self.words[self.at]
        if kind == "name" and self.words[self.at + 1][1] == "(":
            if word == "datetime":
                raise unsupported("The JSON path method datetime()")
            if word in METHODS:
                self.at += 1
                self.need("(", ")")
                return Step(word, (base,))
        return Step("member", (base, self.key()))

    def key(self) -> str:
        kind, word, _ = self.words[self.at]
        if kind == "name":
            self.at += 1
            return word
        return self.string()

    def subscripts(self) -> tuple[tuple[Step, Step | None], ...]:
        if self.take("*", "]"):
            return ()
        found = []
        while True:
            first = self.sum()
            found.append((first, self.sum() if self.take("to") else None))
            if not self.take(","):
                break
        self.need("]")
        return tuple(found)

    def primary(self) -> Step:
        kind, word, _ = self.words[self.at]
        if kind in ("double", "decimal", "integer"):
            self.at += 1
            return Step(kind, (word,))
        if kind == "string":
            return Step("string", (self.string(),))
        if kind == "variable":
            self.at += 1
            self.variables.append(word[1:])
            return Step("variable", (word[1:],))
        if self.take("$"):
            return Step("context")
        if self.take("@"):
            return Step("current")
        for name in ("last", "null", "true", "false"):
            if self.take(name):
                return Step(name)
        if self.take("("):
            inner = self.sum()
            self.need(")")
            return inner
        raise self.wrong()

    # Predicates

    def predicate(self) -> Step:
        left = self.conjunction()
        while self.take("||"):
            left = Step("or", (left, self.conjunction()))
        return left

    def conjunction(self) -> Step:
        left = self.negation()
        while self.take("&&"):
            left = Step("and", (left, self.negation()))
        return left

    def negation(self) -> Step:
        if not self.take("!"):
            return self.test()
        if not self.is_("exists") and not self.is_("("):
            raise self.wrong()
        return Step("not", (self.delimited(),))

    def delimited(self) -> Step:
        if self.take("exists"):
            self.need("(")
            inner = self.sum()
            self.need(")")
            return Step("exists", (inner,))
        self.need("(")
        inner = self.predicate()
        self.need(")")
        return inner

    def test(self) -> Step:
        if self.is_("exists", "("):
            return self.delimited()
        start, mentioned = self.at, len(self.variables)
        if not self.is_("("):
            return self.comparison()
        # A parenthesis may begin a path or a predicate.
        try:
            return self.comparison()
        except BadPath as fault:
            first = fault
        self.at = start
        del self.variables[mentioned:]
        try:
            inner = self.delimited()
        except BadPath as second:
            # The error further on tells more.
            raise max(first, second, key=lambda bad: bad.place) from None
        return Step("unknown", (inner,)) if self.take("is", "unknown") else inner

    def comparison(self) -> Step:
        left = self.sum()
        if self.is_("like_regex"):
            raise unsupported("The JSON path predicate like_regex")
        if self.take("starts"):
            self.need("with")
            kind, _, _ = self.words[self.at]
            if kind not in ("string", "variable"):
                raise self.wrong()
            return Step("starts", (left, self.primary()))
        for sign in _COMPARISONS:
            if self.take(sign):
                return Step("compare", ("<>" if sign == "!=" else sign, left, self.sum()))
        raise self.wrong()


def position(path: str, place: int, line: int, column: int) -> tuple[int, int]:
    """Where a place of a path's text is in the statement, given where the path's literal begins."""
    before = path[:place]
    lines = before.count("\n")
    if lines:
        return line + lines, len(before) - before.rfind("\n")
    return line, column + 1 + place
