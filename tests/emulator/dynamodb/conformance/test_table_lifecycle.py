"""DescribeTable, ListTables, DeleteTable, tags, limits and endpoints."""

import pytest

from tests.emulator.dynamodb.asking import S, assert_refused, cases, saying
from tests.emulator.dynamodb.conftest import ACCOUNT, ENDPOINT, REGION, table_request, unique
from tests.emulator.dynamodb.messages import constraint


def test_counts_and_sizes_follow_the_items(dynamodb, make_table):
    name = make_table(gsis={"by_a": ("a:S", "KEYS_ONLY")})
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "a": S("x"), "text": S("abc")})
    dynamodb.put_item(TableName=name, Item={"pk": S("2")})
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert (table["ItemCount"], table["TableSizeBytes"]) == (2, 15)
    (index,) = table["GlobalSecondaryIndexes"]
    assert (index["ItemCount"], index["IndexSizeBytes"]) == (1, 5)


def test_the_table_id_stays(dynamodb):
    created = dynamodb.create_table(**table_request())["TableDescription"]
    name = created["TableName"]
    assert dynamodb.describe_table(TableName=name)["Table"]["TableId"] == created["TableId"]
    dynamodb.delete_table(TableName=name)
    again = dynamodb.create_table(**table_request(TableName=name))["TableDescription"]
    assert again["TableId"] != created["TableId"]
    dynamodb.delete_table(TableName=name)


def test_a_table_is_found_by_its_arn(dynamodb, make_table):
    name = make_table()
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"
    assert dynamodb.describe_table(TableName=arn)["Table"]["TableName"] == name


def test_an_arn_of_another_region_is_refused(dynamodb, make_table):
    arn = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/{make_table()}"
    message = f"Invalid AWS region in '{arn}'"
    assert_refused(dynamodb, "DescribeTable", {"TableName": arn}, "ValidationException", message)


def test_deleting_answers_a_short_description(dynamodb):
    request = table_request(gsis={"by_a": "a:S"})
    dynamodb.create_table(**request)
    answer = dynamodb.delete_table(TableName=request["TableName"])["TableDescription"]
    assert answer["TableStatus"] == "DELETING"
    assert not {"KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"} & answer.keys()
    message = f"Requested resource not found: Table: {request['TableName']} not found"
    for operation in ("DescribeTable", "DeleteTable"):
        assert_refused(
            dynamodb, operation, {"TableName": request["TableName"]}, "ResourceNotFoundException", message
        )


def test_a_table_made_again_is_empty(dynamodb):
    request = table_request(gsis={"by_a": "a:S"})
    name = request["TableName"]
    dynamodb.create_table(**request)
    dynamodb.put_item(TableName=name, Item={"pk": S("1"), "a": S("x")})
    dynamodb.delete_table(TableName=name)
    dynamodb.create_table(**request)
    assert dynamodb.scan(TableName=name)["Items"] == []
    assert dynamodb.scan(TableName=name, IndexName="by_a")["Items"] == []
    dynamodb.delete_table(TableName=name)


def test_a_protected_table_stays(dynamodb, make_table):
    name = make_table(DeletionProtectionEnabled=True)
    message = (
        "Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first."
    )
    assert_refused(dynamodb, "DeleteTable", {"TableName": name}, "ValidationException", message)
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)


@pytest.fixture(scope="module")
def listed(make_module_table) -> list[str]:
    """Names of five tables, in order, that share a prefix."""
    prefix = unique("list")
    return [make_module_table(TableName=f"{prefix}_{letter}") for letter in "abcde"]


def test_tables_are_listed_in_order(dynamodb, listed):
    names = dynamodb.list_tables(ExclusiveStartTableName=listed[0][:-1])["TableNames"]
    assert names == sorted(names)
    assert [name for name in names if name in listed] == listed


def test_tables_are_listed_page_by_page(dynamodb, listed):
    page = dynamodb.list_tables(ExclusiveStartTableName=listed[0], Limit=2)
    assert page["TableNames"] == listed[1:3]
    assert page["LastEvaluatedTableName"] == listed[2]
    page = dynamodb.list_tables(ExclusiveStartTableName=page["LastEvaluatedTableName"], Limit=2)
    assert page["TableNames"] == listed[3:5]


def test_the_last_page_says_nothing_of_a_next_one(dynamodb):
    assert "LastEvaluatedTableName" not in dynamodb.list_tables(ExclusiveStartTableName="zzzzzz", Limit=1)


@pytest.mark.parametrize(
    ("request_", "message"),
    cases(
        {
            "limit of 0": (
                {"Limit": 0},
                constraint("0", "limit", "Member must have value greater than or equal to 1"),
            ),
            "limit of 101": (
                {"Limit": 101},
                constraint("101", "limit", "Member must have value less than or equal to 100"),
            ),
            "short start": (
                {"ExclusiveStartTableName": "a"},
                constraint(
                    "a", "exclusiveStartTableName", "Member must have length greater than or equal to 3"
                ),
            ),
        }
    ),
)
def test_list_tables_refuses(dynamodb, request_, message):
    assert_refused(dynamodb, "ListTables", request_, "ValidationException", message)


