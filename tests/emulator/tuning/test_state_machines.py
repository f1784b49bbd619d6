"""State machines give the same results and the same history with and without the tuning."""

import copy
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from localstack.services.stepfunctions.asl.component.program.program import Program
from localstack.services.stepfunctions.asl.eval.environment import Environment
from localstack.services.stepfunctions.asl.eval.evaluation_details import AWSExecutionDetails
from localstack.services.stepfunctions.asl.eval.event.event_manager import EventHistoryContext
from localstack.services.stepfunctions.asl.eval.states import ContextObjectData
from localstack.services.stepfunctions.asl.parse.asl_parser import AmazonStateLanguageParser
from localstack_lab.tuning import jsonpath, map_workers, state_threads
from localstack_lab.tuning.map_workers import INLINE_LIMIT

PATCHES = [*jsonpath.PATCHES, *state_threads.PATCHES, *map_workers.PATCHES]
END = {"Type": "Pass", "End": True}
FAIL = {"Type": "Fail", "Error": "Bad", "Cause": "order"}


def run(definition: dict[str, Any], given: Any) -> Environment:
    """Parse a state machine and run it to its end."""
    return evaluate(AmazonStateLanguageParser.parse(json.dumps(definition))[0], given)


def evaluate(program: Any, given: Any) -> Environment:
    """Run a program to its end on this thread, as an execution of LocalStack does."""
    execution = {"Id": "e", "Input": given, "Name": "e", "RoleArn": "r", "StartTime": "2026-01-01T00:00:00Z"}
    env = Environment(
        aws_execution_details=AWSExecutionDetails("000000000000", "us-east-1", "role"),
        execution_type="STANDARD",
        context=ContextObjectData(Execution=execution, StateMachine={"Id": "m", "Name": "m"}),
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
    )
    assert isinstance(program, Program)
    program.eval(env)
    return env


def outcome(env: Environment) -> tuple[str, Any, list[dict[str, Any]]]:
    """How it ended, with what, and the history without its times."""
    history = [
        {key: value for key, value in event.items() if key != "timestamp"}
        for event in env.event_manager.get_event_history()
    ]
    return type(env.program_state()).__name__, env.states.get_input(), history


def mapped(processor: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "ItemsPath": "$.orders",
                "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **processor},
                "End": True,
                **more,
            }
        },
    }


def states(start: str, **all_states: Any) -> dict[str, Any]:
    return {"StartAt": start, "States": all_states}


CHECK = states(
    "Check",
    Check={
        "Type": "Choice",
        "Choices": [{"Variable": "$.quantity", "NumericGreaterThan": 1, "Next": "Mark"}],
        "Default": "Reject",
    },
    Mark={
        "Type": "Pass",
        "Parameters": {"id.$": "$.id", "twice.$": "States.MathAdd($.quantity, 2)"},
        "End": True,
    },
    Reject=FAIL,
)
ORDERS = {"orders": [{"id": f"o-{n}", "quantity": n} for n in range(2, 8)]}
BAD = {"orders": [{"id": "o-2", "quantity": 2}, {"id": "o-0", "quantity": 0}, {"id": "o-3", "quantity": 3}]}
CAUGHT = {"ResultPath": "$.failure", "ErrorEquals": ["States.ALL"], "Next": "After"}

