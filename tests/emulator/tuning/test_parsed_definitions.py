"""One program serves many executions, and each ends as if it had a program of its own."""

import copy
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.services.stepfunctions.asl.component.eval_component import EvalComponent
from localstack.services.stepfunctions.asl.parse.asl_parser import ASLParserException
from localstack.services.stepfunctions.backend import execution_worker
from localstack.services.stepfunctions.backend.execution_worker import ExecutionWorker
from localstack_lab.tuning import parsed_definitions

from tests.emulator.tuning.test_state_machines import CASES, evaluate, outcome


def program_of(definition: dict[str, Any]) -> Any:
    details = SimpleNamespace(state_machine_details=SimpleNamespace(definition=json.dumps(definition)))
    return ExecutionWorker._get_evaluation_entrypoint(SimpleNamespace(_evaluation_details=details))


def test_a_definition_is_parsed_once(tuned: Callable[..., None]) -> None:
    tuned(*parsed_definitions.PATCHES)
    first, _ = CASES["pass"]
    other, _ = CASES["fail"]
    assert program_of(first) is program_of(copy.deepcopy(first))
    assert program_of(first) is not program_of(other)


def test_what_does_not_parse_fails_each_time(tuned: Callable[..., None]) -> None:
    tuned(*parsed_definitions.PATCHES)
    for _ in range(2):
        with pytest.raises(ASLParserException):
            program_of({"StartAt": "A", "States": {"A": {"Type": "Nothing"}}})


@pytest.mark.parametrize("name", [name for name in CASES if "tried again" not in name])
def test_a_second_execution_ends_as_the_first(name: str, tuned: Callable[..., None]) -> None:
    definition, given = CASES[name]
    alone = outcome(evaluate(program_of(definition), copy.deepcopy(given)))
    tuned(*parsed_definitions.PATCHES)
    shared = program_of(definition)
    for _ in range(3):
        assert outcome(evaluate(shared, copy.deepcopy(given))) == alone


def test_executions_at_the_same_time_do_not_meet(tuned: Callable[..., None]) -> None:
    tuned(*parsed_definitions.PATCHES)
    definition, _ = CASES["map one at a time"]
    shared = program_of(definition)
    inputs = [{"orders": [{"id": f"{n}-{m}", "quantity": m + 2} for m in range(5)]} for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda given: outcome(evaluate(shared, given))[:2], inputs))
    assert found == [
        ("ProgramEnded", [{"id": f"{n}-{m}", "twice": m + 4} for m in range(5)]) for n in range(16)
    ]


def test_tries_are_counted_for_each_execution(tuned: Callable[..., None]) -> None:
    tuned(*parsed_definitions.PATCHES)
    definition, given = CASES["map that fails and is tried again"]
    shared = program_of(definition)
    histories = [outcome(evaluate(shared, copy.deepcopy(given)))[2] for _ in range(2)]
    assert histories[0] == histories[1]


def test_threads_agree_on_a_components_name(
    tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tuned(*parsed_definitions.PATCHES)

    class Component(EvalComponent):
        def _eval_body(self, env: Any) -> None:
            raise AssertionError("only its name is asked for")

    component, barrier = Component(), threading.Barrier(8)

    def ask(_: int) -> str:
        barrier.wait(timeout=10)
        return component.heap_key

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_the_patched_worker_is_the_one_that_runs(tuned: Callable[..., None]) -> None:
    upstream = execution_worker.SyncExecutionWorker._get_evaluation_entrypoint
    tuned(*parsed_definitions.PATCHES)
    assert execution_worker.SyncExecutionWorker._get_evaluation_entrypoint is not upstream
