"""Patterns that a stranger wrote end soon in LocalStack's own process, whatever they are."""

import time

import pytest
from localstack.aws.api import ServiceException
from localstack_lab.glue import patterns
from localstack_lab.glue.crawling import globs
from localstack_lab.lake import bounded

ENDLESS = "(?:a|a|aa)+$"
NAME = "a" * 60 + "b"


def test_a_pattern_has_its_time_for_all_texts_together() -> None:
    pattern = bounded.Bounded(ENDLESS, seconds=0.2)
    assert pattern.fullmatch("aaa")
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(bounded.TooSlow, match="takes too long"):
            pattern.fullmatch(NAME)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("", [""], ["a"]),
        ("%", ["", "a", "a\nb"], []),
        ("a%b", ["ab", "axb", "abab"], ["a", "aba", "b"]),
        ("_", ["a", "\n", "%"], ["", "ab"]),
        ("%a_%", ["ab", "xaab", "aa"], ["a", "xa"]),
        ("a.*", ["a.*"], ["a.b"]),
        ("%%a%%", ["a", "bab"], ["b"]),
    ],
)
def test_like(pattern: str, matching: list[str], others: list[str]) -> None:
    assert [text for text in matching if not bounded.like(pattern, text)] == []
    assert [text for text in others if bounded.like(pattern, text)] == []


def test_like_with_many_wild_cards_ends() -> None:
    began = time.monotonic()
    assert not bounded.like("%a" * 500 + "%b", "a" * 1000)
    assert time.monotonic() - began < 5


def test_names_are_not_looked_for_without_end() -> None:
    names = patterns.pattern(ENDLESS)
    assert names is not None
    assert names.fullmatch("AAA")
    began = time.monotonic()
    with pytest.raises(ServiceException, match="takes too long"):
        names.fullmatch(NAME)
    assert time.monotonic() - began < 5


def test_an_exclude_pattern_of_a_crawler_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(globs, "_SECONDS", 0.1)
    with pytest.raises(globs.BadPattern, match="takes too long"):
        globs.excluded("a" * 1000, ["*a" * 30 + "*b*c"])