@pytest.fixture
def arn(make_table) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{make_table()}"


def tags_of(dynamodb, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}


def test_tags_are_added_changed_and_removed(dynamodb, arn):
    assert tags_of(dynamodb, arn) == {}
    dynamodb.tag_resource(
        ResourceArn=arn, Tags=[{"Key": "env", "Value": "test"}, {"Key": "team", "Value": "a"}]
    )
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "env", "Value": "live"}])
    assert tags_of(dynamodb, arn) == {"env": "live", "team": "a"}
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["team", "never"])
    assert tags_of(dynamodb, arn) == {"env": "live"}


def tags(*names: str) -> list[dict[str, str]]:
    return [{"Key": name, "Value": "v"} for name in names]


TAG_FAULTS = {
    "no tags": ({"Tags": []}, "Atleast one Tag needs to be provided as Input."),
    "empty key": ({"Tags": tags("")}, "The Tag Key provided is invalid, Key: "),
    "long key": ({"Tags": tags("x" * 129)}, f"The Tag Key provided is invalid, Key: {'x' * 129}"),
    "no value": ({"Tags": [{"Key": "x"}]}, "The Tag Value provided is invalid, Value: null"),
    "AWS's prefix": ({"Tags": tags("aws:x")}, "Tag Key cannot be prefixed with aws:, Key: aws:x"),
    "a key twice": (
        {"Tags": tags("x", "x")},
        "Duplicate Tag Keys provided as input: Duplicate Tag Key found x",
    ),
    "51 tags": (
        {"Tags": tags(*(f"t{k}" for k in range(51)))},
        "Number of Tags exceed the current limit for the provided ResourceArn",
    ),
}


@pytest.mark.parametrize(("members", "message"), cases(TAG_FAULTS))
def test_tag_resource_refuses(dynamodb, arn, members, message):
    assert_refused(dynamodb, "TagResource", {"ResourceArn": arn, **members}, "ValidationException", message)
    assert tags_of(dynamodb, arn) == {}


def test_untag_resource_needs_a_key(dynamodb, arn):
    message = "Atleast one Tag Key needs to be provided as Input."
    assert_refused(
        dynamodb, "UntagResource", {"ResourceArn": arn, "TagKeys": []}, "ValidationException", message
    )


@pytest.mark.parametrize(
    ("operation", "members"),
    [("TagResource", {"Tags": tags("x")}), ("UntagResource", {"TagKeys": ["x"]}), ("ListTagsOfResource", {})],
)
def test_wrong_arns_are_told_apart(dynamodb, operation, members):
    def refuse(arn: str | None, code: str, message) -> None:
        request = members | ({} if arn is None else {"ResourceArn": arn})
        assert_refused(dynamodb, operation, request, code, message)

    place = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/"
    invalid = "Invalid TableArn: Invalid ResourceArn provided as input "
    if not ENDPOINT:  # LocalStack's own request parser wants the ARN before the service sees the request
        refuse(None, "ValidationException", "Invalid TableArn")
    refuse("not-a-valid-arn", "ValidationException", invalid + "not-a-valid-arn")
    refuse(place + "ab", "ValidationException", f"{invalid}{place}ab")
    missing = place + unique("absent")
    not_found = f"Requested resource not found: ResourcArn: {missing} not found"
    refuse(missing, "ResourceNotFoundException", not_found)
    foreign = missing.replace(ACCOUNT, "111122223333")
    denied = saying(f"is not authorized to perform: dynamodb:{operation} on resource: {foreign}")
    refuse(foreign, "AccessDeniedException", denied)


def test_limits_are_those_of_a_new_account(dynamodb):
    answer = dynamodb.describe_limits()
    assert answer["AccountMaxReadCapacityUnits"] == answer["AccountMaxWriteCapacityUnits"] == 80_000
    assert answer["TableMaxReadCapacityUnits"] == answer["TableMaxWriteCapacityUnits"] == 40_000


def test_endpoints_never_lead_to_aws(dynamodb):
    (endpoint,) = dynamodb.describe_endpoints()["Endpoints"]
    assert "amazonaws" not in endpoint["Address"]
    assert endpoint["CachePeriodInMinutes"] > 0


def test_there_are_no_global_tables(dynamodb):
    assert dynamodb.list_global_tables()["GlobalTables"] == []
    request = {"GlobalTableName": "abc", "ReplicationGroup": [{"RegionName": "us-east-1"}]}
    assert_refused(
        dynamodb, "CreateGlobalTable", request, "ValidationException", saying("2017.11.29 is not supported")
    )
    assert_refused(
        dynamodb, "DescribeGlobalTable", {"GlobalTableName": "abc"}, "GlobalTableNotFoundException"
    )


@pytest.mark.parametrize(
    ("operation", "request_"),
    cases(
        {
            "export": (
                "ExportTableToPointInTime",
                {"TableArn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/abc", "S3Bucket": "bucket"},
            ),
            "replica scaling": ("DescribeTableReplicaAutoScaling", {"TableName": "abc"}),
        }
    ),
)
def test_what_is_missing_is_refused_by_name(dynamodb, operation, request_):
    assert_refused(dynamodb, operation, request_, "UnknownOperationException", saying(operation))
