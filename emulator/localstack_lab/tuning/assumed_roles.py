"""Step Functions: one client per role, service and region, not one per task.

Slow upstream: each task calls ``sts:AssumeRole`` and builds a new boto3 client (JSON models, endpoint
rules, event handlers) for the credentials it gets, 10 to 20 ms and several hundred kilobytes each. The
cache of clients that LocalStack has is keyed by those credentials, so it never hits.

Same answers, because the client for the same role is the same but for its session's name, and is renewed
long before the hour for which the credentials are good is over. boto3 clients may be shared among
threads.
"""

import threading
import time
from collections.abc import Callable, Hashable
from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import Patch

RENEW_AFTER = 900.0
"""Seconds. AssumeRole's shortest session is 900 s, its default is 3,600 s:
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
KEPT = 256


class Renewing:
    """``call(*key)`` whose answer is kept for ``seconds``, at most ``kept`` answers, the oldest going
    first."""

    def __init__(
        self,
        call: Callable[..., Any],
        seconds: float,
        kept: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._call = call
        self._seconds = seconds
        self._kept = kept
        self._clock = clock
        self._answers: dict[Hashable, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def __call__(self, *key: Hashable) -> Any:
        now = self._clock()
        with self._lock:
            made, answer = self._answers.get(key, (float("-inf"), None))
        if now - made < self._seconds:
            return answer
        answer = self._call(*key)  # outside the lock: it calls STS
        with self._lock:
            self._answers.pop(key, None)
            self._answers[key] = (now, answer)
            while len(self._answers) > self._kept:
                self._answers.pop(next(iter(self._answers)))
        return answer


def _change(patch: Patch, module: ModuleType) -> None:
    def shared(boto_client_for: Callable[..., Any]) -> Callable[..., Any]:
        def create(service: str, region: str, role_arn: str) -> Any:
            credentials = module.StateCredentials(role_arn=role_arn)
            return boto_client_for(service=service, region=region, state_credentials=credentials)

        renewing = Renewing(create, RENEW_AFTER, KEPT)

        def client_for(service: str, region: str, state_credentials: Any) -> Any:
            return renewing(service, region, state_credentials.role_arn)

        return client_for

    patch.replace(module, "boto_client_for", shared)


PATCHES = [
    Patch("clients of assumed roles", "localstack.services.stepfunctions.asl.utils.boto_client", _change)
]
