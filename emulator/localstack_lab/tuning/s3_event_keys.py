"""S3's events on EventBridge: name the object by its key, not by the key escaped for a URL.

Wrong upstream: one context serves every kind of notification, with the key escaped as SQS, SNS and Lambda get
it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). EventBridge
gets it as it is, so that a rule's target can hand it to GetObject:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import json
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from localstack_lab.tuning.patch import Patch, TargetChanged


def _change_notifier(patch: Patch, module: ModuleType) -> None:
    original = module.EventBridgeNotifier.__dict__.get("_get_event_payload")
    if not isinstance(original, staticmethod):
        raise TargetChanged("EventBridgeNotifier._get_event_payload is no static method")
    stock = original.__func__

    def with_the_key_itself(*args: Any, **kwargs: Any) -> dict[str, Any]:
        entry = stock(*args, **kwargs)
        detail = json.loads(entry["Detail"])
        detail["object"]["key"] = unquote(detail["object"]["key"])
        return entry | {"Detail": json.dumps(detail)}

    patch.replace(
        module.EventBridgeNotifier, "_get_event_payload", lambda _: staticmethod(with_the_key_itself)
    )


PATCHES = [Patch("keys in S3's events", "localstack.services.s3.notifications", _change_notifier)]
