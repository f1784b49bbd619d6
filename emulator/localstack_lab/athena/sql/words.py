"""Walking over the words of a statement: what both parsers rest on."""

from localstack_lab.athena.sql.errors import unsupported
from localstack_lab.athena.sql.lexer import RESERVED, ParseError, Token, tokens, unquoted
from localstack_lab.athena.sql.type_text import TypeText


def _parentheses(words: list[Token]) -> tuple[dict[int, int], list[int]]:
    """Where each parenthesis closes, and for each word the first from it on that opens none."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for place, word in enumerate(words):
        if word.kind == "operator" and word.text == "(":
            opened.append(place)
        elif word.kind == "operator" and word.text == ")" and opened:
            closing[opened.pop()] = place
    inside = list(range(len(words)))
    for place in range(len(words) - 2, -1, -1):
        if words[place].kind == "operator" and words[place].text == "(":
            inside[place] = inside[place + 1]
    return closing, inside


class Words:
    """A statement's words and the place that has been reached in them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = tokens(text)
        self.closing, self.inside = _parentheses(self.words)
        self.at = 0
        self.parameters = 0

    @property
    def word(self) -> Token:
        """The word that comes next."""
        return self.words[self.at]

    def ahead(self, count: int) -> Token:
        """A later word; the end repeats."""
        return self.words[min(self.at + count, len(self.words) - 1)]

    def mismatch(self, token: Token | None = None) -> ParseError:
        """The error that this word cannot stand here."""
        token = token or self.word
        return ParseError(f"mismatched input '{token.text}'", token.position)

    def is_(self, *wanted: str) -> bool:
        """Whether these words come next. Quoted identifiers and strings are never keywords."""
        for offset, each in enumerate(wanted):
            token = self.ahead(offset)
            if token.upper != each or token.kind not in ("word", "operator"):
                return False
        return True

    def take(self, *wanted: str) -> bool:
        """Step over these words if they come next."""
        if self.is_(*wanted):
            self.at += len(wanted)
            return True
        return False

    def need(self, *wanted: str) -> Token:
        """Step over these words; raises `ParseError` if others come. Gives the first."""
        first = self.word
        for each in wanted:
            token = self.word
            if token.upper != each or token.kind not in ("word", "operator"):
                raise ParseError(f"mismatched input '{token.text}'. Expecting: '{each}'", token.position)
            self.at += 1
        return first

    def step(self) -> Token:
        """Step over the next word."""
        token = self.word
        if token.kind == "end":
            raise self.mismatch()
        self.at += 1
        return token

    def is_name(self, offset: int = 0) -> bool:
        """Whether an identifier comes next: quoted, or a word that is not reserved."""
        token = self.ahead(offset)
        return token.kind == "quoted" or (token.kind == "word" and token.upper not in RESERVED)

    def name(self) -> str:
        """An identifier, in the case that it is written in."""
        if not self.is_name():
            token = self.word
            raise ParseError(f"mismatched input '{token.text}'. Expecting: <identifier>", token.position)
        token = self.step()
        if token.kind == "quoted":
            value = unquoted(token)
            if not value:
                raise ParseError("Zero-length delimited identifier not allowed", token.position)
            return value
        return token.text

    def dotted(self) -> list[str]:
        """A qualified name: its parts."""
        parts = [self.name()]
        while self.is_(".") and self.is_name(1):
            self.step()
            parts.append(self.name())
        return parts

    def names_in_parentheses(self) -> list[str]:
        """`(a, b)`."""
        self.need("(")
        names = [self.name()]
        while self.take(","):
            names.append(self.name())
        self.need(")")
        return names

    def whole(self) -> int:
        """An unsigned whole number."""
        if self.word.kind != "integer":
            raise self.mismatch()
        return int(self.step().text)

    # Types (SqlBase.g4, rule `type`)

    def type_(self) -> TypeText:
        """A type as it is written."""
        token = self.word
        if self.take("ROW") and self.is_("("):
            return self._row_type()
        if self.is_("INTERVAL"):
            return self._interval_type()
        name = self.name().lower()
        if name == "double":
            self.take("PRECISION")
        arguments: list[TypeText | int] = []
        if self.take("("):
            while True:
                arguments.append(self.whole() if self.word.kind == "integer" else self.type_())
                if not self.take(","):
                    break
            self.need(")")
        if name in ("time", "timestamp"):
            if self.take("WITH", "TIME", "ZONE"):
                name += " with time zone"
            else:
                self.take("WITHOUT", "TIME", "ZONE")
        written = TypeText(name, tuple(arguments), (None,) * len(arguments))
        while self.is_("ARRAY"):
            raise unsupported("The type notation T ARRAY", token.position)
        return written

    def _interval_type(self) -> TypeText:
        self.need("INTERVAL")
        if self.take("DAY", "TO", "SECOND"):
            return TypeText("interval day to second")
        if self.take("YEAR", "TO", "MONTH"):
            return TypeText("interval year to month")
        raise self.mismatch()

    def _row_type(self) -> TypeText:
        self.need("(")
        names: list[str | None] = []
        types: list[TypeText | int] = []
        while True:
            # `name type` or `type` alone: two names in a row are the former, save for types of two words.
            two = (self.word.upper, self.ahead(1).upper)
            pairs = {
                ("DOUBLE", "PRECISION"),
                ("INTERVAL", "DAY"),
                ("INTERVAL", "YEAR"),
                ("TIMESTAMP", "WITH"),
            }
            named = self.is_name() and (self.is_name(1) or self.ahead(1).upper == "ROW")
            if named and two not in pairs and two != ("TIME", "WITH"):
                quoted = self.word.kind == "quoted"
                name = self.name()
                names.append(name if quoted else name.lower())
            else:
                names.append(None)
            types.append(self.type_())
            if not self.take(","):
                break
        self.need(")")
        return TypeText("row", tuple(types), tuple(names))

    def refuse_rest(self) -> None:
        """Raise `ParseError` unless the statement ends here; one semicolon may stand at the end."""
        self.take(";")
        if self.word.kind != "end":
            raise self.mismatch()
