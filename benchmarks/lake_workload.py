"""What the measurements of the lake have in common: tables in Glue, queries in Athena."""

import time
from typing import Any

from benchmarks.contestants import NotThere
from benchmarks.typical import Row, Table
from benchmarks.workload import Clients, unique

PATIENCE = 60.0
"""Seconds that one query may take."""
TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
PARQUET_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
PARQUET_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
PARQUET_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


class Failed(Exception):
    """A query that ended FAILED; the words are its reason."""


class Lake:
    """A database of its own, with a bucket for its tables and its results."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self.bucket = unique("bench")
        self.database = unique("bench").replace("-", "_")
        clients("s3").create_bucket(Bucket=self.bucket)
        clients("glue").create_database(DatabaseInput={"Name": self.database})

    def add(self, table: Table) -> None:
        """Put a table's objects, and register it and its partitions."""
        for name, body in table.objects.items():
            self._clients("s3").put_object(Bucket=self.bucket, Key=f"{table.name}/{name}", Body=body)
        storage = self._storage(table, f"s3://{self.bucket}/{table.name}/")
        keys = [{"Name": table.partitioned_by, "Type": "string"}] if table.partitioned_by else []
        self._clients("glue").create_table(
            DatabaseName=self.database,
            TableInput={
                "Name": table.name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"EXTERNAL": "TRUE"},
                "PartitionKeys": keys,
                "StorageDescriptor": storage,
            },
        )
        for value in table.partitions:
            folder = f"s3://{self.bucket}/{table.name}/{table.partitioned_by}={value}/"
            self._clients("glue").create_partition(
                DatabaseName=self.database,
                TableName=table.name,
                PartitionInput={"Values": [value], "StorageDescriptor": self._storage(table, folder)},
            )

    @staticmethod
    def _storage(table: Table, location: str) -> dict[str, Any]:
        parquet = table.serde == PARQUET_SERDE
        return {
            "Columns": [{"Name": name, "Type": type_} for name, type_ in table.columns.items()],
            "Location": location,
            "InputFormat": PARQUET_INPUT if parquet else TEXT_INPUT,
            "OutputFormat": PARQUET_OUTPUT if parquet else TEXT_OUTPUT,
            "SerdeInfo": {"SerializationLibrary": table.serde, "Parameters": table.settings},
        }

    def run(self, sql: str, every: float = 0.002) -> str:
        """Run a statement to its end; the id of its execution.

        :raises Failed: it did not succeed
        :raises NotThere: it did not end
        """
        athena = self._clients("athena")
        query = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.database},
            ResultConfiguration={"OutputLocation": f"s3://{self.bucket}/results/"},
        )["QueryExecutionId"]
        deadline = time.monotonic() + PATIENCE
        while True:
            status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return str(query)
            if status["State"] in ("FAILED", "CANCELLED"):
                raise Failed(status.get("StateChangeReason", status["State"]))
            if time.monotonic() > deadline:
                raise NotThere(f"a query did not end within {PATIENCE:g} s")
            time.sleep(every)

    def rows(self, query: str) -> list[Row]:
        """The first page of a query's rows, without the header."""
        found = self._clients("athena").get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        return [tuple(value.get("VarCharValue") for value in row["Data"]) for row in found][1:]

    def location(self, query: str) -> tuple[str, str]:
        """Bucket and key of a query's result."""
        execution = self._clients("athena").get_query_execution(QueryExecutionId=query)["QueryExecution"]
        bucket, _, key = (
            execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
        )
        return bucket, key
