"""Hive's type texts, as the Glue catalog keeps them: ``struct<a:int,b:array<decimal(10,2)>>``.

Names of struct fields keep their case as written; those of types do not matter and come out in lower case,
with ``integer`` as ``int``. See https://docs.aws.amazon.com/athena/latest/ug/data-types.html.
"""

import functools
import re
from dataclasses import dataclass

PLAIN = frozenset(
    (
        "boolean",
        "tinyint",
        "smallint",
        "int",
        "bigint",
        "float",
        "double",
        "string",
        "binary",
        "date",
        "timestamp",
    )
)
"""Types without arguments that Athena reads."""

ALIASES = {
    "integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint", "bool": "boolean",
    "real": "float",
    "double precision": "double", "dec": "decimal", "numeric": "decimal",
}  # fmt: skip


class TypeTextError(ValueError):
    """The text is no Hive type."""


@dataclass(frozen=True)
class HiveType:
    """A type by its name and what it is made of.

    :param name: one of PLAIN, or ``decimal``, ``varchar``, ``char``, ``array``, ``map``, ``struct``,
        ``uniontype``
    :param sizes: precision and scale of a decimal, length of a varchar or char
    :param parts: an array's element; a map's key and value; a struct's field types
    :param fields: a struct's field names, as written
    """

    name: str
    sizes: tuple[int, ...] = ()
    parts: tuple["HiveType", ...] = ()
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.name == "struct":
            inner = ",".join(f"{_name(f)}:{part}" for f, part in zip(self.fields, self.parts, strict=True))
            return f"struct<{inner}>"
        if self.parts:
            return f"{self.name}<{','.join(map(str, self.parts))}>"
        if self.sizes:
            return f"{self.name}({','.join(map(str, self.sizes))})"
        return self.name


def _name(field: str) -> str:
    return field if re.fullmatch(r"[^`:<>,\s()]+", field) else f"`{field}`"


_TOKEN = re.compile(r"\s*(?:(?P<quoted>`(?:[^`]|``)*`)|(?P<mark>[<>(),:])|(?P<word>[^<>(),:`\s]+))")


@functools.lru_cache(4096)
def parse(text: str) -> HiveType:
    """The type that `text` names.

    :raises TypeTextError: saying what is wrong with it
    """
    tokens: list[tuple[str, str]] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise TypeTextError(f"Error: unexpected character at position {at} of '{text}'")
        tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
        at = found.end()
    reader = _Reader(text, tokens)
    try:
        parsed = reader.type()
        str(parsed), hash(parsed)  # what everybody does with it goes as deep
    except RecursionError as error:
        raise TypeTextError("Error: the type is nested too deeply") from error
    if reader.at != len(tokens):
        raise TypeTextError(f"Error: end expected at '{tokens[reader.at][1]}' of '{text}'")
    return parsed


class _Reader:
    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self.text, self.tokens, self.at = text, tokens, 0

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _take(self, expected: str) -> None:
        if self._peek() != expected:
            raise TypeTextError(
                f"Error: '{expected}' expected but '{self._peek()}' is found in '{self.text}'"
            )
        self.at += 1

    def _word(self) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] == "mark":
            raise TypeTextError(f"Error: type expected but '{self._peek()}' is found in '{self.text}'")
        kind, word = self.tokens[self.at]
        self.at += 1
        return word[1:-1].replace("``", "`") if kind == "quoted" else word

    def type(self) -> HiveType:
        name = self._word().lower()
        if name == "double" and self._peek().lower() == "precision":
            self.at += 1
        name = ALIASES.get(name, name)
        if name in ("array", "map", "uniontype"):
            parts = self._parts()
            if name != "uniontype" and len(parts) != (1 if name == "array" else 2):
                raise TypeTextError(f"Error: {name} has {len(parts)} type arguments in '{self.text}'")
            return HiveType(name, parts=parts)
        if name in ("struct", "row"):
            return self._struct()
        if name in ("decimal", "varchar", "char"):
            return HiveType(name, sizes=self._sizes(name))
        if name not in PLAIN:
            raise TypeTextError(f"Error: type expected but '{name}' is found in '{self.text}'")
        return HiveType(name)

    def _parts(self) -> tuple[HiveType, ...]:
        self._take("<")
        parts = [self.type()]
        while self._peek() == ",":
            self.at += 1
            parts.append(self.type())
        self._take(">")
        return tuple(parts)

    def _struct(self) -> HiveType:
        self._take("<")
        names: list[str] = []
        parts: list[HiveType] = []
        while self._peek() != ">":
            if names:
                self._take(",")
            names.append(self._word())
            self._take(":")
            parts.append(self.type())
        self._take(">")
        return HiveType("struct", parts=tuple(parts), fields=tuple(names))

    def _sizes(self, name: str) -> tuple[int, ...]:
        limits = {"decimal": 38, "varchar": 65535, "char": 255}
        if self._peek() != "(":
            if name == "decimal":
                return (10, 0)
            raise TypeTextError(f"Error: {name} type is specified without length in '{self.text}'")
        self._take("(")
        sizes = [self._size()]
        if name == "decimal" and self._peek() == ",":
            self.at += 1
            sizes.append(self._size())
        self._take(")")
        if not 1 <= sizes[0] <= limits[name] or (len(sizes) == 2 and sizes[1] > sizes[0]):
            raise TypeTextError(
                f"Error: {name}({','.join(map(str, sizes))}) is out of range in '{self.text}'"
            )
        return (sizes[0], 0) if name == "decimal" and len(sizes) == 1 else tuple(sizes)

    def _size(self) -> int:
        word = self._word()
        if not word.isdecimal() or len(word) > 9:
            raise TypeTextError(f"Error: a number is expected but '{word}' is found in '{self.text}'")
        return int(word)
