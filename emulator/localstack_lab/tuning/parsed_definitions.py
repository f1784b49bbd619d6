"""Step Functions: parse a state machine's definition once, not for every execution.

Slow upstream: each execution parses its definition with ANTLR's parser in pure Python, hundreds of
milliseconds for a definition of some hundred lines, before its first state begins. For a small file that
is most of the way from S3 to DynamoDB.

Same answers, because evaluation changes nothing in a parsed program: what changes lives in the
execution's environment, and the items of one Map already share a program among threads. The one thing
that a component sets on itself later is the name under which it keeps its counters in the environment; it
is set under a lock here, so that two threads cannot give it two names. Another text is another program,
and what does not parse is not kept.
"""

import functools
import threading
from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import LOCALSTACK, Patch, TargetChanged

KEPT = 64
_NAMING = threading.Lock()
_FIELD = "_EvalComponent__heap_key"


def _change_worker(patch: Patch, module: ModuleType) -> None:
    worker = module.__dict__.get("ExecutionWorker")
    if worker is None or "AmazonStateLanguageParser" not in module.__dict__:
        raise TargetChanged(f"{module.__name__} parses in another way")

    @functools.lru_cache(maxsize=KEPT)
    def program(definition: str) -> Any:
        return module.AmazonStateLanguageParser.parse(definition)[0]

    def entry_point(self: Any) -> Any:
        return program(self._evaluation_details.state_machine_details.definition)

    patch.replace(worker, "_get_evaluation_entrypoint", lambda _: entry_point)


def _change_names(patch: Patch, module: ModuleType) -> None:
    component = module.__dict__.get("EvalComponent")
    if component is None or _FIELD not in component.__dict__:
        raise TargetChanged(f"{module.__name__} names its components in another way")

    def heap_key(self: Any) -> str:
        if getattr(self, _FIELD) is None:
            with _NAMING:
                if getattr(self, _FIELD) is None:
                    setattr(self, _FIELD, module.long_uid())
        return str(getattr(self, _FIELD))

    patch.replace(component, "heap_key", lambda _: property(heap_key))


_VERSIONS = {**LOCALSTACK, "antlr4-python3-runtime": "4.13.2"}
_SERVICE = "localstack.services.stepfunctions"

PATCHES = [
    Patch("definitions parsed once", f"{_SERVICE}.backend.execution_worker", _change_worker, _VERSIONS),
    Patch("one name per component", f"{_SERVICE}.asl.component.eval_component", _change_names),
]
