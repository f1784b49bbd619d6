"""ConsumedCapacity and ItemCollectionMetrics.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html
"""

import pytest

from tests.emulator.dynamodb.asking import S, ask, cases

SPLIT = {"ReadCapacityUnits", "WriteCapacityUnits"}


@pytest.fixture(scope="module")
def table(make_module_table) -> str:
    return make_module_table(
        "pk:S sk:S",
        gsis={"ind_g": ("g:S", ["inc"])},
        lsis={"ind_l": "pk:S l:S"},
        items=[{"pk": S("p"), "sk": S("s")}],
    )


def position(key: str) -> dict:
    return {"pk": S(key), "sk": S("1")}


PLAIN = {
    "PutItem": ("PutItem", lambda t, k: {"TableName": t, "Item": position(k)}, 1),
    "PutItem of 1,025 bytes": (
        "PutItem",
        lambda t, k: {"TableName": t, "Item": position(k) | {"p": S("x" * 1_100)}},
        2,
    ),
    "UpdateItem": (
        "UpdateItem",
        lambda t, k: {
            "TableName": t,
            "Key": position(k),
            "UpdateExpression": "SET v = :v",
            "ExpressionAttributeValues": {":v": S("x")},
        },
        1,
    ),
    "DeleteItem": ("DeleteItem", lambda t, k: {"TableName": t, "Key": position(k)}, 1),
    "consistent GetItem": (
        "GetItem",
        lambda t, k: {"TableName": t, "Key": position(k), "ConsistentRead": True},
        1,
    ),
    "GetItem": ("GetItem", lambda t, k: {"TableName": t, "Key": position(k)}, 0.5),
    "consistent Query": (
        "Query",
        lambda t, k: {
            "TableName": t,
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": S("p")},
            "ConsistentRead": True,
        },
        1,
    ),
    "Query": (
        "Query",
        lambda t, k: {
            "TableName": t,
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": S("p")},
        },
        0.5,
    ),
    "Query of nothing": (
        "Query",
        lambda t, k: {
            "TableName": t,
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": S("nobody")},
        },
        0.5,
    ),
}


@pytest.mark.parametrize(("operation", "request_", "units"), cases(PLAIN))
def test_total_is_one_figure(dynamodb, table, key, operation, request_, units):
    answer = ask(dynamodb, operation, request_(table, key) | {"ReturnConsumedCapacity": "TOTAL"})
    assert answer["ConsumedCapacity"] == {"TableName": table, "CapacityUnits": units}


@pytest.mark.parametrize(("operation", "request_", "units"), cases(PLAIN))
def test_indexes_shows_the_table_beside_the_total(dynamodb, table, key, operation, request_, units):
    answer = ask(dynamodb, operation, request_(table, key) | {"ReturnConsumedCapacity": "INDEXES"})
    assert answer["ConsumedCapacity"] == {
        "TableName": table,
        "CapacityUnits": units,
        "Table": {"CapacityUnits": units},
    }


@pytest.mark.parametrize(("operation", "request_", "units"), cases(PLAIN))
def test_none_shows_nothing(dynamodb, table, key, operation, request_, units):
    answer = ask(dynamodb, operation, request_(table, key) | {"ReturnConsumedCapacity": "NONE"})
    assert "ConsumedCapacity" not in answer


def arms(capacity: dict) -> tuple:
    return (
        capacity["CapacityUnits"],
        capacity["Table"]["CapacityUnits"],
        capacity.get("GlobalSecondaryIndexes", {}).get("ind_g", {}).get("CapacityUnits"),
        capacity.get("LocalSecondaryIndexes", {}).get("ind_l", {}).get("CapacityUnits"),
    )


FULL = {"g": S("g"), "l": S("l"), "inc": S("i"), "another": S("o")}

# attributes of the item put, (total, table, global index, local index)
PUTS = {
    "no index": ({"another": S("o")}, (1, 1, None, None)),
    "global index": ({"g": S("g"), "inc": S("i")}, (2, 1, 1, None)),
    "local index": ({"l": S("l")}, (2, 1, None, 1)),
    "both": (FULL, (3, 1, 1, 1)),
}


