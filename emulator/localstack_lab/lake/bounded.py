"""Regular expressions that strangers wrote, matched in LocalStack's own process: for a while and no longer.

Python's own `re` holds every other thread up while it matches, and a pattern such as ``(a|aa)+`` can take it
years.
"""

import time

import regex

SECONDS = 1.0


class TooSlow(Exception):
    """A pattern has taken as long as it may."""

    def __init__(self, pattern: str) -> None:
        super().__init__(f"The pattern takes too long to match: {pattern[:200]}")


class Bounded:
    """One pattern, for all the texts of one request.

    :param seconds: for all of them together
    :raises regex.error: when it is no pattern
    """

    def __init__(self, pattern: str, flags: int = 0, seconds: float = SECONDS) -> None:
        self._pattern = regex.compile(pattern, flags | regex.VERSION0)
        self._left = seconds

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text matches.

        :raises TooSlow: when the time is over
        """
        began = time.monotonic()
        if self._left <= 0:
            raise TooSlow(self._pattern.pattern)
        try:
            return self._pattern.fullmatch(text, concurrent=True, timeout=self._left) is not None
        except TimeoutError as error:
            raise TooSlow(self._pattern.pattern) from error
        finally:
            self._left -= time.monotonic() - began


def like(pattern: str, text: str) -> bool:
    """SQL's LIKE without escapes: ``%`` is any text, ``_`` any character.

    The steps are at most the product of the lengths.
    """
    at = place = 0
    star, resumed = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "%":
            star, resumed = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("_", text[place]):
            at, place = at + 1, place + 1
        elif star >= 0:  # the last % takes one character more
            resumed += 1
            at, place = star + 1, resumed
        else:
            return False
    return not pattern[at:].strip("%")