CASES: dict[str, tuple[dict[str, Any], Any]] = {
    "pass": (states("A", A={"Type": "Pass", "Result": {"a": 1}, "ResultPath": "$.b", "End": True}), {"x": 1}),
    "fail": (states("A", A=FAIL), {}),
    "no such path": (states("A", A={"Type": "Pass", "InputPath": "$.nothing", "End": True}), {}),
    "map one at a time": (mapped(CHECK, MaxConcurrency=1), ORDERS),
    "map with selectors": (
        mapped(
            CHECK,
            MaxConcurrency=1,
            ItemSelector={"id.$": "$$.Map.Item.Value.id", "quantity.$": "$$.Map.Item.Value.quantity"},
            ResultSelector={"first.$": "$[0]"},
            ResultPath="$.done",
        ),
        ORDERS,
    ),
    "map of nothing": (mapped(CHECK, MaxConcurrency=1), {"orders": []}),
    "map that fails": (mapped(CHECK, MaxConcurrency=1), BAD),
    "map that fails and is caught": (
        {
            "StartAt": "Each",
            "States": {
                "Each": {
                    **mapped(CHECK, MaxConcurrency=1)["States"]["Each"],
                    "Catch": [CAUGHT],
                },
                "After": END,
            },
        },
        BAD,
    ),
    "map that fails and is tried again": (
        mapped(
            CHECK, MaxConcurrency=1, Retry=[{"ErrorEquals": ["Bad"], "MaxAttempts": 1, "IntervalSeconds": 1}]
        ),
        BAD,
    ),
    "map in a map": (
        mapped(mapped(states("A", A=END), ItemsPath="$.items", MaxConcurrency=1), MaxConcurrency=1),
        {"orders": [{"items": [1, 2]}, {"items": []}, {"items": [3]}]},
    ),
    "parallel with one branch": (
        states("Both", Both={"Type": "Parallel", "Branches": [states("A", A=END)], "End": True}),
        {"x": 1},
    ),
    "parallel that fails": (
        states("Both", Both={"Type": "Parallel", "Branches": [states("A", A=FAIL)], "End": True}),
        {"x": 1},
    ),
    "with a time-out that is not reached": (
        {**states("A", A=END), "TimeoutSeconds": 60},
        {"x": 1},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_history_is_upstreams(name: str, tuned: Callable[..., None]) -> None:
    definition, given = CASES[name]
    stock = outcome(run(definition, copy.deepcopy(given)))
    tuned(*PATCHES)
    assert outcome(run(definition, copy.deepcopy(given))) == stock


@pytest.mark.parametrize("concurrency", [0, 1, 3, 100])
def test_outputs_keep_the_order_of_the_items(concurrency: int, tuned: Callable[..., None]) -> None:
    tuned(*PATCHES)
    given = {"orders": [{"id": f"o-{n}", "quantity": n} for n in range(2, 120)]}
    ended, output, _ = outcome(run(mapped(CHECK, MaxConcurrency=concurrency), given))
    assert ended == "ProgramEnded"
    assert output == [{"id": f"o-{n}", "twice": n + 2} for n in range(2, 120)]


def test_one_worker_takes_more_items_than_python_has_frames(tuned: Callable[..., None]) -> None:
    tuned(*PATCHES)
    given = {"orders": list(range(1500))}
    ended, output, _ = outcome(run(mapped(states("A", A=END), MaxConcurrency=1), given))
    assert (ended, output) == ("ProgramEnded", list(range(1500)))


def test_an_inline_map_runs_at_most_forty_items_at_a_time(
    tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from localstack.services.stepfunctions.asl.component.state.state_pass import state_pass

    tuned(*PATCHES)
    gate = threading.Barrier(INLINE_LIMIT)
    now, most, lock = [0], [0], threading.Lock()
    upstream = state_pass.StatePass._eval_state

    def counted(self: Any, env: Environment) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        gate.wait(timeout=30)  # forty are inside at the same time, or it breaks
        with lock:
            now[0] -= 1
        upstream(self, env)

    monkeypatch.setattr(state_pass.StatePass, "_eval_state", counted)
    given = {"orders": list(range(INLINE_LIMIT * 2))}
    ended, _, _ = outcome(run(mapped(states("A", A=END)), given))
    assert (ended, most[0]) == ("ProgramEnded", INLINE_LIMIT)


def test_a_tasks_thread_is_its_callers(tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.state_map import (
        StateMap,
    )

    tuned(*PATCHES)
    threads: list[threading.Thread] = []
    upstream = StateMap._eval_execution

    def noted(self: Any, env: Environment) -> None:
        threads.append(threading.current_thread())
        upstream(self, env)

    monkeypatch.setattr(StateMap, "_eval_execution", noted)
    run(mapped(CHECK, MaxConcurrency=1), ORDERS)
    assert threads == [threading.current_thread()]


def test_a_machine_with_a_time_out_still_times_out(
    tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from localstack.services.stepfunctions.asl.component.state.state_pass import state_pass

    tuned(*PATCHES)
    release = threading.Event()
    monkeypatch.setattr(state_pass.StatePass, "_eval_state", lambda self, env: release.wait(30))
    env = run({**states("A", A=END), "TimeoutSeconds": 1}, {})
    release.set()
    assert type(env.program_state()).__name__ == "ProgramTimedOut"