@pytest.mark.parametrize(("attributes", "expected"), cases(PUTS))
def test_put_charges_the_indexes_it_writes(dynamodb, table, key, attributes, expected):
    item = position(key) | attributes
    answer = dynamodb.put_item(TableName=table, Item=item, ReturnConsumedCapacity="INDEXES")
    assert arms(answer["ConsumedCapacity"]) == expected
    again = dynamodb.put_item(TableName=table, Item=item, ReturnConsumedCapacity="INDEXES")
    assert arms(again["ConsumedCapacity"]) == (1, 1, None, None)  # nothing to change in any index
    total = dynamodb.put_item(
        TableName=table, Item=position(key + "2") | attributes, ReturnConsumedCapacity="TOTAL"
    )
    assert total["ConsumedCapacity"] == {"TableName": table, "CapacityUnits": expected[0]}


CHANGES = {
    "what the global index does not hold": ("SET another = :v", (2, 1, None, 1)),
    "what both indexes hold": ("SET inc = :v", (3, 1, 1, 1)),
    "key of the global index: a delete and an insert": ("SET g = :v", (4, 1, 2, 1)),
    "out of the global index": ("REMOVE g", (3, 1, 1, 1)),
    "key of the local index": ("SET l = :v", (3, 1, None, 2)),
    "out of the local index": ("REMOVE l", (2, 1, None, 1)),
}


@pytest.mark.parametrize(("expression", "expected"), cases(CHANGES))
def test_update_charges_the_indexes_it_changes(dynamodb, table, key, expression, expected):
    dynamodb.put_item(TableName=table, Item=position(key) | FULL)
    values = {"ExpressionAttributeValues": {":v": S("new")}} if ":v" in expression else {}
    answer = dynamodb.update_item(
        TableName=table,
        Key=position(key),
        UpdateExpression=expression,
        ReturnConsumedCapacity="INDEXES",
        **values,
    )
    assert arms(answer["ConsumedCapacity"]) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    cases({"indexed": (FULL, (3, 1, 1, 1)), "sparse": ({"another": S("o")}, (1, 1, None, None))}),
)
def test_delete_charges_the_indexes_that_held_the_item(dynamodb, table, key, attributes, expected):
    dynamodb.put_item(TableName=table, Item=position(key) | attributes)
    answer = dynamodb.delete_item(TableName=table, Key=position(key), ReturnConsumedCapacity="INDEXES")
    assert arms(answer["ConsumedCapacity"]) == expected


def test_batch_write_sums_per_table(dynamodb, table, names, key):
    items = [position(key) | {"g": S("g")}, {"pk": S(key), "sk": S("2")}]
    answer = dynamodb.batch_write_item(
        RequestItems={
            table: [{"PutRequest": {"Item": item}} for item in items],
            names["hash"]: [{"PutRequest": {"Item": {"pk": S(key)}}}],
        },
        ReturnConsumedCapacity="INDEXES",
    )
    by_table = {capacity["TableName"]: arms(capacity) for capacity in answer["ConsumedCapacity"]}
    assert by_table == {table: (3, 2, 1, None), names["hash"]: (1, 1, None, None)}


@pytest.mark.parametrize(("consistent", "units"), [(False, 1.0), (True, 2.0)])
def test_batch_get_charges_missing_items_too(dynamodb, table, key, consistent, units):
    keys = [position(key), {"pk": S("p"), "sk": S("s")}]
    answer = dynamodb.batch_get_item(
        RequestItems={table: {"Keys": keys, "ConsistentRead": consistent}}, ReturnConsumedCapacity="TOTAL"
    )
    assert answer["ConsumedCapacity"] == [{"TableName": table, "CapacityUnits": units}]


