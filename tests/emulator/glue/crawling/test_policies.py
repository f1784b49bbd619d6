"""A crawl over what an earlier one left: the policies of schema change, deletion and recrawling.

https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
"""

from tests.emulator.glue.crawling.support import BUCKET, DATABASE, Lab, columns, keys, lab_with, put

PATH = f"s3://{BUCKET}/t/"
INHERIT = '{"Version": 1.0, "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}'


def test_a_changed_schema_replaces_the_table() -> None:
    lab = lab_with(f={"a": 1, "b": 2})
    lab.crawl(PATH)
    put(lab, "t/f", {"a": "x", "c": 1.5})
    result = lab.crawl(PATH)
    assert result.changes == {"TABLE": {"UPDATE": ["t"]}}
    assert columns(lab.tables()["t"]) == {"a": "string", "c": "double"}
    assert lab.tables()["t"]["VersionId"] == "1"


def test_with_log_the_table_stays_and_the_log_tells() -> None:
    lab = lab_with(d__f={"a": 1})
    lab.crawl(PATH)
    put(lab, "t/d/f", {"a": 1, "c": 1.5})
    put(lab, "t/e/f", {"a": 1, "c": 1.5})
    result = lab.crawl(PATH, update="LOG")
    assert result.changes == {"PARTITION": {"ADD": ["t['e']"]}}
    assert columns(lab.tables()["t"]) == {"a": "int"}
    assert any("Schema of table t has changed" in line for line in lab.lines)


def test_what_a_user_described_goes_with_an_update() -> None:
    lab = lab_with(f={"a": 1})
    lab.crawl(PATH)
    table = lab.tables()["t"]
    given = {
        name: table[name]
        for name in ("Name", "StorageDescriptor", "TableType", "Parameters", "PartitionKeys")
    }
    lab.catalog.update_table(
        DatabaseName=DATABASE,
        TableInput=given | {"Description": "orders", "Parameters": table["Parameters"] | {"owner": "me"}},
    )
    put(lab, "t/f", {"a": 1, "b": 1})
    lab.crawl(PATH)
    assert "owner" not in lab.tables()["t"]["Parameters"]


def test_partitions_have_their_own_schema() -> None:
    lab = lab_with(d__f={"a": 1}, e__f={"a": 1.5, "b": "x"})
    lab.crawl(PATH)
    parts = lab.partitions("t")
    assert columns(parts[("d",)]) == {"a": "int"}
    assert columns(parts[("e",)]) == {"a": "double", "b": "string"}
    assert columns(lab.tables()["t"]) == {"a": "double", "b": "string"}
    assert parts[("d",)]["StorageDescriptor"]["Location"] == f"{PATH}d/"
    assert parts[("d",)]["Parameters"]["recordCount"] == "1"


def test_or_the_tables_when_they_inherit() -> None:
    lab = lab_with(d__f={"a": 1}, e__f={"a": 1.5, "b": "x"})
    lab.crawl(PATH)
    result = lab.crawl(PATH, config=INHERIT)
    assert result.changes == {"PARTITION": {"UPDATE": ["t['d']"]}}
    assert columns(lab.partitions("t")[("d",)]) == columns(lab.tables()["t"])
    assert lab.crawl(PATH, config=INHERIT).changes == {}


def test_a_table_without_data_is_marked_once() -> None:
    lab = lab_with(x__f={"a": 1}, y__f={"q": "x"})
    lab.crawl(PATH)
    del lab.bucket.objects["t/y/f"]
    put(lab, "t/x/f", {"a": 1})
    result = lab.crawl(PATH)
    table = lab.tables()["y"]
    marked = table["Parameters"]["DEPRECATED_BY_CRAWLER"]
    assert table["StorageDescriptor"]["Parameters"]["DEPRECATED_BY_CRAWLER"] == marked
    assert table["LastAccessTime"] == table["UpdateTime"]
    assert "y" in result.changes["TABLE"]["UPDATE"]
    assert (
        "INFO : Table y is marked deprecated because a matching schema was not found at the table's location."
        in (lab.lines)
    )
    assert "y" not in str(lab.crawl(PATH).changes)


def test_a_table_without_data_is_deleted_or_left() -> None:
    for delete, left in (("DELETE_FROM_DATABASE", set[str]()), ("LOG", {"t"})):
        lab = lab_with(f={"a": 1})
        lab.crawl(PATH)
        lab.bucket.objects.clear()
        lab.crawl(PATH, delete=delete)
        assert set(lab.tables()) == left, delete


def test_partitions_without_data_go_only_when_they_are_to() -> None:
    lab = lab_with(d__f={"a": 1}, e__f={"a": 1})
    lab.crawl(PATH)
    del lab.bucket.objects["t/d/f"]
    lab.crawl(PATH)
    assert set(lab.partitions("t")) == {("d",), ("e",)}
    assert any("Found partition of table t with partition values [d]" in line for line in lab.lines)
    result = lab.crawl(PATH, delete="DELETE_FROM_DATABASE")
    assert result.changes["PARTITION"] == {"DELETE": ["t['d']"]}
    assert set(lab.partitions("t")) == {("e",)}


