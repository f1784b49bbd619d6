"""The key in S3's event on EventBridge is the object's own."""

import importlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from localstack_lab.tuning.s3_event_keys import PATCHES


@pytest.mark.parametrize("kind", ["ObjectCreated:Put", "ObjectRemoved:Delete", "ObjectTagging:Put"])
def test_the_key_is_not_escaped(tuned: Callable[..., None], kind: str) -> None:
    tuned(*PATCHES)
    notifier = importlib.import_module(PATCHES[0].module).EventBridgeNotifier
    context = SimpleNamespace(
        bucket_name="b",
        region="us-east-1",
        key_name="a%20b/%C3%BC%2B%2541.json",
        key_size=1,
        key_etag="e",
        key_version_id=None,
        request_id="r",
        event_type=f"s3:{kind}",
        event_time=datetime(2026, 1, 1, tzinfo=UTC),
        xray=None,
    )

    entry = notifier._get_event_payload(context)

    assert json.loads(entry["Detail"])["object"]["key"] == "a b/ü+%41.json"
    assert entry["Source"] == "aws.s3"
    assert entry["Resources"] == ["arn:aws:s3:::b"]
