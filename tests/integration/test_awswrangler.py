"""awswrangler against the lab: its Athena, its catalog, its data sets in S3."""

from collections.abc import Callable, Iterator
from typing import Any

import awswrangler as wr
import boto3
import pandas as pd
import pytest
from awswrangler.exceptions import QueryFailed

# awswrangler 3.17 uses what pandas 3 will drop in its next version.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

FRAME = pd.DataFrame(
    {
        "id": pd.array([1, 2, 3, 4], dtype="Int64"),
        "product": pd.array(["lamp", None, 'chair, "blue"', ""], dtype="string"),
        "price": [20.5, 7.25, 80.0, 1.0],
        "at": pd.to_datetime(
            ["2026-11-01 10:00", "2026-11-01 11:30", "2026-11-02 00:00", "2026-11-03 09:15"]
        ),
        "day": pd.array(["01", "01", "02", "03"], dtype="string"),
    }
)


class Wrangled:
    """A bucket, a database and a session for awswrangler."""

    def __init__(self, aws: Callable[..., Any], unique: Callable[[str], str]) -> None:
        self.bucket, self.database = unique("wrangled"), unique("wrangled").replace("-", "_")
        aws("s3").create_bucket(Bucket=self.bucket)
        self.athena = aws("athena")
        self.session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        )
        self.output = f"s3://{self.bucket}/results/"
        self.location = f"s3://{self.bucket}/orders/"
        self.common = {"database": self.database, "boto3_session": self.session}
        wr.catalog.create_database(self.database, boto3_session=self.session)

    def write(self, frame: pd.DataFrame = FRAME, **options: Any) -> Any:
        """Write a frame as the table ``orders``, partitioned by day."""
        options = {"mode": "overwrite", "partition_cols": ["day"], **options}
        return wr.s3.to_parquet(
            frame, path=self.location, dataset=True, table="orders", **options, **self.common
        )

    def query(self, text: str, **options: Any) -> Any:
        """``read_sql_query`` with an output location."""
        return wr.athena.read_sql_query(text, s3_output=self.output, **options, **self.common)


@pytest.fixture
def wrangled(lab_endpoint: str, aws: Callable[..., Any], unique: Callable[[str], str]) -> Iterator[Wrangled]:
    """awswrangler, with the lab as its AWS."""
    services = ("athena", "glue", "s3", "sts", "kms")
    for service in services:
        setattr(wr.config, f"{service}_endpoint_url", lab_endpoint)
    wr.config.athena_query_wait_polling_delay = 0.02
    yield Wrangled(aws, unique)
    for service in services:
        setattr(wr.config, f"{service}_endpoint_url", None)
    wr.config.reset("athena_query_wait_polling_delay")


def test_a_frame_becomes_a_table_and_comes_back(wrangled: Wrangled) -> None:
    wrangled.write()
    types = wr.catalog.get_table_types(table="orders", **wrangled.common)
    assert types == {
        "id": "bigint",
        "product": "string",
        "price": "double",
        "at": "timestamp",
        "day": "string",
    }
    found = wr.athena.read_sql_table(
        "orders", s3_output=wrangled.output, ctas_approach=False, **wrangled.common
    )
    found = found.sort_values("id").reset_index(drop=True)
    assert found["id"].tolist() == [1, 2, 3, 4]
    products = found["product"].fillna("").tolist()  # awswrangler reads CSV's empty texts as nulls
    assert products == ["lamp", "", 'chair, "blue"', ""]
    assert found["at"].tolist() == FRAME["at"].tolist()
    assert found["day"].tolist() == ["01", "01", "02", "03"]


@pytest.mark.parametrize(
    "approach",
    [
        {"ctas_approach": False},
        {"ctas_approach": True},
        {"ctas_approach": False, "unload_approach": True},
    ],
    ids=["plain", "ctas", "unload"],
)
def test_read_sql_query_by_every_approach(wrangled: Wrangled, approach: dict[str, bool]) -> None:
    wrangled.write()
    text = "SELECT day, count(*) AS orders, sum(price) AS price, max(id) AS last FROM orders GROUP BY day"
    found = wrangled.query(text, **approach).sort_values("day")
    assert found["day"].tolist() == ["01", "02", "03"]
    assert found["orders"].tolist() == [2, 1, 1]
    assert found["price"].tolist() == [27.75, 80.0, 1.0]
    assert found["last"].tolist() == [2, 3, 4]


def test_in_chunks(wrangled: Wrangled) -> None:
    text = "SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n)"
    chunks = list(wrangled.query(text, ctas_approach=False, chunksize=1000))
    assert [len(chunk) for chunk in chunks] == [1000, 1000, 500]
    assert pd.concat(chunks)["n"].tolist() == list(range(1, 2501))


