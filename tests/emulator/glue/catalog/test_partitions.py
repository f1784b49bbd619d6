"""Partitions. https://docs.aws.amazon.com/glue/latest/webapi/API_Partition.html"""

from collections.abc import Callable
from typing import Any

import pytest
from localstack_lab.glue.catalog import Catalog

Refused = Callable[..., tuple[str, str]]
Add = Callable[..., None]
AT = {"DatabaseName": "sales", "TableName": "orders"}


def _values(answer: dict[str, Any]) -> list[list[str]]:
    return [partition["Values"] for partition in answer["Partitions"]]


def test_a_partition_has_what_glue_adds(sales: Catalog, account: str) -> None:
    given = {
        "Values": ["2026", "Oslo"],
        "StorageDescriptor": {"Location": "s3://sales/x/"},
        "Parameters": {"a": "b"},
    }
    sales.create_partition(DatabaseName="SALES", TableName="Orders", PartitionInput=given)
    partition = sales.get_partition(**AT, PartitionValues=["2026", "Oslo"])["Partition"]
    assert partition.pop("CreationTime") is not None
    assert partition == {
        "Values": ["2026", "Oslo"],
        "DatabaseName": "sales",
        "TableName": "orders",
        "StorageDescriptor": {
            "Location": "s3://sales/x/",
            "Compressed": False,
            "NumberOfBuckets": 0,
            "SortColumns": [],
            "StoredAsSubDirectories": False,
        },
        "Parameters": {"a": "b"},
        "CatalogId": account,
    }


def test_errors_are_those_of_aws(sales: Catalog, refused: Refused, add: Add) -> None:
    add(("2026", "Oslo"))
    taken = refused(sales.create_partition, **AT, PartitionInput={"Values": ["2026", "Oslo"]})
    assert taken == ("AlreadyExistsException", "Partition already exists.")
    missing = ("EntityNotFoundException", "Cannot find partition.")
    assert refused(sales.get_partition, **AT, PartitionValues=["2026", "Rome"]) == missing
    assert refused(sales.delete_partition, **AT, PartitionValues=["2026", "Rome"]) == missing
    short = refused(sales.create_partition, **AT, PartitionInput={"Values": ["2026"]})
    message = "The number of partition keys do not match the number of partition values"
    assert short == ("InvalidInputException", message)


def test_a_batch_creates_what_it_can(sales: Catalog, add: Add) -> None:
    add(("2025", "Oslo"))
    entries = [
        {"Values": values} for values in (["2025", "Oslo"], ["2026"], ["2026", "Oslo"], ["2026", "Oslo"])
    ]
    errors = sales.batch_create_partition(**AT, PartitionInputList=entries)["Errors"]
    assert [(error["PartitionValues"], error["ErrorDetail"]["ErrorCode"]) for error in errors] == [
        (["2025", "Oslo"], "AlreadyExistsException"),
        (["2026"], "InvalidInputException"),
        (["2026", "Oslo"], "AlreadyExistsException"),
    ]
    assert _values(sales.get_partitions(**AT)) == [["2025", "Oslo"], ["2026", "Oslo"]]


def test_a_batch_for_a_table_that_is_not_there_is_refused_whole(sales: Catalog, refused: Refused) -> None:
    request = {"DatabaseName": "sales", "TableName": "none", "PartitionInputList": [{"Values": ["1"]}]}
    assert refused(sales.batch_create_partition, **request)[0] == "EntityNotFoundException"


def test_a_batch_of_more_than_a_hundred_is_refused(sales: Catalog, refused: Refused) -> None:
    entries = [{"Values": [str(number), "Oslo"]} for number in range(101)]
    assert (
        "less than or equal to 100"
        in refused(sales.batch_create_partition, **AT, PartitionInputList=entries)[1]
    )


def test_a_batch_gets_what_is_there(sales: Catalog, add: Add) -> None:
    add(("2025", "Oslo"), ("2026", "Oslo"))
    wanted = [{"Values": ["2026", "Oslo"]}, {"Values": ["2027", "Oslo"]}]
    answer = sales.batch_get_partition(**AT, PartitionsToGet=wanted)
    assert _values(answer) == [["2026", "Oslo"]]
    assert answer["UnprocessedKeys"] == []


def test_an_update_replaces_and_renames(sales: Catalog, refused: Refused, add: Add) -> None:
    add(("2025", "Oslo"), ("2026", "Oslo"))
    created = sales.get_partition(**AT, PartitionValues=["2025", "Oslo"])["Partition"]["CreationTime"]
    change = {"Values": ["2024", "Rome"], "Parameters": {"rows": "3"}}
    sales.update_partition(**AT, PartitionValueList=["2025", "Oslo"], PartitionInput=change)
    moved = sales.get_partition(**AT, PartitionValues=["2024", "Rome"])["Partition"]
    assert (moved["CreationTime"], moved["Parameters"]) == (created, {"rows": "3"})
    assert "StorageDescriptor" not in moved
    onto = {"Values": ["2026", "Oslo"]}
    taken = refused(sales.update_partition, **AT, PartitionValueList=["2024", "Rome"], PartitionInput=onto)
    assert taken == ("AlreadyExistsException", "Partition already exists.")
    assert _values(sales.get_partitions(**AT)) == [["2024", "Rome"], ["2026", "Oslo"]]