def test_transaction_write_costs_double_and_shows_writes(dynamodb, names, key):
    puts = [{"Put": {"TableName": names["hash"], "Item": {"pk": S(f"{key}{n}")}}} for n in range(2)]
    answer = dynamodb.transact_write_items(TransactItems=puts, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [
        {"TableName": names["hash"], "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0}
    ]


def test_transaction_read_costs_double_even_for_nothing(dynamodb, names, put, key):
    put("hash", {"pk": S(key)})
    gets = [{"Get": {"TableName": names["hash"], "Key": {"pk": S(k)}}} for k in (key, key + "missing")]
    answer = dynamodb.transact_get_items(TransactItems=gets, ReturnConsumedCapacity="INDEXES")
    assert answer["ConsumedCapacity"] == [
        {
            "TableName": names["hash"],
            "CapacityUnits": 4.0,
            "ReadCapacityUnits": 4.0,
            "Table": {"CapacityUnits": 4.0, "ReadCapacityUnits": 4.0},
        }
    ]


def test_repeated_token_is_charged_as_a_read(dynamodb, names, key):
    request = {
        "TransactItems": [{"Put": {"TableName": names["hash"], "Item": {"pk": S(key)}}}],
        "ClientRequestToken": f"token-{key}"[:36],
        "ReturnConsumedCapacity": "TOTAL",
    }
    first = dynamodb.transact_write_items(**request)["ConsumedCapacity"][0]
    second = dynamodb.transact_write_items(**request)["ConsumedCapacity"][0]
    assert (first.get("WriteCapacityUnits"), first.get("ReadCapacityUnits")) == (2.0, None)
    assert (second.get("WriteCapacityUnits"), second.get("ReadCapacityUnits")) == (None, 2.0)


@pytest.fixture(scope="module")
def six(make_module_table) -> str:
    rows = [
        {"pk": S("p"), "sk": S(str(n)), "keep": S("yes" if n == 0 else "no"), "fill": S("x" * 2_000)}
        for n in range(6)
    ]
    return make_module_table("pk:S sk:S", items=rows)


READS = {
    "everything": {},
    "filter that one passes": {
        "FilterExpression": "keep = :k",
        "ExpressionAttributeValues": {":k": S("yes")},
    },
    "filter that none passes": {
        "FilterExpression": "keep = :k",
        "ExpressionAttributeValues": {":k": S("never")},
    },
    "projection": {"ProjectionExpression": "sk"},
    "projection and filter": {
        "ProjectionExpression": "sk",
        "FilterExpression": "keep = :k",
        "ExpressionAttributeValues": {":k": S("yes")},
    },
    "count": {"Select": "COUNT"},
}


@pytest.mark.parametrize("operation", ["Query", "Scan"])
@pytest.mark.parametrize("more", READS.values(), ids=READS)
def test_read_is_charged_before_filter_and_projection(dynamodb, six, operation, more):
    request = {"TableName": six, "ReturnConsumedCapacity": "TOTAL"} | more
    if operation == "Query":
        request["KeyConditionExpression"] = "pk = :p"
        request["ExpressionAttributeValues"] = more.get("ExpressionAttributeValues", {}) | {":p": S("p")}
    answer = ask(dynamodb, operation, request)
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 1.5  # 6 items of about 2 KB, eventually consistent


def test_query_of_an_index_charges_the_index(dynamodb, table, key):
    dynamodb.put_item(TableName=table, Item=position(key) | {"g": S(key), "l": S("l")})
    by_global = dynamodb.query(
        TableName=table,
        IndexName="ind_g",
        KeyConditionExpression="g = :g",
        ExpressionAttributeValues={":g": S(key)},
        ReturnConsumedCapacity="INDEXES",
    )
    assert arms(by_global["ConsumedCapacity"]) == (0.5, 0.0, 0.5, None)
    by_local = dynamodb.query(
        TableName=table,
        IndexName="ind_l",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": S(key)},
        ConsistentRead=True,
        ReturnConsumedCapacity="INDEXES",
    )
    assert arms(by_local["ConsumedCapacity"]) == (1.0, 0.0, None, 1.0)


METRICS = {
    "PutItem": ("PutItem", lambda k: {"Item": position(k)}),
    "UpdateItem": ("UpdateItem", lambda k: {"Key": position(k), "UpdateExpression": "REMOVE a"}),
    "DeleteItem": ("DeleteItem", lambda k: {"Key": position(k)}),
}


@pytest.mark.parametrize(("operation", "request_"), cases(METRICS))
def test_item_collection_metrics(dynamodb, table, key, operation, request_):
    request = {"TableName": table} | request_(key)
    answer = ask(dynamodb, operation, request | {"ReturnItemCollectionMetrics": "SIZE"})
    assert answer["ItemCollectionMetrics"] == {
        "ItemCollectionKey": {"pk": S(key)},
        "SizeEstimateRangeGB": [0.0, 1.0],
    }
    without = ask(dynamodb, operation, request | {"ReturnItemCollectionMetrics": "NONE"})
    assert "ItemCollectionMetrics" not in without


def test_no_metrics_without_a_local_index(dynamodb, names, key):
    answer = dynamodb.put_item(
        TableName=names["hash"], Item={"pk": S(key)}, ReturnItemCollectionMetrics="SIZE"
    )
    assert "ItemCollectionMetrics" not in answer
