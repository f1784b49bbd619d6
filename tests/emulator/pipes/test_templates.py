"""Input templates: every rule of quoting, on recorded events and on made-up ones."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.pipes import templates
from localstack_lab.pipes.events import Event

from tests.emulator.pipes.recorded import NAMES, content, event

CONSTANTS = {"aws.pipes.pipe-arn": "arn:pipe", "aws.pipes.pipe-name": "example"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def rendered(template: str, name: str) -> str:
    now = datetime(2024, 11, 20, 19, 13, 20, tzinfo=UTC)
    return templates.parse(template).render(event(name), CONSTANTS, now)


@pytest.mark.parametrize(
    ("template", "name", "text"),
    [
        ('"Hello, sender"', "sqs", '"Hello, sender"'),
        ("<$.attributes.SenderId>", "sqs", "000000000000"),
        ('"Hello, <$.attributes.SenderId>"', "sqs", '"Hello, 000000000000"'),
        ('{"key2": <$.body.lines>, "d": <aws.pipes.event.ingestion-time>}', "sqs", None),
        ("<$.body>", "sqs_fifo_plain", "Test message."),
        ("<$.body.lines[0]>", "sqs", "{sku:a}"),  # AWS: the quotes of the payload are removed
        ('{"a": "<$.body.lines>"}', "sqs", '{"a": "[{sku:a},{sku:b}]"}'),
        ('{"a": <$.data.price>, "b": "<$.data.price>"}', "kinesis", '{"a": 19.99, "b": "19.99"}'),
        ('{"a": <$.data>}', "kinesis_plain", '{"a": "SGVsbG8="}'),
        ('{"a": <$.nowhere>, "b": "<$.nowhere>"}', "kinesis", '{"a": "", "b": ""}'),
        ('{"a": "<$.dynamodb.NewImage.product_name.S>"}', "dynamodb_insert", '{"a": "Desk \\"Oslo\\""}'),
        (
            '{"n": <aws.pipes.pipe-name>, "a": "by <aws.pipes.pipe-arn>"}',
            "sqs",
            '{"n": "example", "a": "by arn:pipe"}',
        ),
        ("<aws.pipes.event.ingestion-time>", "sqs", "2024-11-20T19:13:20.000Z"),
        ('{"a": "5 < 6 and <b>"}', "sqs", '{"a": "5 < 6 and <b>"}'),
        ('{"a": <aws.pipes.event.json>}', "sqs_fifo_plain", '{"a": ""}'),
    ],
)
def test_a_template(template: str, name: str, text: str | None) -> None:
    made = rendered(template, name)
    if text is not None:
        assert made == text
    if template.startswith("{"):
        json.loads(made)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_can_be_passed_on_as_json_or_as_text(name: str) -> None:
    inner = event(name).parsed
    whole = json.loads(rendered('{"text": <aws.pipes.event>, "json": <aws.pipes.event.json>}', name))
    assert json.loads(whole["text"]) == content(name)
    assert whole["json"] == (inner if event(name).is_json else "")


@pytest.mark.parametrize("template", ["{<aws.pipes.nothing>}", "<$.a[?]>", '{"a": <$..b>}'])
def test_unknown_variables_and_paths_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"<aws\.pipes\.nothing>|is not a JSON path"):
        templates.parse(template)


@given(JSON)
def test_any_value_in_a_json_template_stays_what_it_is(value: Any) -> None:
    made = templates.parse('{"a": [<$.v>, true], "b": {"c":<$.v>}}').render(Event({"v": value}), {})
    assert json.loads(made) == {"a": [value, True], "b": {"c": value}}


@given(st.text(), st.text("ab \\\"'{}[]:,", max_size=12))
def test_any_string_between_quotes_stays_what_it_is(value: str, before: str) -> None:
    literal = json.dumps(before)[1:-1]
    made = templates.parse(f'{{"a": "{literal}<$.v>!", "b": <$.v>}}').render(Event({"v": value}), {})
    assert json.loads(made) == {"a": f"{before}{value}!", "b": value}


@given(JSON)
def test_a_json_template_is_json_whatever_stands_between_its_quotes(value: Any) -> None:
    made = templates.parse('{"a": "x <$.v> y"}').render(Event({"v": value}), {})
    if isinstance(value, str) or "\\" not in json.dumps(value, ensure_ascii=False):
        assert isinstance(json.loads(made)["a"], str)