def test_batches_update_and_delete_and_report_each_failure(sales: Catalog, add: Add) -> None:
    add(("2025", "Oslo"), ("2026", "Oslo"))
    entries = [
        {
            "PartitionValueList": [year, "Oslo"],
            "PartitionInput": {"Values": [year, "Oslo"], "Parameters": {"n": "1"}},
        }
        for year in ("2025", "2027")
    ]
    detail = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Partition not found."}
    assert sales.batch_update_partition(**AT, Entries=entries) == {
        "Errors": [{"PartitionValueList": ["2027", "Oslo"], "ErrorDetail": detail}]
    }
    gone = [{"Values": [year, "Oslo"]} for year in ("2026", "2027")]
    assert sales.batch_delete_partition(**AT, PartitionsToDelete=gone) == {
        "Errors": [{"PartitionValues": ["2027", "Oslo"], "ErrorDetail": detail}]
    }
    assert [found["Parameters"] for found in sales.get_partitions(**AT)["Partitions"]] == [{"n": "1"}]


def test_pages_and_segments_hold_each_partition_once(sales: Catalog, add: Add) -> None:
    everything = [(str(year), city) for year in range(2000, 2030) for city in ("Oslo", "Rome")]
    add(*everything)
    found: list[list[str]] = []
    for number in range(3):
        token: str | None = None
        while True:
            segment = {"SegmentNumber": number, "TotalSegments": 3}
            answer = sales.get_partitions(**AT, Segment=segment, MaxResults=7, NextToken=token)
            assert len(answer["Partitions"]) <= 7
            found += _values(answer)
            if not (token := answer.get("NextToken")):
                break
    assert sorted(map(tuple, found)) == everything
    assert len(_values(sales.get_partitions(**AT))) == 60


def test_a_segment_must_be_one_of_the_total(sales: Catalog, refused: Refused) -> None:
    segment = {"SegmentNumber": 3, "TotalSegments": 3}
    assert refused(sales.get_partitions, **AT, Segment=segment)[0] == "InvalidInputException"


def test_columns_can_be_left_out(sales: Catalog, add: Add) -> None:
    add(("2026", "Oslo"))
    full, short = (
        sales.get_partitions(**AT, ExcludeColumnSchema=given)["Partitions"][0]["StorageDescriptor"]
        for given in (False, True)
    )
    assert "Columns" in full
    assert "Columns" not in short


@pytest.mark.parametrize("member", ["TransactionId", "QueryAsOfTime"])
def test_reading_in_a_transaction_is_refused(sales: Catalog, refused: Refused, member: str) -> None:
    code, message = refused(sales.get_partitions, **AT, **{member: "2026-01-01T00:00:00Z"})
    assert code == "NotImplementedException"
    assert member in message


def test_columns_like_the_tables_are_kept_once_and_answered_apart(sales: Catalog, add: Add) -> None:
    columns = sales.get_table(DatabaseName="sales", Name="orders")["Table"]["StorageDescriptor"]["Columns"]
    entries = [{"Values": [year, "Oslo"], "StorageDescriptor": {"Columns": columns}} for year in ("1", "2")]
    sales.batch_create_partition(**AT, PartitionInputList=entries)
    table = sales.table("sales", "orders")
    kept = [partition.members["StorageDescriptor"]["Columns"] for partition in table.partitions.values()]
    assert all(found is table.members["StorageDescriptor"]["Columns"] for found in kept)
    first = sales.get_partitions(**AT)["Partitions"][0]
    first["StorageDescriptor"]["Columns"].clear()
    for partition in sales.get_partitions(**AT)["Partitions"]:
        assert partition["StorageDescriptor"]["Columns"] == columns


def test_indexes_are_kept(sales: Catalog, refused: Refused) -> None:
    index = {"IndexName": "By_Year", "Keys": ["year"]}
    sales.create_partition_index(**AT, PartitionIndex=index)
    expected = {
        "IndexName": "by_year",
        "Keys": [{"Name": "year", "Type": "int"}],
        "IndexStatus": "ACTIVE",
    }
    assert sales.get_partition_indexes(**AT) == {"PartitionIndexDescriptorList": [expected]}
    assert refused(sales.create_partition_index, **AT, PartitionIndex=index)[0] == "AlreadyExistsException"
    unknown = {"IndexName": "by_id", "Keys": ["id"]}
    assert refused(sales.create_partition_index, **AT, PartitionIndex=unknown)[0] == "InvalidInputException"
    sales.delete_partition_index(**AT, IndexName="by_year")
    assert sales.get_partition_indexes(**AT) == {"PartitionIndexDescriptorList": []}
    assert refused(sales.delete_partition_index, **AT, IndexName="by_year")[0] == "EntityNotFoundException"


def test_a_table_has_at_most_three_indexes(glue: Catalog, refused: Refused) -> None:
    glue.create_database(DatabaseInput={"Name": "db"})
    table = {"Name": "t", "PartitionKeys": [{"Name": "a", "Type": "int"}]}
    indexes = [{"IndexName": name, "Keys": ["a"]} for name in "xyz"]
    glue.create_table(DatabaseName="db", TableInput=table, PartitionIndexes=indexes)
    more = {"IndexName": "w", "Keys": ["a"]}
    code, _ = refused(glue.create_partition_index, DatabaseName="db", TableName="t", PartitionIndex=more)
    assert code == "ResourceNumberLimitExceededException"
