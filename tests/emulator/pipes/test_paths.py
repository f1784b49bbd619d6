"""JSON paths as Pipes knows them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.pipes import paths
from localstack_lab.pipes.paths import MISSING

from tests.emulator.pipes.recorded import event

NAMES = st.text("abcXYZ019_-/", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.dynamodb.Keys.orderid.S", "17"),
        ("$.eventID", "9e7f0d4a3c1b2e5f60718293a4b5c6d7"),
        ("$.dynamodb.OldImage.orderid.S", MISSING),
        ("$.eventID.S", MISSING),
    ],
)
def test_a_path_leads_into_a_change(path: str, found: Any) -> None:
    answer = paths.parse(path).find(event("dynamodb_insert").parsed)
    assert answer is MISSING if found is MISSING else answer == found


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.body.lines[1].sku", "b"),
        ("$.body.lines[*].sku", ["a", "b"]),
        ("$.body.lines[2].sku", MISSING),
        ("$.body.lines[*].none", []),
        ("$.body.orderid[*]", MISSING),
        ("$.messageAttributes.kind.stringValue", "order"),
    ],
)
def test_a_path_leads_into_arrays_of_a_body(path: str, found: Any) -> None:
    answer = paths.parse(path).find(event("sqs").parsed)
    assert answer is MISSING if found is MISSING else answer == found


@pytest.mark.parametrize(
    "text", ["", "eventID", "$.", "$..a", "$.a[?(@.b)]", "$['a']", "$.a[-1]", "$.a b", "$.a[0"]
)
def test_more_of_jsonpath_than_pipes_knows_is_refused(text: str) -> None:
    assert not paths.is_path(text)
    with pytest.raises(ValueError, match="is not a JSON path"):
        paths.parse(text)


@given(st.lists(st.one_of(NAMES, st.integers(0, 3)), max_size=5), st.integers())
def test_what_is_put_at_a_path_is_found_there(steps: list[str | int], value: int) -> None:
    if steps and isinstance(steps[0], int):
        steps = ["first", *steps]
    document: Any = value
    for step in reversed(steps):
        document = {step: document} if isinstance(step, str) else [None] * step + [document]
    text = "$" + "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps)
    assert paths.parse(text).find(document) == value
    assert paths.is_path(text)
