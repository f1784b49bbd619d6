"""Grok patterns that a stranger wrote end soon, whatever they are."""

import time

import pytest
from localstack_lab.glue.crawling.formats import grok as crawled
from localstack_lab.lake import grok


def test_patterns_that_use_each_other_twice_are_refused() -> None:
    custom = "\n".join(f"B{at} %{{B{at + 1}}}%{{B{at + 1}}}" for at in range(30)) + "\nB30 a"
    with pytest.raises(grok.BadGrok, match="grows beyond"):
        grok.compiled("%{B0:x}", custom)


def test_a_file_of_lines_that_take_too_long_is_left_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawled, "_SECONDS", 0.05)
    lines = "aa\n" + ("a" * 40 + "!\n") * 500
    began = time.monotonic()
    found = crawled.classify(lines, "(?<x>(a|aa)+)$", "", "z", whole=True)
    assert found is not None
    assert found.certainty < 0.01
    assert time.monotonic() - began < 5