def test_with_parameters(wrangled: Wrangled) -> None:
    wrangled.write()
    named = wrangled.query(
        "SELECT id FROM orders WHERE day = :day AND price < :price ORDER BY id",
        params={"day": "01", "price": 10},
        ctas_approach=False,
    )
    assert named["id"].tolist() == [2]
    marks = wrangled.query(
        "SELECT id FROM orders WHERE product = ? ORDER BY id",
        params=["lamp"],
        paramstyle="qmark",
        ctas_approach=False,
    )
    assert marks["id"].tolist() == [1]


def test_start_wait_and_get(wrangled: Wrangled) -> None:
    wrangled.write()
    query_id = wr.athena.start_query_execution(
        "SELECT count(*) AS n FROM orders", s3_output=wrangled.output, **wrangled.common
    )
    execution = wr.athena.wait_query(query_id, boto3_session=wrangled.session)
    assert execution["Statistics"]["DataScannedInBytes"] >= 0
    assert wr.athena.get_query_results(query_id, boto3_session=wrangled.session)["n"].tolist() == [4]
    with pytest.raises(QueryFailed, match="COLUMN_NOT_FOUND"):
        wrangled.query("SELECT nothing FROM orders", ctas_approach=False)


def test_append_and_overwrite_of_partitions(wrangled: Wrangled) -> None:
    wrangled.write()
    wrangled.write(FRAME[FRAME["id"] == 4].assign(id=pd.array([5], dtype="Int64")), mode="append")
    wrangled.write(
        FRAME[FRAME["id"] == 3].assign(id=pd.array([6], dtype="Int64")), mode="overwrite_partitions"
    )
    found = wrangled.query("SELECT id, day FROM orders ORDER BY id", ctas_approach=False)
    assert found["id"].tolist() == [1, 2, 4, 5, 6]
    partitions = wr.catalog.get_parquet_partitions(table="orders", **wrangled.common)
    assert sorted(values for values in partitions.values()) == [["01"], ["02"], ["03"]]
    assert {location.rsplit("/", 2)[1] for location in partitions} == {"day=01", "day=02", "day=03"}


def test_repair_table_finds_partitions(wrangled: Wrangled) -> None:
    wr.s3.to_parquet(
        FRAME,
        path=wrangled.location,
        dataset=True,
        partition_cols=["day"],
        boto3_session=wrangled.session,
    )
    wr.catalog.create_parquet_table(
        table="orders",
        path=wrangled.location,
        columns_types={"id": "bigint", "product": "string", "price": "double"},
        partitions_types={"day": "string"},
        **wrangled.common,
    )
    assert wrangled.query("SELECT count(*) AS n FROM orders", ctas_approach=False)["n"].tolist() == [0]
    state = wr.athena.repair_table("orders", s3_output=wrangled.output, **wrangled.common)
    assert state == "SUCCEEDED"
    assert wrangled.query("SELECT count(*) AS n FROM orders", ctas_approach=False)["n"].tolist() == [4]


def test_store_parquet_metadata_makes_the_table(wrangled: Wrangled) -> None:
    wr.s3.to_parquet(
        FRAME,
        path=wrangled.location,
        dataset=True,
        partition_cols=["day"],
        boto3_session=wrangled.session,
    )
    types, partitions, values = wr.s3.store_parquet_metadata(
        path=wrangled.location, table="orders", dataset=True, **wrangled.common
    )
    assert types["price"] == "double"
    assert partitions == {"day": "string"}
    assert len(values) == 3
    assert wrangled.query("SELECT max(id) AS n FROM orders", ctas_approach=False)["n"].tolist() == [4]


def test_the_catalog(wrangled: Wrangled) -> None:
    settings = {"description": "orders of the shop", "parameters": {"source": "test"}}
    wrangled.write(glue_table_settings=settings)
    assert wr.catalog.does_table_exist(table="orders", **wrangled.common)
    described = wr.catalog.table(table="orders", **wrangled.common)
    assert described["Column Name"].tolist() == ["id", "product", "price", "at", "day"]
    assert described["Partition"].tolist() == [False, False, False, False, True]
    assert wr.catalog.get_table_location(table="orders", **wrangled.common) == wrangled.location
    assert wr.catalog.get_table_parameters(table="orders", **wrangled.common)["source"] == "test"
    assert (
        wrangled.database
        in wr.catalog.databases(limit=1000, boto3_session=wrangled.session)["Database"].tolist()
    )
    tables = wr.catalog.tables(**wrangled.common)
    assert tables["Table"].tolist() == ["orders"]
    assert wr.catalog.delete_table_if_exists(table="orders", **wrangled.common)
    assert not wr.catalog.does_table_exist(table="orders", **wrangled.common)


