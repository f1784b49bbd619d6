"""The state machine as a file: complete, connected, and with no way for an order to be lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bootstrap.definitions import definition

SUBSTITUTIONS = {
    "process_function": "arn:aws:lambda:us-east-1:000000000000:function:order-json-data-process",
    "split_function": "arn:aws:lambda:us-east-1:000000000000:function:order-file-split",
    "table": "valid-orders-data",
    "queue_url": "http://localhost:4566/queue/us-east-1/000000000000/order-data-dlq",
}
SEND = "arn:aws:states:::sqs:sendMessage"


@pytest.fixture
def machine() -> dict[str, Any]:
    return json.loads(definition("order_intake.asl.json", SUBSTITUTIONS))


def machines(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machine and every Map's inner one."""
    yield machine
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            yield from machines(state["ItemProcessor"])


def tasks(machine: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, state)
        for inner in machines(machine)
        for name, state in inner["States"].items()
        if state["Type"] == "Task"
    ]


def ways_on(state: dict[str, Any]) -> set[str]:
    rules = [*state.get("Choices", []), *state.get("Catch", []), state]
    return {rule[key] for rule in rules for key in ("Next", "Default") if key in rule}


def test_every_state_is_reached_and_leads_on_or_ends(machine: dict[str, Any]) -> None:
    for inner in machines(machine):
        reached, ahead = set(), [inner["StartAt"]]
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                state = inner["States"][name]
                ahead += ways_on(state)
                assert state.get("End") or ways_on(state), name
        assert reached == set(inner["States"])


def test_every_placeholder_is_filled(machine: dict[str, Any]) -> None:
    text = json.dumps(machine)

    assert "${" not in text
    for value in SUBSTITUTIONS.values():
        assert value in text


def test_a_substitution_too_few_or_too_many_is_refused() -> None:
    with pytest.raises(KeyError, match="queue_url"):
        definition("order_intake.asl.json", {k: v for k, v in SUBSTITUTIONS.items() if k != "queue_url"})
    with pytest.raises(ValueError, match="no placeholder for colour"):
        definition("order_intake.asl.json", SUBSTITUTIONS | {"colour": "red"})


def test_a_value_is_escaped_as_json() -> None:
    text = definition("order_intake.asl.json", SUBSTITUTIONS | {"table": 'a"b'})

    assert 'a"b' in json.dumps(json.loads(text)).replace('\\"', '"')


def test_every_task_is_retried_with_backoff_and_jitter(machine: dict[str, Any]) -> None:
    for name, state in tasks(machine):
        if name == "StoreTogether":  # what it cannot store at once is stored one by one, with retries
            continue
        *_, last = state["Retry"]
        assert last["ErrorEquals"] == ["States.ALL"], name
        assert (last["BackoffRate"], last["JitterStrategy"]) == (2, "FULL"), name
        assert last["MaxAttempts"] >= 3, name


def test_every_task_but_the_last_resort_catches_all_errors(machine: dict[str, Any]) -> None:
    for name, state in tasks(machine):
        if state["Resource"] == SEND:
            continue  # it ends its execution, and a rule keeps the input; a stretch's Map catches
        *_, last = state["Catch"]
        assert last["ErrorEquals"] == ["States.ALL"], name
    *_, last = machine["States"]["EachStretch"]["Catch"]
    assert last == {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "SendFailedFile"}


def test_every_message_names_kind_reasons_source_and_execution(machine: dict[str, Any]) -> None:
    bodies = [state["Parameters"]["MessageBody"] for _, state in tasks(machine) if state["Resource"] == SEND]

    assert len(bodies) >= 6
    for body in bodies:
        names = {name.removesuffix(".$") for name in body}
        assert names >= {"kind", "reasons", "source", "execution"}
        if body["kind"] == "order":
            assert names >= {"order", "position"}


def test_an_order_is_stored_the_same_way_on_both_paths(machine: dict[str, Any]) -> None:
    alone = machine["States"]["EachOrder"]["ItemProcessor"]["States"]
    stretch = machine["States"]["EachStretch"]["ItemProcessor"]["States"]
    among_others = stretch["StoreEach"]["ItemProcessor"]["States"]

    assert among_others == {name: alone[name] for name in among_others}


def test_a_small_file_never_outgrows_the_limits_of_an_execution(machine: dict[str, Any]) -> None:
    [small] = machine["States"]["IsItSmall"]["Choices"]
    few = machine["States"]["HasItAFewOrders"]["Choices"][-1]["And"][1]["Variable"]

    # a control character becomes six characters when text is escaped as JSON
    assert small["NumericLessThanEquals"] * 6 < 256 * 1024
    # enter, exit, schedule, start, end of four tasks, each tried five times, two states, the iteration
    events_of_one_order = 4 * (2 + 3 * 5) + 2 * 2 + 2
    assert int(few.split("[")[1].rstrip("]")) * events_of_one_order < 25_000


def test_a_large_file_goes_through_a_distributed_map(machine: dict[str, Any]) -> None:
    config = machine["States"]["EachStretch"]["ItemProcessor"]["ProcessorConfig"]

    assert config["Mode"] == "DISTRIBUTED"
    assert machine["States"]["EachOrder"]["ItemProcessor"]["ProcessorConfig"]["Mode"] == "INLINE"
