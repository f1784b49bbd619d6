"""One client per role, and a new one in time."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.services.stepfunctions.asl.utils import boto_client
from localstack_lab.tuning import assumed_roles
from localstack_lab.tuning.assumed_roles import RENEW_AFTER, Renewing


def test_an_answer_is_kept_until_its_time_is_over() -> None:
    now = [0.0]
    calls: list[tuple[Any, ...]] = []
    renewing = Renewing(lambda *key: calls.append(key) or len(calls), 10, 5, clock=lambda: now[0])
    assert [renewing("sqs"), renewing("sqs"), renewing("s3")] == [1, 1, 2]
    now[0] = 9.9
    assert renewing("sqs") == 1
    now[0] = 10.0
    assert renewing("sqs") == 3


def test_an_error_is_not_kept() -> None:
    answers = iter([ValueError("no such role"), "client"])

    def call(_: str) -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    renewing = Renewing(call, 10, 5)
    with pytest.raises(ValueError, match="no such role"):
        renewing("role")
    assert renewing("role") == "client"


def test_the_oldest_answer_goes_first() -> None:
    calls: list[str] = []
    renewing = Renewing(lambda key: calls.append(key) or key, 10, 2)
    for key in "abca":
        renewing(key)
    assert calls == ["a", "b", "c", "a"]


def test_it_renews_before_the_shortest_session_ends() -> None:
    assert RENEW_AFTER <= 900


def test_step_functions_assumes_a_role_once(
    tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assumed: list[dict[str, Any]] = []

    class Factory:
        def with_assumed_role(self, **given: Any) -> Any:
            assumed.append(given)
            return SimpleNamespace(get_client=lambda service: (service, len(assumed)))

    monkeypatch.setattr(boto_client, "connect_to", Factory())
    tuned(*assumed_roles.PATCHES)
    first = boto_client.StateCredentials(role_arn="arn:aws:iam::000000000000:role/first")
    other = boto_client.StateCredentials(role_arn="arn:aws:iam::000000000000:role/other")
    ask = boto_client.boto_client_for
    clients = [
        ask("sqs", "us-east-1", first),
        ask(service="sqs", region="us-east-1", state_credentials=first),
        ask("sqs", "us-east-1", other),
        ask("s3", "us-east-1", first),
        ask("sqs", "eu-west-1", first),
    ]
    assert clients == [("sqs", 1), ("sqs", 1), ("sqs", 2), ("s3", 3), ("sqs", 4)]
    assert assumed[0]["role_arn"] == first.role_arn
    assert assumed[0]["service_principal"] == "states"
