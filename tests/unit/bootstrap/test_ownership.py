"""Whose a resource is, in each of AWS's shapes of tags; and the report of what was done."""

from typing import Any

import pytest

from bootstrap.changes import Change, Report
from bootstrap.ensure.ownership import OWNER_TAG, differing, owner_in, require_owner, tag_list, tag_map
from bootstrap.errors import ForeignResource


@pytest.mark.parametrize(
    "tags",
    [tag_map("me"), tag_list("me"), [{"key": "other", "value": "x"}, {"key": OWNER_TAG, "value": "me"}]],
)
def test_the_owner_is_found(tags: Any) -> None:
    assert owner_in(tags) == "me"


@pytest.mark.parametrize("tags", [None, {}, [], {"Owner": "me"}, [{"Key": "Owner", "Value": "me"}]])
def test_a_resource_without_the_tag_has_no_owner(tags: Any) -> None:
    assert owner_in(tags) is None
    with pytest.raises(ForeignResource, match=r"SQS queue 'q': exists, but does not carry"):
        require_owner(tags, "me", "SQS queue", "q")


def test_what_differs_is_named() -> None:
    assert differing({"a": 1, "b": [2], "c": None}, {"a": 1, "b": [3], "d": 4}) == ["b"]


def test_a_report_passes_changes_on_as_they_happen() -> None:
    seen: list[Change] = []
    report = Report.to(seen.append)
    change = Change("updated", "SQS queue", "q", "Policy")

    report.add(change)
    report.add(None)

    assert report.changes == seen == [change]
    assert str(change) == "updated SQS queue q (Policy)"
