"""Step Functions: build the JSONPath grammar once and keep parsed paths.

Slow upstream: ``jsonpath_ng.parse`` and ``jsonpath_ng.ext.parse`` build their LALR tables anew on every
call (some 20 ms, and megabytes of garbage). Step Functions calls them for each reference path of each
state of each item.

Same answers, because a parsed path is immutable: every attribute of a jsonpath_ng expression is set in
its constructor, and ``find``/``update_or_create`` only read it. What does not parse is not kept and
raises each time. The table-driven parser keeps its stacks on itself, so one thread at a time parses.
"""

import functools
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import LOCALSTACK, Patch, TargetChanged

# Paths come from state machine definitions: a few dozen for each. Older ones are parsed again.
KEPT_PATHS = 8192


def caching_parser(make_parser: Callable[[], Any]) -> Callable[[str], Any]:
    """``parse(path)`` over a parser that is made at the first call and kept, with its results."""
    lock = threading.Lock()
    made = functools.cache(make_parser)

    @functools.lru_cache(maxsize=KEPT_PATHS)
    def parse(path: str) -> Any:
        with lock:
            return made().parse(path)

    return parse


def _change(patch: Patch, module: ModuleType) -> None:
    from jsonpath_ng.ext.parser import ExtentedJsonPathParser
    from jsonpath_ng.ext.parser import parse as parse_extended
    from jsonpath_ng.parser import JsonPathParser
    from jsonpath_ng.parser import parse as parse_plain

    original = module.__dict__.get("parse")
    if original is parse_extended:
        make_parser: Callable[[], Any] = ExtentedJsonPathParser
    elif original is parse_plain:
        make_parser = JsonPathParser
    else:
        raise TargetChanged(f"'parse' of {module.__name__} is not the one of jsonpath_ng")
    patch.replace(module, "parse", lambda _: caching_parser(make_parser))


_ASL = "localstack.services.stepfunctions.asl"
_VERSIONS = {**LOCALSTACK, "jsonpath-ng": "1.7.0"}

PATCHES = [
    Patch("JSONPath parsed once", f"{_ASL}.utils.json_path", _change, _VERSIONS),
    Patch("ResultPath parsed once", f"{_ASL}.component.common.path.result_path", _change, _VERSIONS),
]