def test_partition_keys_that_change_take_their_partitions_along() -> None:
    lab = lab_with(x__f={"a": 1})
    lab.crawl(PATH)
    lab.bucket.objects = {"t/2024/05/f": b'{"a": 1}'}
    lab.crawl(PATH)
    assert keys(lab.tables()["t"]) == ["partition_0", "partition_1"]
    assert set(lab.partitions("t")) == {("2024", "05")}


def test_only_new_folders() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html"""
    lab = lab_with(**{f"month=Jan__day={day}__f": {"a": 1} for day in (1, 2)})
    first = lab.crawl(PATH, update="LOG", delete="LOG")
    assert first.folders == {f"s3://{BUCKET}/t/month=Jan/day={day}/" for day in (1, 2)}
    put(lab, "t/month=Jan/day=1/g", {"a": 1, "b": 1})
    put(lab, "t/month=Mar/day=1/f", {"a": 1})
    put(lab, "t/month=Mar/day=2/f", {"other": 1})
    lab.bucket.reads = 0
    again = lab.crawl(PATH, update="LOG", delete="LOG", known_folders=frozenset(first.folders))
    assert again.changes == {"PARTITION": {"ADD": ["t['Mar', '1']"]}}
    assert lab.bucket.reads == 2
    assert any("t/month=Mar/day=2/f does not fit table t" in line for line in lab.lines)
    assert columns(lab.tables()["t"]) == {"a": "int"}


def test_a_new_folder_with_another_delimiter_does_not_fit() -> None:
    lab = Lab({"t/d=1/f": "1,x\n2,y\n"})
    first = lab.crawl(PATH, update="LOG", delete="LOG")
    lab.bucket.objects |= {"t/d=2/f": b"1,x\n2,y\n", "t/d=3/f": b"a;b;c\nd;e;f\n"}
    again = lab.crawl(PATH, update="LOG", delete="LOG", known_folders=frozenset(first.folders))
    assert again.changes == {"PARTITION": {"ADD": ["t['2']"]}}
    assert any("t/d=3/f does not fit table t" in line for line in lab.lines)


def test_new_folders_beside_a_table_make_another() -> None:
    lab = Lab({"t/x/f": '{"a": 1}', "t/y/f": "p,q\n1,2\n"})
    first = lab.crawl(PATH, update="LOG", delete="LOG")
    lab.bucket.objects["t/z/f"] = b'{"new": 1}'
    again = lab.crawl(PATH, update="LOG", delete="LOG", known_folders=frozenset(first.folders))
    assert again.changes == {"TABLE": {"ADD": ["z"]}}


def test_partitioned_tables_have_an_index() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-configure-partition-index.html"""
    lab = lab_with(d__f={"a": 1})
    lab.crawl(PATH)
    (index,) = lab.catalog.get_partition_indexes(DatabaseName=DATABASE, TableName="t")[
        "PartitionIndexDescriptorList"
    ]
    assert [key["Name"] for key in index["Keys"]] == ["partition_0"]
    assert lab.tables()["t"]["Parameters"]["partition_filtering.enabled"] == "true"


def test_unless_it_is_not_wanted() -> None:
    lab = lab_with(d__f={"a": 1})
    lab.crawl(PATH, config='{"Version": 1.0, "CreatePartitionIndex": false}')
    found = lab.catalog.get_partition_indexes(DatabaseName=DATABASE, TableName="t")
    assert found["PartitionIndexDescriptorList"] == []
    assert "partition_filtering.enabled" not in lab.tables()["t"]["Parameters"]


def test_one_odd_file_does_not_divide_what_is_combined() -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html: compatible data is combined"""
    lab = lab_with(**{f"d={n}__f": {f"c{n}": 1} for n in range(4)})
    lab.bucket.objects["t/d=9/f.csv"] = b"x,y\n1,2\n"
    lab.crawl(
        PATH, config='{"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}'
    )
    assert set(lab.tables()) == {"t", "d_9"}
    assert set(lab.partitions("t")) == {(str(n),) for n in range(4)}
    assert any('Configuration {"Version":1.0,"Grouping"' in line for line in lab.lines)


def test_a_heading_that_is_there_twice_stays_twice() -> None:
    """A column less would move the values behind it; Athena refuses the table, as it does on AWS."""
    lab = Lab({f"t/d={n}/f.csv": f"a,a,b\n1,2,{value}\n" for n, value in enumerate(("1", "x"))})
    lab.crawl(PATH)
    found = lab.tables()["t"]["StorageDescriptor"]["Columns"]
    assert [(column["Name"], column["Type"]) for column in found] == [
        ("a", "bigint"),
        ("a", "bigint"),
        ("b", "string"),
    ]


def test_comments_are_noted() -> None:
    """Tables that AWS's crawlers made of logs of CloudFront and of lines like ``#NAME?`` have it."""
    lab = Lab({"t/d=1/f": "#Version: 1.0\n1\tx\n2\ty\n", "t/d=2/f": "3\tx\n4\ty\n"})
    lab.crawl(PATH)
    table = lab.tables()["t"]
    assert table["Parameters"]["commentCharacter"] == "#"
    assert table["Parameters"]["recordCount"] == "4"
    assert "commentCharacter" not in lab.partitions("t")[("2",)]["Parameters"]
