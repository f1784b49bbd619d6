"""Time to live: the setting, and what becomes of items whose time has passed."""

import time
import urllib.request
from collections.abc import Callable

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases
from tests.emulator.dynamodb.conftest import ENDPOINT
from tests.emulator.dynamodb.messages import constraint


def setting(enabled: bool, attribute: str = "ttl") -> dict:
    return {"Enabled": enabled, "AttributeName": attribute}


@pytest.fixture
def switch(dynamodb):
    """`switch(name, True)` → the answer to UpdateTimeToLive."""
    return lambda name, *spec: dynamodb.update_time_to_live(
        TableName=name, TimeToLiveSpecification=setting(*spec)
    )["TimeToLiveSpecification"]


@pytest.fixture
def status(dynamodb):
    return lambda name: dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]


@pytest.fixture
def expire(engine) -> Callable[[], None]:
    """Have what has expired by now deleted."""

    def run() -> None:
        if engine is None:
            request = urllib.request.Request(f"{ENDPOINT}/_aws/dynamodb/expired", method="DELETE")
            urllib.request.urlopen(request).close()
        else:
            from localstack_lab.dynamodb.engine.tables.time_to_live import delete_expired

            delete_expired(engine.store, time.time())

    return run


def test_it_is_off_at_first(make_table, status):
    assert status(make_table()) == {"TimeToLiveStatus": "DISABLED"}


def test_it_is_switched_on_and_off(make_table, switch, status):
    name = make_table()
    assert switch(name, True, "expires_at") == setting(True, "expires_at")
    assert status(name) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    assert switch(name, False, "expires_at") == setting(False, "expires_at")
    assert status(name) == {"TimeToLiveStatus": "DISABLED"}


@pytest.mark.parametrize(
    ("specification", "message"),
    cases(
        {
            "empty attribute": (
                {"Enabled": True, "AttributeName": ""},
                "TimeToLiveSpecification.AttributeName must be non empty",
            ),
            "no attribute": (
                {"Enabled": True},
                constraint("null", "timeToLiveSpecification.attributeName", "Member must not be null"),
            ),
            "neither on nor off": (
                {"AttributeName": "ttl"},
                constraint("null", "timeToLiveSpecification.enabled", "Member must not be null"),
            ),
            "off when it is off": (setting(False), "TimeToLive is already disabled"),
        }
    ),
)
def test_refused(dynamodb, make_table, specification, message):
    request = {"TableName": make_table(), "TimeToLiveSpecification": specification}
    assert_refused(dynamodb, "UpdateTimeToLive", request, "ValidationException", message)


@pytest.mark.parametrize(
    ("specification", "message"),
    cases(
        {
            "on when it is on": (setting(True), "TimeToLive is already enabled"),
            "another attribute": (
                setting(True, "other"),
                "TimeToLive is active on a different AttributeName: current AttributeName is ttl",
            ),
        }
    ),
)
def test_refused_when_on(dynamodb, make_table, switch, specification, message):
    name = make_table()
    switch(name, True)
    request = {"TableName": name, "TimeToLiveSpecification": specification}
    assert_refused(dynamodb, "UpdateTimeToLive", request, "ValidationException", message)


@pytest.mark.parametrize(
    ("operation", "members"),
    [("UpdateTimeToLive", {"TimeToLiveSpecification": setting(True)}), ("DescribeTimeToLive", {})],
)
def test_a_table_that_is_not_there(dynamodb, names, operation, members):
    message = f"Requested resource not found: Table: {names['absent']} not found"
    request = {"TableName": names["absent"], **members}
    assert_refused(dynamodb, operation, request, "ResourceNotFoundException", message)


def left(dynamodb, name: str) -> list[str]:
    return sorted(item["pk"]["S"] for item in dynamodb.scan(TableName=name)["Items"])


@pytest.mark.parametrize("enable_first", [True, False], ids=["before the items", "after the items"])
def test_only_expired_items_go(dynamodb, make_table, switch, expire, enable_first):
    name, now = make_table(gsis={"by_a": "a:S"}), int(time.time())
    if enable_first:
        switch(name, True)
    values = {
        "past": N(now - 60),
        "fraction": N(f"{now - 60}.5"),
        "future": N(now + 3600),
        "text": S(str(now - 60)),
        "ten years ago": N(now - 10 * 365 * 24 * 3600),
        "milliseconds": N(now * 1000),
    }
    for key, value in values.items():
        dynamodb.put_item(TableName=name, Item={"pk": S(key), "ttl": value, "a": S("x")})
    dynamodb.put_item(TableName=name, Item={"pk": S("without")})
    if not enable_first:
        switch(name, True)
    expire()
    assert left(dynamodb, name) == ["future", "milliseconds", "ten years ago", "text", "without"]
    assert dynamodb.scan(TableName=name, IndexName="by_a")["Count"] == 4


def test_an_item_whose_time_was_put_off_stays(dynamodb, make_table, switch, expire):
    name, now = make_table(), int(time.time())
    switch(name, True)
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "ttl": N(now - 60)})
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "ttl": N(now + 60)})
    expire()
    assert left(dynamodb, name) == ["1"]


def test_nothing_goes_after_it_was_switched_off(dynamodb, make_table, switch, expire):
    name = make_table()
    switch(name, True)
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "ttl": N(int(time.time()) - 60)})
    switch(name, False)
    expire()
    assert left(dynamodb, name) == ["1"]


def test_more_items_than_one_transaction_takes(dynamodb, make_table, switch, expire):
    name = make_table()
    switch(name, True)
    past = N(int(time.time()) - 60)
    for start in range(0, 250, 25):
        requests = [
            {"PutRequest": {"Item": {"pk": S(str(k)), "ttl": past}}} for k in range(start, start + 25)
        ]
        dynamodb.batch_write_item(RequestItems={name: requests})
    expire()
    assert left(dynamodb, name) == []
