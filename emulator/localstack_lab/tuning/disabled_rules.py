"""EventBridge: a disabled rule matches nothing.

Wrong upstream: DisableRule is stored and shown, and the rule goes on sending events to its targets.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html: "A disabled rule won't match
any events".
"""

from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import Patch


def _change_provider(patch: Patch, module: ModuleType) -> None:
    def only_enabled(stock: Any) -> Any:
        def process(provider: Any, rule: Any, *args: Any, **kwargs: Any) -> None:
            if rule.state != module.RuleState.DISABLED:
                stock(provider, rule, *args, **kwargs)

        return process

    patch.replace(module.EventsProvider, "_process_rules", only_enabled)


PATCHES = [Patch("disabled rules", "localstack.services.events.provider", _change_provider)]
