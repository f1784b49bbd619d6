r"""Java's regular expressions as Trino understands them, for the two engines that are here.

Trino matches with Joni in its Java syntax, whose departures from Java are listed at
https://trino.io/docs/current/functions/regexp.html. A pattern becomes

* one of the module ``regex``, whose version 1 behaviour has Java's possessive quantifiers, atomic groups,
  properties, set operations and flags that hold to the end of their group; and
* where the pattern is a plain one, the same pattern for DuckDB's RE2, several times faster. RE2 counts only
  ASCII as ``\d``, ``\w`` and ``\s``, Joni all of Unicode, so these are spelt out.
"""

import functools
from dataclasses import dataclass

import regex

_SIMPLE = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_WORD, _DIGIT, _SPACE = r"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}", r"\p{Nd}", r"\t-\r \x{85}\p{Z}"
_RE2_CLASS = {
    "d": f"[{_DIGIT}]",
    "D": f"[^{_DIGIT}]",
    "w": f"[{_WORD}]",
    "W": f"[^{_WORD}]",
    "s": f"[{_SPACE}]",
    "S": f"[^{_SPACE}]",
}
_RE2_MEMBER = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_SPECIAL = set("\\.[]{}()*+?^$|&~-# \t\n\r\f\v")
_HEX = "0123456789abcdefABCDEF"
_MOST_REPEATS = 1000  # RE2 refuses more
TIME_LIMIT = 10.0
"""Seconds for one call: a pattern that backtracks without end ends with an error."""


class PatternError(ValueError):
    """A pattern that Java refuses, or one that is not supported here; the text says which."""


@dataclass(frozen=True)
class Pattern:
    """A pattern in both engines' forms."""

    compiled: "regex.Pattern[str]"
    contains: str | None
    """For RE2, only to ask whether it occurs; None where RE2 could answer otherwise."""
    extracts: str | None
    """For RE2, with the same match and groups, every group taking part; never matches the empty string."""

    @property
    def groups(self) -> int:
        return int(self.compiled.groups)

    @property
    def names(self) -> dict[str, int]:
        return dict(self.compiled.groupindex)


@functools.lru_cache(maxsize=512)
def compile_java(text: str) -> Pattern:
    """The pattern ``text``.

    :raises PatternError: if it is none, or has what is not supported here
    """
    reader = _Reader(text)
    source = reader.read()
    try:
        compiled = regex.compile(source, regex.V1)
    except (regex.error, OverflowError) as fault:
        raise PatternError(f"{fault}: {text}") from fault
    contains = "".join(reader.re2) if reader.plain else None
    extracts = None
    if contains is not None and reader.certain and not reader.ends and compiled.match("") is None:
        extracts = contains
    return Pattern(compiled, contains, extracts)


