"""ADD, DROP and RENAME PARTITION, MSCK REPAIR TABLE, SHOW PARTITIONS."""

from typing import Any

import pytest
from localstack_lab.athena.engine.contract import QueryFailed


@pytest.fixture(autouse=True)
def table(lab: Any) -> None:
    lab.outcome(
        "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (y int, m string) STORED AS PARQUET LOCATION 's3://b/t/'"
    )


def _locations(lab: Any) -> list[str]:
    found = lab.catalog.get_partitions(DatabaseName="shop", TableName="t")["Partitions"]
    return sorted(partition["StorageDescriptor"]["Location"] for partition in found)


def test_partitions_are_registered_where_they_lie(lab: Any) -> None:
    lab.outcome(
        "ALTER TABLE t ADD PARTITION (y = 2024, m = '01') LOCATION 's3://other/jan/' "
        "PARTITION (m = 'a b/c', y = 2024)"
    )
    assert lab.values("t") == [["2024", "01"], ["2024", "a b/c"]]
    assert _locations(lab) == ["s3://b/t/y=2024/m=a b%2Fc", "s3://other/jan/"]
    assert lab.rows("SHOW PARTITIONS t") == ["y=2024/m=01", "y=2024/m=a b%2Fc"]
    found = lab.catalog.get_partitions(DatabaseName="shop", TableName="t")["Partitions"][0]
    assert found["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")


def test_many_partitions_are_registered_at_once(lab: Any) -> None:
    specs = " ".join(f"PARTITION (y = {year}, m = 'x')" for year in range(250))
    lab.outcome(f"ALTER TABLE t ADD {specs}")
    assert len(lab.values("t")) == 250


def test_a_partition_that_is_there_is_refused_and_nothing_else_is_added(lab: Any) -> None:
    lab.outcome("ALTER TABLE t ADD PARTITION (y = 1, m = 'x')")
    two = "PARTITION (y = 1, m = 'x') PARTITION (y = 2, m = 'x')"
    with pytest.raises(QueryFailed, match="Partition already exists"):
        lab.outcome(f"ALTER TABLE t ADD {two}")
    assert lab.values("t") == [["1", "x"]]
    lab.outcome(f"ALTER TABLE t ADD IF NOT EXISTS {two}")
    assert lab.values("t") == [["1", "x"], ["2", "x"]]


@pytest.mark.parametrize(
    ("spec", "left"),
    [
        ("PARTITION (y = 1, m = 'x')", [["2", "x"], ["10", "x"]]),
        ("PARTITION (y >= 2)", [["1", "x"]]),
        ("PARTITION (y = 1), PARTITION (y = 2)", [["10", "x"]]),
        ("PARTITION (y > 1, y < 10)", [["1", "x"], ["10", "x"]]),
        ("PARTITION (m <> 'y')", []),
    ],
)
def test_partitions_are_dropped_by_comparison_of_their_type(
    lab: Any, spec: str, left: list[list[str]]
) -> None:
    lab.outcome("ALTER TABLE t ADD " + " ".join(f"PARTITION (y = {y}, m = 'x')" for y in (1, 2, 10)))
    lab.outcome(f"ALTER TABLE t DROP {spec}")
    assert sorted(lab.values("t"), key=lambda values: int(values[0])) == left


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ALTER TABLE t DROP PARTITION (y = 7)", r"\[Error 10006\]: Partition not found \(y=7\)"),
        ("ALTER TABLE t DROP PARTITION (z = 7)", "Unknown partition column z"),
        ("ALTER TABLE t ADD PARTITION (y = 7)", "does not fit the keys"),
        ("ALTER TABLE t ADD PARTITION (y = 'seven', m = 'x')", "'seven' is no int"),
        ("ALTER TABLE t ADD PARTITION (y = 7, m = '')", "Value for key m is null or empty"),
        (
            "ALTER TABLE t PARTITION (y = 7, m = 'x') RENAME TO PARTITION (y = 8, m = 'x')",
            "Partition not found",
        ),
        ("ALTER TABLE t PARTITION (y = 7, m = 'x') SET LOCATION 's3://b/z/'", "Partition not found"),
    ],
)
def test_what_does_not_fit_the_keys_is_refused(lab: Any, text: str, reason: str) -> None:
    with pytest.raises(QueryFailed, match=reason):
        lab.outcome(text)
    lab.outcome("ALTER TABLE t DROP IF EXISTS PARTITION (y = 7)")


def test_a_partition_gets_other_values_and_another_place(lab: Any) -> None:
    lab.outcome("ALTER TABLE t ADD PARTITION (y = 1, m = 'x')")
    lab.outcome("ALTER TABLE t PARTITION (y = 1, m = 'x') RENAME TO PARTITION (y = 2, m = 'z')")
    assert (lab.values("t"), _locations(lab)) == ([["2", "z"]], ["s3://b/t/y=1/m=x"])
    lab.outcome("ALTER TABLE t PARTITION (y = 2, m = 'z') SET LOCATION 's3://b/moved/'")
    assert _locations(lab) == ["s3://b/moved/"]


def test_a_table_without_keys_has_no_partitions(lab: Any) -> None:
    lab.outcome("CREATE EXTERNAL TABLE plain (a int) LOCATION 's3://b/plain/'")
    for text in ("SHOW PARTITIONS plain", "ALTER TABLE plain ADD PARTITION (a = 1)"):
        with pytest.raises(
            QueryFailed, match=r"\[Error 10241\]: Table shop.plain is not a partitioned table"
        ):
            lab.outcome(text)


def test_repair_registers_the_folders_that_are_named_as_hive_names_them(lab: Any) -> None:
    for key in (
        "y=2023/m=01/a.parquet",
        "y=2023/m=01/b.parquet",
        "y=2023/m=a%2Fb/deeper/c.parquet",
        "y=2024/m=02/",
        "2024/03/d.parquet",
        "Y=2025/m=01/e.parquet",
        "y=2026/f.parquet",
        "m=01/y=2027/g.parquet",
        "_tmp/y=1/m=1/h.parquet",
        "y=2028/.hidden/i.parquet",
        "y=2029/m=/j.parquet",
    ):
        lab.objects.bodies[f"s3://b/t/{key}"] = b"x"
    rows = lab.rows("MSCK REPAIR TABLE t")
    assert lab.values("t") == [["2023", "01"], ["2023", "a/b"], ["2024", "02"]]
    assert _locations(lab) == ["s3://b/t/y=2023/m=01", "s3://b/t/y=2023/m=a%2Fb", "s3://b/t/y=2024/m=02"]
    assert rows == [
        "Partitions not in metastore:\tt:y=2023/m=01\tt:y=2023/m=a%2Fb\tt:y=2024/m=02",
        "Repair: Added partition to metastore t:y=2023/m=01",
        "Repair: Added partition to metastore t:y=2023/m=a%2Fb",
        "Repair: Added partition to metastore t:y=2024/m=02",
    ]
    assert lab.rows("MSCK REPAIR TABLE t") == []


def test_repair_tells_of_folders_that_are_gone_and_keeps_their_partitions(lab: Any) -> None:
    lab.outcome("ALTER TABLE t ADD PARTITION (y = 1, m = 'x')")
    assert lab.rows("MSCK REPAIR TABLE t") == ["Tables missing on filesystem:\tt"]
    lab.objects.bodies["s3://b/t/other"] = b"x"
    assert lab.rows("MSCK REPAIR TABLE `shop`.`t`;") == ["Partitions missing from filesystem:\tt:y=1/m=x"]
    assert lab.values("t") == [["1", "x"]]