def test_unload_writes_what_parquet_readers_read(wrangled: Wrangled) -> None:
    wrangled.write()
    target = f"s3://{wrangled.bucket}/unloaded/"
    wrangled.athena.create_work_group(
        Name=wrangled.database,
        Configuration={"ResultConfiguration": {"OutputLocation": wrangled.output}},
    )
    wr.athena.unload(
        sql="SELECT id, price FROM orders", path=target, workgroup=wrangled.database, **wrangled.common
    )
    found = wr.s3.read_parquet(target, boto3_session=wrangled.session)
    assert sorted(found["id"].tolist()) == [1, 2, 3, 4]


ICED = pd.DataFrame(
    {
        "id": pd.array([1, 2, 3], dtype="Int32"),
        "product": pd.array(["lamp", "desk", "bed"], dtype="string"),
        "at": pd.to_datetime(["2026-11-01 10:00", "2026-11-01 11:30", "2026-11-02 00:00"]),
    }
)


def _iced(wrangled: Wrangled, frame: pd.DataFrame, **options: Any) -> list[list[Any]]:
    """Write a frame to the Iceberg table ``iced``, and read the table."""
    wr.athena.to_iceberg(
        frame.copy(),
        table="iced",
        table_location=f"s3://{wrangled.bucket}/iced/",
        temp_path=f"s3://{wrangled.bucket}/temp/",
        s3_output=wrangled.output,
        keep_files=False,
        **options,
        **wrangled.common,
    )
    found = wrangled.query("SELECT * FROM iced ORDER BY id", ctas_approach=False)
    rows: list[list[Any]] = found.drop(columns="at").to_numpy().tolist()
    return rows


# https://aws-sdk-pandas.readthedocs.io/en/stable/stubs/awswrangler.athena.to_iceberg.html
def test_frames_become_an_iceberg_table(wrangled: Wrangled) -> None:
    options = {"partition_cols": ["day(at)", "truncate(1, product)"]}
    options["additional_table_properties"] = {"write_compression": "snappy"}
    options["glue_table_settings"] = {"columns_comments": {"id": "its number"}}
    assert _iced(wrangled, ICED, **options) == [[1, "lamp"], [2, "desk"], [3, "bed"]]
    table = wr.catalog.table(table="iced", **wrangled.common)
    assert table["Comment"].tolist() == ["its number", "", ""]
    more = ICED.assign(id=pd.array([4, 5, 6], dtype="Int32"))
    assert len(_iced(wrangled, more)) == 6
    assert _iced(wrangled, more.head(1), mode="overwrite") == [[4, "lamp"]]


def test_an_iceberg_table_gets_wider_and_more_columns(wrangled: Wrangled) -> None:
    _iced(wrangled, ICED)
    wider = ICED.astype({"id": "Int64"}).assign(price=[1.5, 2.5, 3.5]).assign(id=[1 << 40, 2, 3])
    rows = _iced(wrangled, wider, schema_evolution=True, merge_cols=["product"])
    assert rows == [[2, "desk", 2.5], [3, "bed", 3.5], [1 << 40, "lamp", 1.5]]
    types = wr.catalog.get_table_types(table="iced", filter_iceberg_current=True, **wrangled.common)
    assert types == {"id": "bigint", "product": "string", "at": "timestamp", "price": "double"}


def test_rows_of_an_iceberg_table_are_merged_replaced_and_deleted(wrangled: Wrangled) -> None:
    _iced(wrangled, ICED, partition_cols=["product"])
    changed = ICED.assign(id=[1, 20, 30], product=["lamp", "desk", "sofa"]).astype({"id": "Int32"})
    rows = _iced(wrangled, changed, merge_cols=["product"], merge_condition="ignore")
    assert rows == [[1, "lamp"], [2, "desk"], [3, "bed"], [30, "sofa"]]
    rows = _iced(wrangled, changed.tail(2), mode="overwrite_partitions", partition_cols=["product"])
    assert rows == [[1, "lamp"], [3, "bed"], [20, "desk"], [30, "sofa"]]
    wr.athena.delete_from_iceberg_table(
        changed[["product"]].tail(1),
        table="iced",
        merge_cols=["product"],
        temp_path=f"s3://{wrangled.bucket}/temp/",
        s3_output=wrangled.output,
        keep_files=False,
        **wrangled.common,
    )
    assert wrangled.query("SELECT count(*) AS n FROM iced", ctas_approach=False)["n"].tolist() == [3]
