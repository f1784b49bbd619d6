"""Expected, QueryFilter, ScanFilter and ConditionalOperator: conditions from before expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, ask, assert_refused, cases, fill, saying
from tests.emulator.dynamodb.messages import CONDITION_FAILED, INVALID

ITEM = {
    "name": S("alice"),
    "age": N(30),
    "tags": {"SS": ["admin", "user"]},
    "entries": {"L": [S("a"), N(1)]},
    "picture": {"B": b"\x01\x02"},
    "flag": {"BOOL": True},
    "nothing": {"NULL": True},
}


def rule(operator, *values):
    """A condition in its newer form."""
    made = {"ComparisonOperator": operator}
    return made | {"AttributeValueList": list(values)} if values else made


# attribute, condition, whether it holds for ITEM
RULES = {
    "EQ": ("name", rule("EQ", S("alice")), True),
    "EQ of another value": ("name", rule("EQ", S("bob")), False),
    "EQ of another type": ("age", rule("EQ", S("30")), False),
    "EQ by value of a number": ("age", rule("EQ", N("30.0")), True),
    "EQ of a set": ("tags", rule("EQ", {"SS": ["user", "admin"]}), True),
    "EQ of a boolean": ("flag", rule("EQ", {"BOOL": True}), True),
    "EQ of null": ("nothing", rule("EQ", {"NULL": True}), True),
    "EQ of a list": ("entries", rule("EQ", {"L": [S("a"), N(1)]}), True),
    "NE": ("name", rule("NE", S("bob")), True),
    "NE of the same": ("name", rule("NE", S("alice")), False),
    "NE of what is missing": ("absent", rule("NE", S("x")), True),
    "LT": ("age", rule("LT", N(31)), True),
    "LT of the same": ("age", rule("LT", N(30)), False),
    "LE": ("age", rule("LE", N(30)), True),
    "GT": ("age", rule("GT", N(4)), True),
    "GT of another type": ("age", rule("GT", S("1")), False),
    "GE": ("name", rule("GE", S("alice")), True),
    "GE of what is missing": ("absent", rule("GE", N(0)), False),
    "NULL of what is missing": ("absent", rule("NULL"), True),
    "NULL of what is there": ("name", rule("NULL"), False),
    "NULL of a null": ("nothing", rule("NULL"), False),
    "NOT_NULL": ("name", rule("NOT_NULL"), True),
    "NOT_NULL of what is missing": ("absent", rule("NOT_NULL"), False),
    "CONTAINS in a string": ("name", rule("CONTAINS", S("lic")), True),
    "CONTAINS in a set": ("tags", rule("CONTAINS", S("admin")), True),
    "CONTAINS no part of a member": ("tags", rule("CONTAINS", S("adm")), False),
    "CONTAINS in a list": ("entries", rule("CONTAINS", N(1)), True),
    "NOT_CONTAINS": ("name", rule("NOT_CONTAINS", S("bob")), True),
    "NOT_CONTAINS what it contains": ("tags", rule("NOT_CONTAINS", S("user")), False),
    "BEGINS_WITH": ("name", rule("BEGINS_WITH", S("al")), True),
    "BEGINS_WITH other": ("name", rule("BEGINS_WITH", S("li")), False),
    "BEGINS_WITH bytes": ("picture", rule("BEGINS_WITH", {"B": b"\x01"}), True),
    "IN": ("name", rule("IN", S("bob"), S("alice")), True),
    "IN others": ("name", rule("IN", S("bob")), False),
    "BETWEEN": ("age", rule("BETWEEN", N(30), N(40)), True),
    "BETWEEN others": ("age", rule("BETWEEN", N(31), N(40)), False),
}


@pytest.mark.parametrize(("attribute", "condition", "holds"), cases(RULES))
class TestRule:
    def test_expected(self, dynamodb, names, key, put, attribute, condition, holds):
        item = put("hash", {"pk": S(key)} | ITEM)
        request = {"TableName": names["hash"], "Item": item, "Expected": {attribute: condition}}
        if holds:
            dynamodb.put_item(**request)
        else:
            code = "ConditionalCheckFailedException"
            assert_refused(dynamodb, "PutItem", request, code, CONDITION_FAILED)

    def test_query_filter(self, dynamodb, names, key, put, attribute, condition, holds):
        put("range", {"pk": S(key), "sk": S("1")} | ITEM)
        answer = dynamodb.query(
            TableName=names["range"],
            KeyConditions={"pk": rule("EQ", S(key))},
            QueryFilter={attribute: condition},
        )
        assert (answer["Count"], answer["ScannedCount"]) == (int(holds), 1)

    def test_scan_filter(self, dynamodb, one_item, attribute, condition, holds):
        answer = dynamodb.scan(TableName=one_item, ScanFilter={attribute: condition})
        assert (answer["Count"], answer["ScannedCount"]) == (int(holds), 1)


@pytest.fixture(scope="module")
def one_item(make_module_table):
    return make_module_table("pk:S", items=[{"pk": S("a")} | ITEM])


# conditions, ConditionalOperator, whether they hold for ITEM
JOINED = {
    "both hold": ({"name": rule("EQ", S("alice")), "age": rule("GT", N(1))}, None, True),
    "one holds": ({"name": rule("EQ", S("alice")), "age": rule("GT", N(99))}, None, False),
    "both hold under AND": ({"name": rule("EQ", S("alice")), "age": rule("GT", N(1))}, "AND", True),
    "one holds under AND": ({"name": rule("EQ", S("alice")), "age": rule("GT", N(99))}, "AND", False),
    "one holds under OR": ({"name": rule("EQ", S("bob")), "age": rule("GT", N(1))}, "OR", True),
    "none holds under OR": ({"name": rule("EQ", S("bob")), "age": rule("GT", N(99))}, "OR", False),
    "last of three under OR": (
        {"name": rule("EQ", S("bob")), "age": rule("GT", N(99)), "flag": rule("NOT_NULL")},
        "OR",
        True,
    ),
}


@pytest.mark.parametrize("parameter", ["Expected", "QueryFilter", "ScanFilter"])
@pytest.mark.parametrize(("conditions", "operator", "holds"), cases(JOINED))
def test_joined(dynamodb, names, one_item, key, put, parameter, conditions, operator, holds):
    more = {parameter: conditions, "ConditionalOperator": operator}
    if parameter == "ScanFilter":
        assert ask(dynamodb, "Scan", {"TableName": one_item} | more)["Count"] == int(holds)
        return
    if parameter == "QueryFilter":
        put("range", {"pk": S(key), "sk": S("1")} | ITEM)
        request = {"TableName": names["range"], "KeyConditions": {"pk": rule("EQ", S(key))}}
        assert ask(dynamodb, "Query", request | more)["Count"] == int(holds)
        return
    put("hash", {"pk": S(key)} | ITEM)
    request = {"TableName": names["hash"], "Key": {"pk": S(key)}} | more
    if holds:
        ask(dynamodb, "DeleteItem", request)
    else:
        assert_refused(dynamodb, "DeleteItem", request, "ConditionalCheckFailedException")


# Expected in its older form, whether it holds for ITEM, whether it holds where there is no item
OLDER = {
    "value": ({"name": {"Value": S("alice")}}, True, False),
    "other value": ({"name": {"Value": S("bob")}}, False, False),
    "value that exists": ({"name": {"Value": S("alice"), "Exists": True}}, True, False),
    "missing": ({"absent": {"Exists": False}}, True, True),
    "not missing": ({"name": {"Exists": False}}, False, True),
    "both": ({"name": {"Value": S("alice")}, "absent": {"Exists": False}}, True, False),
    "value with an operator": ({"age": {"Value": N(31), "ComparisonOperator": "LT"}}, True, False),
}


@pytest.mark.parametrize("operation", ["PutItem", "DeleteItem", "UpdateItem"])
@pytest.mark.parametrize("there", [True, False], ids=["item", "no item"])
@pytest.mark.parametrize(("expected", "with_item", "without"), cases(OLDER))
def test_older_form(dynamodb, names, key, put, get, operation, there, expected, with_item, without):
    before = put("hash", {"pk": S(key)} | ITEM) if there else None
    request = {"TableName": names["hash"], "Expected": expected}
    if operation == "PutItem":
        request["Item"] = {"pk": S(key), "new": S("x")}
    else:
        request["Key"] = {"pk": S(key)}
    if operation == "UpdateItem":
        request["AttributeUpdates"] = {"new": {"Value": S("x")}}
    if with_item if there else without:
        ask(dynamodb, operation, request)
        after = get("hash", pk=S(key))
        assert after is None if operation == "DeleteItem" else after["new"] == S("x")
    else:
        code = "ConditionalCheckFailedException"
        assert_refused(dynamodb, operation, request, code, CONDITION_FAILED)
        assert get("hash", pk=S(key)) == before


# Expected, message
WRONG_EXPECTED = {
    "value and list": (
        {"a": {"Value": N(1), "AttributeValueList": [N(1)], "ComparisonOperator": "EQ"}},
        f"{INVALID}Value and AttributeValueList cannot be used together for Attribute: a",
    ),
    "exists and operator": (
        {"a": {"Exists": True, "ComparisonOperator": "EQ", "Value": N(1)}},
        f"{INVALID}Exists and ComparisonOperator cannot be used together for Attribute: a",
    ),
    "list without an operator": (
        {"a": {"AttributeValueList": [N(1)]}},
        f"{INVALID}AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
    ),
    "nothing": ({"a": {}}, f"{INVALID}Value must be provided when Exists is null for Attribute: a"),
    "exists without a value": (
        {"a": {"Exists": True}},
        f"{INVALID}Value must be provided when Exists is true for Attribute: a",
    ),
    "value that is not to exist": (
        {"a": {"Exists": False, "Value": N(1)}},
        f"{INVALID}Value cannot be used when Exists is false for Attribute: a",
    ),
    "operator without a value": (
        {"a": {"ComparisonOperator": "EQ"}},
        f"{INVALID}Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
    ),
}


@pytest.mark.parametrize(("expected", "message"), cases(WRONG_EXPECTED))
def test_expected_refused(dynamodb, names, expected, message):
    request = {"TableName": names["hash"], "Item": {"pk": S("a")}, "Expected": expected}
    assert_refused(dynamodb, "PutItem", request, "ValidationException", message)


# condition, message
WRONG_RULES = {
    **{
        f"{operator} of {count}": (
            rule(operator, *[N(1)] * count),
            f"{INVALID}Invalid number of argument(s) for the {operator} ComparisonOperator",
        )
        for operator, count in {
            "EQ": 2,
            "NE": 2,
            "LT": 2,
            "NULL": 1,
            "NOT_NULL": 1,
            "CONTAINS": 2,
            "BEGINS_WITH": 2,
            "BETWEEN": 1,
        }.items()
    },
    **{
        f"{operator} of type {next(iter(value))}": (
            rule(operator, value),
            f"{INVALID}ComparisonOperator {operator} is not valid for "
            f"{next(iter(value))} AttributeValue type",
        )
        for operator, value in [
            ("LT", {"BOOL": True}),
            ("LE", {"SS": ["a"]}),
            ("GT", {"L": []}),
            ("GE", {"M": {}}),
            ("BEGINS_WITH", N(1)),
            ("CONTAINS", {"SS": ["a"]}),
            ("NOT_CONTAINS", {"M": {}}),
            ("IN", {"L": []}),
        ]
    },
    "IN of two types": (
        rule("IN", N(1), S("a")),
        f"{INVALID}AttributeValues inside AttributeValueList must be of same type",
    ),
    "BETWEEN the wrong way round": (
        rule("BETWEEN", N(2), N(1)),
        saying("the lower bound is greater than the upper bound"),
    ),
    "unknown operator": (
        rule("LIKE", S("a")),
        saying("Member must satisfy enum value set: [IN, NULL, BETWEEN"),
    ),
}
FILTERED = {
    "Expected": ("DeleteItem", {"Key": {"pk": S("a")}}),
    "ScanFilter": ("Scan", {}),
    "QueryFilter": ("Query", {"KeyConditions": {"pk": rule("EQ", S("a"))}}),
}


@pytest.mark.parametrize("parameter", FILTERED)
@pytest.mark.parametrize(("condition", "message"), cases(WRONG_RULES))
def test_rule_refused(dynamodb, names, parameter, condition, message):
    operation, request = FILTERED[parameter]
    request = {"TableName": names["hash"], parameter: {"a": condition}} | request
    assert_refused(dynamodb, operation, request, "ValidationException", message)


# operation, request, message
MIXED = {
    "Expected and a condition": (
        "PutItem",
        {
            "Item": {"pk": S("a")},
            "Expected": {"a": rule("NULL")},
            "ConditionExpression": "attribute_exists(a)",
        },
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
    ),
    "filter and a filter expression": (
        "Scan",
        {"ScanFilter": {"a": rule("NULL")}, "FilterExpression": "attribute_exists(a)"},
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {ScanFilter} Expression parameters: {FilterExpression}",
    ),
    "operator with an expression": (
        "DeleteItem",
        {"Key": {"pk": S("a")}, "ConditionalOperator": "OR", "ConditionExpression": "attribute_exists(a)"},
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {ConditionalOperator} Expression parameters: {ConditionExpression}",
    ),
    "operator without conditions": (
        "DeleteItem",
        {"Key": {"pk": S("a")}, "ConditionalOperator": "OR"},
        f"{INVALID}ConditionalOperator cannot be used without Filter or Expected",
    ),
    "operator with one condition": (
        "DeleteItem",
        {"Key": {"pk": S("a")}, "ConditionalOperator": "OR", "Expected": {"a": rule("NULL")}},
        f"{INVALID}ConditionalOperator can only be used when Filter or Expected has two or more elements",
    ),
    "unknown operator between conditions": (
        "DeleteItem",
        {"Key": {"pk": S("a")}, "ConditionalOperator": "XOR"},
        saying("Member must satisfy enum value set: ["),
    ),
    "names without an expression": (
        "DeleteItem",
        {"Key": {"pk": S("a")}, "Expected": {"a": rule("NULL")}, "ExpressionAttributeNames": {"#a": "a"}},
        saying("ExpressionAttributeNames"),
    ),
    "key in a query filter": (
        "Query",
        {"KeyConditions": {"pk": rule("EQ", S("a"))}, "QueryFilter": {"pk": rule("EQ", S("a"))}},
        saying("pk"),
    ),
}


@pytest.mark.parametrize(("operation", "request_", "message"), cases(MIXED))
def test_mixed(dynamodb, names, operation, request_, message):
    request = fill({"TableName": "<hash>"} | request_, names)
    assert_refused(dynamodb, operation, request, "ValidationException", message)
