"""A disabled rule matches nothing; an enabled one is processed as before."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from localstack.aws.api.events import RuleState
from localstack.services.events.provider import EventsProvider
from localstack_lab.tuning.disabled_rules import PATCHES


@pytest.mark.parametrize(
    ("state", "processed"),
    [
        (RuleState.ENABLED, 1),
        (RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS, 1),
        (RuleState.DISABLED, 0),
    ],
)
def test_only_a_disabled_rule_is_silent(
    tuned: Callable[..., None], monkeypatch: pytest.MonkeyPatch, state: str, processed: int
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(EventsProvider, "_process_rules", lambda *arguments: seen.append(arguments))
    tuned(*PATCHES)
    rule = SimpleNamespace(state=state)

    EventsProvider._process_rules("provider", rule, "us-east-1", "0" * 12, {}, None)

    assert seen == [("provider", rule, "us-east-1", "0" * 12, {}, None)] * processed
