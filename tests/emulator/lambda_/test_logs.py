"""From bytes to CloudWatch events."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.lambda_.logs import MAX_EVENT, LogParser


def frame(message: str, micros: int | None = None) -> bytes:
    body = message.encode()
    stamp = int(time.time() * 1e6) if micros is None else micros
    return b"\xa5\x5a\x00\x03" + len(body).to_bytes(4, "big") + stamp.to_bytes(8, "big") + body


def texts(*pieces: bytes) -> list[str]:
    parser = LogParser()
    events = [event for piece in pieces for event in parser.feed(piece)]
    return [event.message for event in events + parser.finish(ended=True)]


def test_each_line_is_an_event_and_empty_lines_are_none():
    assert texts(b"one\n\ntw", b"o\nrest") == ["one\n", "two\n", "rest\n"]


def test_a_record_of_several_lines_is_one_event_with_its_own_time():
    now = int(time.time() * 1e6)
    parser = LogParser()

    events = parser.feed(b"before\n" + frame("[ERROR] a\nb\n", now) + b"after\n")

    assert [event.message for event in events] == ["before\n", "[ERROR] a\nb\n", "after\n"]
    assert events[1].timestamp == now // 1000


def test_a_line_that_a_record_interrupts_is_not_torn():
    assert texts(b"half a ", frame("record"), b"line\n") == ["record", "half a line\n"]


@given(st.lists(st.integers(1, 40), max_size=30))
def test_pieces_of_any_size_give_the_same_events(sizes):
    data = b"one\n" + frame("two\nlines", int(time.time() * 1e6)) + b"three \xc3\xbc\n" + frame("four")
    pieces, rest = [], data
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]

    assert texts(*pieces, rest) == ["one\n", "two\nlines", "three ü\n", "four"]


@given(st.binary(max_size=200))
def test_junk_is_text_and_never_an_error(junk):
    assert all(isinstance(text, str) for text in texts(junk, b"\n", frame("still here")))


@pytest.mark.parametrize("junk", [b"\xa5\x5a\x00\x03" + b"\xff" * 12, b"\xa5\x5a\x00\x03" + b"\x00" * 12])
def test_what_only_looks_like_a_record_is_text(junk):
    shown = "".join(texts(junk + b"\nnext\n"))

    assert shown.endswith("next\n")


def test_a_line_that_is_too_long_is_cut():
    parts = texts(b"x" * (2 * MAX_EVENT + 10) + b"\n")

    assert "".join(parts).replace("\n", "") == "x" * (2 * MAX_EVENT + 10)
    assert max(len(part.encode()) for part in parts) <= MAX_EVENT
