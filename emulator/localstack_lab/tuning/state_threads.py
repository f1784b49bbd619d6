"""Step Functions: a thread only for what can time out.

Slow upstream: every task runs on a thread of its own and every item of a Map on another, while the thread
that started it only waits. Under Python's one lock the handing over costs more than the work. Each of
those threads is also kept for ever, in a list of threads to stop at the end that cannot stop them (they
have no ``stop``).

Same answers, because without a time-out the waiting thread does nothing else: its ``wait`` lasts three
years for a state and for ever for a program, and nothing that stops an execution ends it sooner. With a
time-out, upstream's code runs as it is. Errors take the same way: a state's to its caller, a program's
into the log.
"""

import copy
import logging
from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import Patch, TargetChanged

LOG = logging.getLogger(__name__)


class Unregistered:
    """Stands for the list of threads to stop at the end; these are daemons, which end with the process."""

    def append(self, _thread: object) -> None:
        return None


def evaluate_here(state: Any, env: Any) -> None:
    """``ExecutionState._evaluate_with_timeout`` for a state without a time-out, on the caller's thread.

    :param state: localstack.services.stepfunctions…execute_state.ExecutionState
    :param env: localstack.services.stepfunctions…environment.Environment
    """
    state.timeout.eval(env=env)
    env.stack.pop()
    frame = env.open_frame()
    frame.states.reset(input_value=env.states.get_input())
    frame.stack = copy.deepcopy(env.stack)
    try:
        state._eval_execution(frame)
    finally:
        frame.set_ended()
        env.close_frame(frame)
    output = frame.stack.pop()
    env.stack.append(output)
    if not state._is_language_query_jsonpath():
        env.states.set_result(output)
    if state.assign_decl:
        state.assign_decl.eval(env=env)
    if state.result_selector:
        state.result_selector.eval(env=env)
    if state.result_path:
        state.result_path.eval(env)
    else:
        env.states.reset(input_value=env.stack.pop())


def _change_states(patch: Patch, module: ModuleType) -> None:
    seconds = module.__dict__.get("TimeoutSeconds")
    state = module.__dict__.get("ExecutionState")
    if seconds is None or state is None:
        raise TargetChanged(f"{module.__name__} evaluates states in another way")

    def choosing(upstream: Any) -> Any:
        def evaluate(self: Any, env: Any) -> None:
            timeout = self.timeout
            if isinstance(timeout, seconds) and timeout.timeout_seconds >= seconds.DEFAULT_TIMEOUT_SECONDS:
                evaluate_here(self, env)
            else:
                upstream(self, env)

        return evaluate

    patch.replace(state, "_evaluate_with_timeout", choosing)
    patch.replace(module, "TMP_THREADS", lambda _: Unregistered())


def _change_programs(patch: Patch, module: ModuleType) -> None:
    program = module.__dict__.get("Program")
    if program is None:
        raise TargetChanged(f"{module.__name__} has no 'Program'")

    def choosing(upstream: Any) -> Any:
        def evaluate(self: Any, env: Any) -> None:
            if self.timeout_seconds:
                upstream(self, env)
                return
            env.next_state_name = self.start_at.start_at_name
            try:
                super(program, self).eval(env)
            except Exception:  # as on a thread of its own: it ends the program and is not its caller's
                LOG.exception("A state machine's program ended with an error of LocalStack's.")

        return evaluate

    patch.replace(program, "eval", choosing)
    patch.replace(module, "TMP_THREADS", lambda _: Unregistered())


def _forget_threads(patch: Patch, module: ModuleType) -> None:
    patch.replace(module, "TMP_THREADS", lambda _: Unregistered())


_ASL = "localstack.services.stepfunctions.asl.component"
_STATE = f"{_ASL}.state.state_execution"

PATCHES = [
    Patch("states without threads", f"{_STATE}.execute_state", _change_states),
    Patch("programs without threads", f"{_ASL}.program.program", _change_programs),
    Patch("branches are not kept", f"{_STATE}.state_parallel.branch_worker", _forget_threads),
    Patch(
        "executions are not kept",
        "localstack.services.stepfunctions.backend.execution_worker",
        _forget_threads,
    ),
]
