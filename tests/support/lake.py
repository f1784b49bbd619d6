"""A bucket, a database, and queries of them over HTTP."""

from collections.abc import Callable
from typing import Any

from tests.support.waiting import eventually

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class Lake:
    """A bucket and a database, and queries of them."""

    def __init__(self, aws: Callable[..., Any], unique: Callable[[str], str]) -> None:
        self.athena, self.s3, self.glue = aws("athena"), aws("s3"), aws("glue")
        self.bucket, self.database = unique("lake"), unique("sales").replace("-", "_")
        self.s3.create_bucket(Bucket=self.bucket)
        self.glue.create_database(DatabaseInput={"Name": self.database})

    def start(self, text: str, **members: Any) -> str:
        """Start a query whose result goes to ``results/``."""
        members = {
            "QueryExecutionContext": {"Database": self.database},
            "ResultConfiguration": {"OutputLocation": f"s3://{self.bucket}/results/"},
            **members,
        }
        query_id: str = self.athena.start_query_execution(QueryString=text, **members)["QueryExecutionId"]
        return query_id

    def state(self, query_id: str) -> Any:
        """The execution."""
        return self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]

    def ended(self, query_id: str) -> Any:
        """The execution when it has ended."""

        def probe() -> Any:
            execution = self.state(query_id)
            return execution if execution["Status"]["State"] in ENDED else None

        return eventually(probe, within=20, expecting=f"query {query_id} to end", every=0.02)

    def run(self, text: str, **members: Any) -> Any:
        """The execution of a query that succeeds."""
        execution = self.ended(self.start(text, **members))
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return execution

    def rows(self, text: str, **members: Any) -> list[list[str | None]]:
        """All rows of a query, its header too."""
        query_id = self.run(text, **members)["QueryExecutionId"]
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        return [
            [datum.get("VarCharValue") for datum in row["Data"]]
            for page in pages
            for row in page["ResultSet"]["Rows"]
        ]

    def put(self, key: str, body: str) -> None:
        """Write an object."""
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body.encode())

    def get(self, url: str) -> bytes:
        """Read an object by its ``s3://`` name."""
        bucket, _, key = url.removeprefix("s3://").partition("/")
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body
