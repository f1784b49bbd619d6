"""The part of jq 1.6 that MetadataExtractionQuery usually needs; everything else is refused.

``{customer: .customer_id, year: .at|strftime("%Y")}``: an object of keys, each a path, optionally piped
through functions, with ``//`` for a default.
https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

Step = Callable[[Any], Any]

_TOKEN = re.compile(
    r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)'
    r"|(?P<mark>//|[{}\[\]().,:|?]))"
)


class QueryError(ValueError):
    """A query that is not jq, or uses a part of jq that is not known here."""


class ExtractionError(ValueError):
    """A record from which a query cannot extract its keys."""


class Query:
    """A parsed query.

    :raises QueryError: when it cannot be parsed
    """

    def __init__(self, text: str) -> None:
        self._keys = _Parser(text).query()

    @property
    def names(self) -> set[str]:
        return set(self._keys)

    def extract(self, document: Any) -> dict[str, str]:
        """The keys of one record.

        :raises ExtractionError: when one is null, empty, an object or a list
        """
        found = {}
        for name, step in self._keys.items():
            value = step(document)
            if value is None or value == "" or isinstance(value, dict | list):
                raise ExtractionError("partitionKeys values must not be null or empty")
            found[name] = value if isinstance(value, str) else json.dumps(value)
        return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        position = 0
        end = len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._unknown(text[position:].strip()[:20])
            self._tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            position = match.end()
        self._at = 0

    def _unknown(self, what: str) -> QueryError:
        return QueryError(
            f"MetadataExtractionQuery {self._text!r}: {what!r} is not in the part of jq that this emulator "
            "knows (an object of paths with |, // and common functions)."
        )

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise self._unknown("the end")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, mark: str) -> None:
        kind, text = self._take()
        if kind != "mark" or text != mark:
            raise self._unknown(text)

    def _skip(self, mark: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == ("mark", mark)
        self._at += found
        return found

    def query(self) -> dict[str, Step]:
        keys: dict[str, Step] = {}
        self._expect("{")
        while True:
            kind, text = self._take()
            if kind not in ("word", "string"):
                raise self._unknown(text)
            name = json.loads(text) if kind == "string" else text
            keys[name] = self._pipe() if self._skip(":") else partial(_field, name, False)
            if not self._skip(","):
                break
        self._expect("}")
        if self._at != len(self._tokens):
            raise self._unknown(self._peek())
        return keys

    def _pipe(self) -> Step:
        steps = [self._alternative()]
        while self._skip("|"):
            steps.append(self._alternative())
        return steps[0] if len(steps) == 1 else partial(_run, steps)

    def _alternative(self) -> Step:
        choices = [self._term()]
        while self._skip("//"):
            choices.append(self._term())
        return choices[0] if len(choices) == 1 else partial(_first, choices)

    def _term(self) -> Step:
        kind, text = self._take()
        if kind in ("string", "number"):
            if "\\(" in text:
                raise self._unknown("\\(")
            return partial(_constant, json.loads(text))
        if (kind, text) == ("mark", "("):
            inner = self._pipe()
            self._expect(")")
            return inner
        if (kind, text) == ("mark", "."):
            return self._path()
        if kind == "word" and text in _FUNCTIONS:
            return partial(_apply, text, _FUNCTIONS[text])
        if kind == "word" and text in _WITH_TEXT:
            self._expect("(")
            kind, argument = self._take()
            if kind != "string":
                raise self._unknown(argument)
            self._expect(")")
            return partial(_apply, text, partial(_WITH_TEXT[text], json.loads(argument)))
        raise self._unknown(text)

    def _path(self) -> Step:
        steps: list[Step] = []
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if kind in ("word", "string"):
            self._at += 1
            name = json.loads(text) if kind == "string" else text
            steps.append(partial(_field, name, self._skip("?")))
        while self._peek() in ("[", "."):
            if self._skip("."):
                kind, text = self._take()
                if kind not in ("word", "string"):
                    raise self._unknown(text)
                name = json.loads(text) if kind == "string" else text
                steps.append(partial(_field, name, self._skip("?")))
            else:
                steps.append(self._index())
        return partial(_run, steps)

    def _index(self) -> Step:
        self._expect("[")
        kind, text = self._take()
        if kind == "string":
            self._expect("]")
            return partial(_field, json.loads(text), self._skip("?"))
        if (kind, text) == ("mark", ":"):
            start: int | None = None
            stop: int | None = self._whole()
        elif kind == "number" and "." not in text:
            if not self._skip(":"):
                self._expect("]")
                return partial(_item, int(text), self._skip("?"))
            start = int(text)
            stop = None if self._peek() == "]" else self._whole()
        else:
            raise self._unknown(text)
        self._expect("]")
        return partial(_slice, start, stop)

    def _whole(self) -> int:
        kind, text = self._take()
        if kind != "number" or "." in text:
            raise self._unknown(text)
        return int(text)


def _run(steps: list[Step], value: Any) -> Any:
    for step in steps:
        value = step(value)
    return value


def _first(choices: list[Step], value: Any) -> Any:
    for choice in choices[:-1]:
        try:
            found = choice(value)
        except ExtractionError:
            continue
        if found is not None and found is not False:
            return found
    return choices[-1](value)


def _constant(constant: Any, _value: Any) -> Any:
    return constant


def _apply(name: str, function: Step, value: Any) -> Any:
    try:
        return function(value)
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        raise ExtractionError(f"{name} cannot be applied to {json.dumps(value)}") from error


def _field(name: str, optional: bool, value: Any) -> Any:
    if value is None or isinstance(value, dict):
        return None if value is None else value.get(name)
    if optional:
        return None
    raise ExtractionError(f'Cannot index {_kind(value)} with "{name}"')


def _item(index: int, optional: bool, value: Any) -> Any:
    if value is None or isinstance(value, list):
        return value[index] if value is not None and -len(value) <= index < len(value) else None
    if optional:
        return None
    raise ExtractionError(f"Cannot index {_kind(value)} with number")


def _slice(start: int | None, stop: int | None, value: Any) -> Any:
    if value is None or isinstance(value, str | list):
        return None if value is None else value[start:stop]
    raise ExtractionError(f"Cannot index {_kind(value)} with object")


def _kind(value: Any) -> str:
    names = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _moment(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return datetime.fromtimestamp(value, UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def _tonumber(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return json.loads(_text(value)) if re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", value) else float("x")


_FUNCTIONS: dict[str, Step] = {
    "tostring": lambda value: value if isinstance(value, str) else json.dumps(value, separators=(",", ":")),
    "tonumber": _tonumber,
    "ascii_downcase": lambda value: _text(value).translate({n: n + 32 for n in range(65, 91)}),
    "ascii_upcase": lambda value: _text(value).translate({n: n - 32 for n in range(97, 123)}),
    "floor": lambda value: int(value // 1),
    "length": len,
    "todate": lambda value: _moment(value).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "fromdate": lambda value: int(
        datetime.strptime(_text(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    ),
}
_WITH_TEXT: dict[str, Callable[[str, Any], Any]] = {
    "strftime": lambda form, value: _moment(value).strftime(form),
    "split": lambda separator, value: _text(value).split(separator),
    "ltrimstr": lambda start, value: value.removeprefix(start) if isinstance(value, str) else value,
    "rtrimstr": lambda end, value: value.removesuffix(end) if isinstance(value, str) else value,
}
