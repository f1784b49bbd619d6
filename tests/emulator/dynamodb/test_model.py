"""Whatever is written, in whatever order: a table and a plain Python dictionary tell the same story."""

import itertools
import operator
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.emulator.dynamodb.asking import pages
from tests.emulator.dynamodb.conftest import table_request, wait_until_active
from tests.emulator.dynamodb.laws import law

type Plain = dict[str, Any]  # attributes as Python values: str, int, list of int, frozenset of str
type Key = tuple[str, int]

PARTITIONS = st.sampled_from(["p", "q"])
PLACES = st.integers(-3, 3)
COLOURS = st.sampled_from(["red", "green"])
TAGS = st.frozensets(st.sampled_from("abc"), min_size=1)
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "colour": COLOURS,
        "amount": PLACES,
        "tags": TAGS,
        "entries": st.lists(st.integers(0, 9), max_size=3),
    },
)
COMPARISONS = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
INDEXES = {"by_colour": "colour", "by_amount": "pk"}  # both are sorted by amount


def wire(value: Any) -> dict[str, Any]:
    """A Python value as an attribute value."""
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case list():
            return {"L": [wire(member) for member in value]}
        case frozenset():
            return {"SS": sorted(value)}
    raise AssertionError(value)


def plain(value: dict[str, Any]) -> Any:
    """An attribute value as a Python value."""
    match value:
        case {"S": text}:
            return text
        case {"N": digits}:
            return int(digits)
        case {"L": members}:
            return [plain(member) for member in members]
        case {"SS": members}:
            return frozenset(members)
    raise AssertionError(value)


def wire_item(item: Plain) -> dict[str, Any]:
    return {name: wire(value) for name, value in item.items()}


def plain_item(item: dict[str, Any] | None) -> Plain | None:
    return None if item is None else {name: plain(value) for name, value in item.items()}


def key_of(key: Key) -> Plain:
    return {"pk": key[0], "sk": key[1]}


KEYS = st.tuples(PARTITIONS, PLACES)