class _Reader:
    """Reads a pattern once, writing it for ``regex`` and, as long as it is plain, for RE2."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[str] = []
        self.re2: list[str] = []
        self.plain = True  # RE2 can say whether it occurs
        self.certain = True  # every group takes part in every match, and no loop goes over a group
        self.ends = False  # has a $, which RE2's form takes with the line feed before the end

    def read(self) -> str:
        depth = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\":
                self._escape()
            elif char == "[":
                self._set()
            elif char == "(":
                depth += 1
                self._group()
            elif char in "*+?" or (char == "{" and self._repeats()):
                self._quantifier()
            elif char == "$":
                self._both("$", r"(?:\n?\z)")
                self.plain &= self.at + 1 == len(self.text)
                self.ends = True
                self.at += 1
            else:
                depth -= char == ")"
                if char in "|^)":
                    self._both(char, char)
                    self.certain &= char != "|"
                elif char == ".":
                    self._both(r"[^\n]" if not self._dotall() else ".", r"[^\n]")
                else:
                    self._literal(char, raw=True)
                self.at += 1
        return "".join(self.out)

    def _dotall(self) -> bool:
        # Flags are left to the engine: with an s among them "." must stay as it is
        return any("s" in flags for flags in regex.findall(r"\(\?([a-z]*)", self.text))

    def _both(self, ours: str, re2: str) -> None:
        self.out.append(ours)
        self.re2.append(re2)

    def _literal(self, char: str, raw: bool = False) -> None:
        if raw and char in " \t\n\r\f\v#":
            self._both(char, _re2_char(char))  # as it is, for (?x)
        elif char in _SPECIAL:
            self._both("\\" + char, "\\" + char if char in "\\.[]{}()*+?^$|" else _re2_char(char))
        else:
            self._both(char, _re2_char(char))

    def _fail(self, why: str) -> PatternError:
        return PatternError(f"{why} near index {self.at}: {self.text}")

    def _repeats(self) -> bool:
        return regex.match(r"\{\d+(,\d*)?\}", self.text, pos=self.at) is not None

    def _quantifier(self) -> None:
        found = regex.compile(r"([*+?]|\{\d+(?:,\d*)?\})([+?]?)").match(self.text, self.at)
        assert found is not None
        token, mode = found.groups()
        over_group = self.at > 0 and self.text[self.at - 1] == ")"
        self.certain &= not over_group
        if mode == "+" or any(int(n) > _MOST_REPEATS for n in regex.findall(r"\d+", token)):
            self.plain = False
        self._both(found.group(), found.group())
        self.at = found.end()

    def _group(self) -> None:
        rest = self.text[self.at :]
        if not rest.startswith("(?"):
            self._both("(", "(")
            self.at += 1
            return
        if rest.startswith("(?:"):
            self._both("(?:", "(?:")
            self.at += 3
            return
        named = regex.match(r"\(\?<([a-zA-Z][a-zA-Z0-9_]*)>", rest)
        if named:
            self._both(f"(?P<{named[1]}>", "(")
            self.at += named.end()
            return
        self.plain = False
        flags = regex.match(r"\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])", rest)
        if flags:
            if set(flags[1] + (flags[2] or "")) - set("imsx"):
                raise self._fail("Unknown or unsupported inline flag")
            self.out.append(flags.group())
            self.at += flags.end()
            return
        for opening in ("(?=", "(?!", "(?<=", "(?<!", "(?>"):
            if rest.startswith(opening):
                self.out.append(opening)
                self.at += len(opening)
                return
        raise self._fail("Unknown group type")

    def _escape(self) -> None:
        """An escape outside a set."""
        start = self.at
        char = self._code_point()
        if char is not None:
            self._literal(char)
            return
        letter = self.text[start + 1 : start + 2]
        if letter in _RE2_CLASS:
            self._both("\\" + letter, _RE2_CLASS[letter])
        elif letter in ("p", "P"):
            self.plain = False
            self.out.append(self._property())
            return
        elif letter == "Q":
            end = self.text.find("\\E", start + 2)
            for quoted in self.text[start + 2 : end if end >= 0 else None]:
                self._literal(quoted)
            self.at = end + 2 if end >= 0 else len(self.text)
            return
        elif letter in "123456789":
            self.plain = False
            digits = regex.match(r"\d+", self.text, pos=start + 1)
            self.out.append(f"(?:\\{digits.group()})" if digits else "")
            self.at = digits.end() if digits else self.at
            return
        elif letter == "k":
            name = regex.match(r"\\k<([a-zA-Z][a-zA-Z0-9_]*)>", self.text, pos=start)
            if not name:
                raise self._fail("\\k is not followed by '<' for named capturing group")
            self.plain = False
            self.out.append(f"(?P={name[1]})")
            self.at = name.end()
            return
        elif letter in ("A", "z", "Z", "b", "B"):
            self.plain = False
            self.out.append({"z": r"\Z", "Z": r"(?=\n?\Z)"}.get(letter, "\\" + letter))
        else:
            raise self._fail(f"The escape \\{letter} is not supported")
        self.at = start + 2

    def _code_point(self) -> str | None:
        """The character that the escape here stands for, stepping over it; None for what is no character."""
        letter = self.text[self.at + 1 : self.at + 2]
        if not letter:
            raise self._fail("Unexpected internal error: \\ at the end")
        if letter in _SIMPLE:
            self.at += 2
            return _SIMPLE[letter]
        for form, base in (
            (r"\\x\{([0-9a-fA-F]+)\}", 16),
            (r"\\[xu]([0-9a-fA-F]{2,4})", 16),
            (r"\\0([0-7]{1,3})", 8),
        ):
            found = regex.match(form, self.text, pos=self.at)
            if not found:
                continue
            digits = found[1]
            if letter == "x" and "{" not in found.group():
                digits = digits[:2]
            elif letter == "u" and len(digits) != 4:
                raise self._fail("Illegal Unicode escape sequence")
            self.at += len(found.group()) - len(found[1]) + len(digits)
            if int(digits, base) > 0x10FFFF:
                raise self._fail("Hexadecimal codepoint is too big")
            return chr(int(digits, base))
        if letter == "c" and self.at + 2 < len(self.text):
            self.at += 3
            return chr(ord(self.text[self.at - 1]) ^ 64)
        if letter.isalnum():
            return None
        self.at += 2
        return letter

    def _property(self) -> str:
        found = regex.match(r"\\([pP])(?:\{(\^?)([A-Za-z0-9 _-]+)\}|([A-Z]))", self.text, pos=self.at)
        if not found:
            raise self._fail("Unknown character property name")
        self.at = found.end()
        negated = (found[1] == "P") != bool(found[2])
        return f"\\{'P' if negated else 'p'}{{{found[3] or found[4]}}}"

    def _set(self) -> None:
        """A character class with its ranges, nested classes and intersections."""
        self.at += 1
        self._both("[", "[")
        if self.text.startswith("^", self.at):
            self._both("^", "^")
            self.at += 1
        first = True
        while True:
            if self.at >= len(self.text):
                raise self._fail("Unclosed character class")
            char = self.text[self.at]
            if char == "]" and not first:
                self._both("]", "]")
                self.at += 1
                return
            if char == "[":
                self.plain = False
                self._set()
            elif self.text.startswith("&&", self.at):
                self.plain = False
                self.out.append("&&")
                self.at += 2
            elif char == "\\":
                self._member_escape()
            elif char == "-" and not first and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self._both("-", "-")
                self.at += 1
            else:
                self._member(char)
                self.at += 1
            first = False

    def _member(self, char: str) -> None:
        escaped = "\\" + char if char in _SPECIAL or char in "&|~:" else char
        self._both(escaped, "\\" + char if char in "\\[]^-" else _re2_char(char))

    def _member_escape(self) -> None:
        letter = self.text[self.at + 1 : self.at + 2]
        char = self._code_point()
        if char is not None:
            self._member(char)
        elif letter in _RE2_CLASS:
            self._both("\\" + letter, _RE2_MEMBER.get(letter, ""))
            self.plain &= letter in _RE2_MEMBER
            self.at += 2
        elif letter in ("p", "P"):
            self.plain = False
            self.out.append(self._property())
        elif letter in ("Q", "E"):
            self._member(letter)
            self.at += 2
        elif letter == "b":
            self._member("\b")
            self.at += 2
        else:
            raise self._fail(f"The escape \\{letter} is not supported in a character class")


def _re2_char(char: str) -> str:
    return char if char.isprintable() and char != "\\" else f"\\x{{{ord(char):x}}}"
