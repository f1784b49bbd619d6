"""Records that hold several: JSON, delimited, and the producer library's."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from localstack_lab.firehose import deaggregation
from localstack_lab.firehose.deaggregation import NotSeparable, producer_library, split
from localstack_lab.firehose.record import put


def _parts(data: bytes, separator: bytes | None = None) -> list[bytes]:
    records = split(put(data, 0), separator)
    assert len({record.id for record in records}) == len(records)
    assert all(record.source == record.data for record in records)
    return [record.data for record in records]


def test_json_documents_one_after_the_other() -> None:
    assert _parts(b'{"a":1}{"a":2}\n {"a": {"b": "}{"}}') == [b'{"a":1}', b'{"a":2}', b'{"a": {"b": "}{"}}']


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.lists(
        st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5)), min_size=2, max_size=9
    )
)
def test_any_documents_come_back(documents: list[dict]) -> None:
    data = "".join(map(json.dumps, documents)).encode()
    assert [json.loads(part) for part in _parts(data)] == documents


@pytest.mark.parametrize("data", [b'[{"a":1}]', b'{"a":1}x', b"x", b'"text"', b"\xff{}"])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(NotSeparable):
        _parts(data)


def test_a_delimiter_in_base64() -> None:
    assert _parts(b"a####b####", deaggregation.delimiter("IyMjIw==")) == [b"a", b"b"]
    for wrong in ("####", ""):
        with pytest.raises(NotSeparable):
            deaggregation.delimiter(wrong)


def test_a_record_with_more_than_five_hundred_stays_whole() -> None:
    assert len(_parts(b"{}" * 500)) == 500
    assert _parts(b"{}" * 501) == [b"{}" * 501]


def _field(number: int, data: bytes) -> bytes:
    size = len(data)
    prefix = bytes([number << 3 | 2])
    return prefix + (bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])) + data


def _packed(*records: tuple[int, bytes]) -> bytes:
    body = _field(1, b"key-0") + _field(1, b"key-1")
    body += b"".join(_field(3, bytes([8, key]) + _field(3, data)) for key, data in records)
    return b"\xf3\x89\x9a\xc2" + body + hashlib.md5(body).digest()


def test_the_producer_librarys_records() -> None:
    packed = _packed((0, b"one"), (1, b"two" * 100))
    assert producer_library(packed) == [("key-0", b"one"), ("key-1", b"two" * 100)]


@pytest.mark.parametrize(
    "data", [b"plain", b"\xf3\x89\x9a\xc2 by chance, and long enough", _packed((9, b"no such key"))]
)
def test_what_only_looks_like_it_is_left_alone(data: bytes) -> None:
    assert producer_library(data) is None