class TableMachine(RuleBasedStateMachine):
    """Does everything twice: to a table through boto3, and to a dictionary."""

    def __init__(self, dynamodb: Any) -> None:
        super().__init__()
        self.dynamodb = dynamodb
        self.items: dict[Key, Plain] = {}
        gsis, lsis = {"by_colour": "colour:S amount:N"}, {"by_amount": "pk:S amount:N"}
        request = table_request("pk:S sk:N", gsis=gsis, lsis=lsis)
        self.table = request["TableName"]
        dynamodb.create_table(**request)
        wait_until_active(dynamodb, self.table)

    def teardown(self) -> None:
        self.dynamodb.delete_table(TableName=self.table)

    def write(self, operation: str, **request: Any) -> tuple[bool, Plain | None]:
        """Whether the write's condition held, and the attributes that it answered."""
        try:
            answer = getattr(self.dynamodb, operation)(TableName=self.table, **request)
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return False, None
        return True, plain_item(answer.get("Attributes"))

    # --- writes ---

    @rule(key=KEYS, attributes=ATTRIBUTES)
    def put(self, key: Key, attributes: Plain) -> None:
        item = key_of(key) | attributes
        answer = self.write("put_item", Item=wire_item(item), ReturnValues="ALL_OLD")
        assert answer == (True, self.items.get(key))
        self.items[key] = item

    @rule(key=KEYS, attributes=ATTRIBUTES, sign=st.sampled_from(sorted(COMPARISONS)), bound=PLACES)
    def put_under_a_condition(self, key: Key, attributes: Plain, sign: str, bound: int) -> None:
        item, old = key_of(key) | attributes, self.items.get(key, {})
        holds = "amount" in old and COMPARISONS[sign](old["amount"], bound)
        written, _ = self.write(
            "put_item",
            Item=wire_item(item),
            ConditionExpression=f"amount {sign} :bound",
            ExpressionAttributeValues={":bound": wire(bound)},
        )
        assert written is holds
        if holds:
            self.items[key] = item

    @rule(key=KEYS, attributes=ATTRIBUTES)
    def put_once(self, key: Key, attributes: Plain) -> None:
        item = key_of(key) | attributes
        condition = "attribute_not_exists(pk)"
        written, _ = self.write("put_item", Item=wire_item(item), ConditionExpression=condition)
        assert written is (key not in self.items)
        self.items.setdefault(key, item)

    @rule(key=KEYS)
    def delete(self, key: Key) -> None:
        answer = self.write("delete_item", Key=wire_item(key_of(key)), ReturnValues="ALL_OLD")
        assert answer == (True, self.items.pop(key, None))

    def update(self, key: Key, expression: str, value: Any, changed: Plain) -> None:
        """Update the item; `changed` is what it then is to be, apart from its key."""
        after = key_of(key) | changed
        more = {} if value is None else {"ExpressionAttributeValues": {":v": wire(value)}}
        answer = self.write(
            "update_item",
            Key=wire_item(key_of(key)),
            UpdateExpression=expression,
            ReturnValues="ALL_NEW",
            **more,
        )
        assert answer == (True, after)
        self.items[key] = after

    @rule(key=KEYS, name=st.sampled_from(["colour", "amount", "tags", "entries"]), data=st.data())
    def set_attribute(self, key: Key, name: str, data: st.DataObject) -> None:
        value = data.draw({"colour": COLOURS, "amount": PLACES, "tags": TAGS}.get(name, st.just([7])))
        self.update(key, f"SET {name} = :v", value, self.items.get(key, {}) | {name: value})

    @rule(key=KEYS, name=st.sampled_from(["colour", "amount", "tags", "entries"]))
    def remove_attribute(self, key: Key, name: str) -> None:
        old = self.items.get(key, {})
        left = {other: value for other, value in old.items() if other != name}
        self.update(key, f"REMOVE {name}", None, left)

    @rule(key=KEYS, amount=PLACES)
    def add_number(self, key: Key, amount: int) -> None:
        old = self.items.get(key, {})
        self.update(key, "ADD amount :v", amount, old | {"amount": old.get("amount", 0) + amount})

    @rule(key=KEYS, tags=TAGS)
    def add_to_set(self, key: Key, tags: frozenset[str]) -> None:
        old = self.items.get(key, {})
        self.update(key, "ADD tags :v", tags, old | {"tags": old.get("tags", frozenset()) | tags})

    @rule(key=KEYS, tags=TAGS)
    def delete_from_set(self, key: Key, tags: frozenset[str]) -> None:
        changed = dict(self.items.get(key, {}))
        left = changed.pop("tags", frozenset()) - tags
        self.update(key, "DELETE tags :v", tags, changed | ({"tags": left} if left else {}))

    @rule(key=KEYS, more=st.lists(PLACES, min_size=1, max_size=2))
    @precondition(lambda self: self.items)
    def append(self, key: Key, more: list[int]) -> None:
        old = self.items.get(key, {})
        if "entries" in old:
            changed = old | {"entries": old["entries"] + more}
            self.update(key, "SET entries = list_append(entries, :v)", more, changed)

    @rule(first=KEYS, second=KEYS, attributes=ATTRIBUTES)
    def transaction(self, first: Key, second: Key, attributes: Plain) -> None:
        """Put the first item if the second is there; delete the second."""
        if first == second:
            return
        item = key_of(first) | attributes
        there = {"ConditionExpression": "attribute_exists(pk)"}
        try:
            self.dynamodb.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": self.table, "Item": wire_item(item)}},
                    {"Delete": {"TableName": self.table, "Key": wire_item(key_of(second))} | there},
                ]
            )
        except self.dynamodb.exceptions.TransactionCanceledException:
            assert second not in self.items
            return
        del self.items[second]
        self.items[first] = item

    # --- reads ---

    def read_all(self, operation: str, limit: int, **request: Any) -> list[Plain]:
        """The items of all pages."""
        request |= {"TableName": self.table, "Limit": limit}
        read = pages(self.dynamodb, operation, request)
        return [plain_item(item) for item in itertools.chain.from_iterable(page["Items"] for page in read)]

    @rule(key=KEYS)
    def get(self, key: Key) -> None:
        answer = self.dynamodb.get_item(TableName=self.table, Key=wire_item(key_of(key)))
        assert plain_item(answer.get("Item")) == self.items.get(key)

    @rule(
        partition=PARTITIONS,
        sign=st.sampled_from(sorted(COMPARISONS)),
        bound=PLACES,
        forward=st.booleans(),
        limit=st.integers(1, 5),
    )
    def query(self, partition: str, sign: str, bound: int, forward: bool, limit: int) -> None:
        found = self.read_all(
            "Query",
            limit,
            KeyConditionExpression=f"pk = :p AND sk {sign} :bound",
            ExpressionAttributeValues={":p": wire(partition), ":bound": wire(bound)},
            ScanIndexForward=forward,
        )
        expected = [
            item
            for (pk, sk), item in sorted(self.items.items(), reverse=not forward)
            if pk == partition and COMPARISONS[sign](sk, bound)
        ]
        assert found == expected

    @rule(
        index=st.sampled_from(sorted(INDEXES)),
        value=st.one_of(PARTITIONS, COLOURS),
        low=PLACES,
        forward=st.booleans(),
        limit=st.integers(1, 5),
    )
    def query_index(self, index: str, value: str, low: int, forward: bool, limit: int) -> None:
        name = INDEXES[index]
        found = self.read_all(
            "Query",
            limit,
            IndexName=index,
            KeyConditionExpression=f"{name} = :v AND amount BETWEEN :low AND :high",
            ExpressionAttributeValues={":v": wire(value), ":low": wire(low), ":high": wire(low + 2)},
            ScanIndexForward=forward,
        )
        amounts = [item["amount"] for item in found]
        assert amounts == sorted(amounts, reverse=not forward)
        expected = {
            key: item
            for key, item in self.items.items()
            if item.get(name) == value and low <= item.get("amount", low - 1) <= low + 2
        }
        assert len(found) == len(expected)
        assert {(item["pk"], item["sk"]): item for item in found} == expected

    @rule(tag=st.sampled_from("abc"), limit=st.integers(1, 9))
    def scan_with_a_filter(self, tag: str, limit: int) -> None:
        found = self.read_all(
            "Scan",
            limit,
            FilterExpression="contains(tags, :tag)",
            ExpressionAttributeValues={":tag": wire(tag)},
        )
        expected = {key: item for key, item in self.items.items() if tag in item.get("tags", ())}
        assert len(found) == len(expected)
        assert {(item["pk"], item["sk"]): item for item in found} == expected

    @invariant()
    def segments_hold_everything_once(self) -> None:
        found = [
            item
            for segment in range(2)
            for item in self.read_all("Scan", 100, Segment=segment, TotalSegments=2)
        ]
        assert len(found) == len(self.items)
        assert {(item["pk"], item["sk"]): item for item in found} == self.items


def test_table_behaves_like_a_dictionary(dynamodb):
    run_state_machine_as_test(
        lambda: TableMachine(dynamodb), settings=settings(law, max_examples=30, stateful_step_count=30)
    )
