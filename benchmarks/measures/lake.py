"""The lake: Athena's statements and times, Glue's crawls, what all of it weighs."""

import json
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb
from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.contestants import Contestant, NotThere
from benchmarks.lake_workload import PARQUET_SERDE, Failed, Lake
from benchmarks.measures.base import Measure
from benchmarks.measures.whole import Memory
from benchmarks.typical import STATEMENTS, TABLES, Statement, Table, right
from benchmarks.workload import ROLE, Clients, ensure_role, timed, unique, until

ROWS = 1_000_000
SALES = f"""
    SELECT i AS id, 'product-' || (i * 7919 % 50) AS product,
        (i * 104729 % 20000)::INTEGER AS customer, (1 + i % 9)::INTEGER AS quantity,
        round((i * 31 % 100000) / 100.0, 2)::DOUBLE AS price,
        TIMESTAMP '2024-05-01' + INTERVAL (i % 86400) SECOND AS moment
    FROM range({ROWS}) AS t(i)
"""
SALES_COLUMNS = {
    "id": "bigint",
    "product": "string",
    "customer": "int",
    "quantity": "int",
    "price": "double",
    "moment": "timestamp",
}
AGGREGATE = (
    "SELECT product, hour(moment) AS hour, count(*) AS orders, count(DISTINCT customer) AS customers,"
    " sum(quantity * price) AS revenue FROM {} GROUP BY 1, 2"
)


class TypicalStatements(Measure):
    """A statement counts when its rows are the right ones; other rows are told of in the notes."""

    name = "athena-typical"
    title = f"typical Athena statements right, of {len(STATEMENTS)}"
    unit = "right"
    goal = float(len(STATEMENTS))
    more_is_better = True
    rounds = 1

    def __init__(self) -> None:
        self._notes: list[str] = []

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        lake = Lake(clients)
        for table in TABLES:
            lake.add(table)
        judged = {statement.name: self._judge(lake, statement) for statement in STATEMENTS}
        wrong = [name for name, verdict in judged.items() if verdict == "other rows"]
        refused = [
            f"{name} ({verdict})" for name, verdict in judged.items() if verdict not in ("", "other rows")
        ]
        self._notes.append(
            f"{self.name}, {contestant.name}: other rows than are right for {listed(wrong)};"
            f" refused {listed(refused)}"
        )
        return float(sum(not verdict for verdict in judged.values()))

    @staticmethod
    def _judge(lake: Lake, statement: Statement) -> str:
        """Nothing when it is right, else "other rows" or the error."""
        try:
            for sql in statement.before:
                lake.run(sql)
            rows = lake.rows(lake.run(statement.sql))
        except (Failed, NotThere, ClientError, BotoCoreError) as e:
            return " ".join(str(e).split())[:60]
        return "" if right(statement, rows) else "other rows"

    def notes(self) -> list[str]:
        return self._notes


def listed(names: list[str]) -> str:
    """The names, or how many where it is all or none of the statements."""
    if not names or len(names) == len(STATEMENTS):
        return f"{len(names)} of {len(STATEMENTS)}"
    return f"{len(names)}: {', '.join(names)}"


class SelectOne(Measure):
    """From before StartQueryExecution until GetQueryExecution says SUCCEEDED; the result is looked at."""

    name = "athena-select-1"
    title = "Athena, SELECT 1, start → SUCCEEDED (p50 of 20)"
    unit = "ms"
    goal = 50.0
    TIMES = 20

    def __init__(self) -> None:
        self._lakes: dict[str, Lake] = {}

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        lake = self._lakes[contestant.name] = Lake(clients)
        found = succeed(lake, "SELECT 1")
        if lake.rows(found) != [("1",)]:
            raise NotThere(f"SELECT 1 answers {lake.rows(found)}")

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        lake = self._lakes[contestant.name]
        return median(timed(lambda: succeed(lake, "SELECT 1")) for _ in range(self.TIMES))


def succeed(lake: Lake, sql: str, every: float = 0.002) -> str:
    """The id of a query that succeeded.

    :raises NotThere: it failed
    """
    try:
        return lake.run(sql, every)
    except Failed as e:
        raise NotThere(f"the query fails: {e}") from e


class OfMillion(Measure):
    """A million sales in one Parquet object, made once for every contestant."""

    rounds = 3

    def __init__(self) -> None:
        self._lakes: dict[str, Lake] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def file(self) -> Path:
        """The Parquet object's local twin, from `prepare` on."""
        assert self._folder is not None
        return Path(self._folder.name) / "sales.parquet"

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="lab-bench-lake-")
            with duckdb.connect() as connection:
                connection.execute(f"COPY ({SALES}) TO '{self.file}' (FORMAT parquet)")
        lake = self._lakes[contestant.name] = Lake(clients)
        lake.add(Table("sales", PARQUET_SERDE, SALES_COLUMNS, {"sales.parquet": self.file.read_bytes()}, {}))
        found = succeed(lake, "SELECT count(*) FROM sales")
        if lake.rows(found) != [(str(ROWS),)]:
            raise NotThere(f"it counts {lake.rows(found)} rows in {ROWS:,}")


class ParquetAggregate(OfMillion):
    """Start to the rows in the client's hands, over what DuckDB takes for the same file in the same round."""

    name = "athena-parquet-aggregate"
    title = "Athena, aggregate of 1M Parquet rows, end to end ÷ DuckDB alone on the file"
    unit = "times"
    goal = 2.0
    TIMES = 5

    def __init__(self) -> None:
        super().__init__()
        self._times: dict[str, tuple[float, float]] = {}

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        lake = self._lakes[contestant.name]
        ours, alone = [], []
        for _ in range(self.TIMES):
            alone.append(timed(self._alone))
            # each look takes one of the cores that the query runs on; clients look ten times less often
            ours.append(timed(lambda: lake.rows(succeed(lake, AGGREGATE.format("sales"), every=0.01))))
        self._times[contestant.name] = median(ours), median(alone)
        return median(ours) / median(alone)

    def _alone(self) -> None:
        with duckdb.connect() as connection:
            connection.execute(AGGREGATE.format(f"'{self.file}'")).fetchall()

    def notes(self) -> list[str]:
        return [
            f"{self.name}, {name}: {ours:.0f} ms end to end, {alone:.0f} ms DuckDB alone"
            for name, (ours, alone) in self._times.items()
        ]


class MillionRowsWritten(OfMillion):
    """Until SUCCEEDED, which is after the result file is in S3; its lines are counted."""

    name = "athena-result-1m"
    title = "Athena, 1M rows of 6 columns → result file in S3"
    unit = "s"
    goal = 4.0

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        lake = self._lakes[contestant.name]
        began = time.monotonic()
        query = succeed(lake, "SELECT * FROM sales", every=0.01)
        seconds = time.monotonic() - began
        bucket, key = lake.location(query)
        lines = clients("s3").get_object(Bucket=bucket, Key=key)["Body"].read().count(b"\n")
        if lines != ROWS + 1:
            raise NotThere(f"the result has {lines:,} lines instead of {ROWS + 1:,}")
        return seconds


class IcebergUpdate(Measure):
    """One row of 10,000 changes, and a query finds it changed: two statements, each start → SUCCEEDED."""

    name = "athena-iceberg-update"
    title = "Athena, UPDATE of one row of an Iceberg table, and reading it (p50 of 5)"
    unit = "ms"
    rounds = 3
    TIMES = 5

    def __init__(self) -> None:
        self._lakes: dict[str, Lake] = {}
        self._changed = 0

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        lake = self._lakes[contestant.name] = Lake(clients)
        succeed(
            lake,
            f"CREATE TABLE stock (id bigint, item string) LOCATION 's3://{lake.bucket}/stock/' "
            "TBLPROPERTIES ('table_type' = 'ICEBERG')",
        )
        succeed(lake, "INSERT INTO stock SELECT n, 'new' FROM UNNEST(sequence(1, 10000)) AS t (n)")
        self._update(lake)

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        lake = self._lakes[contestant.name]
        return median(timed(lambda: self._update(lake)) for _ in range(self.TIMES))

    def _update(self, lake: Lake) -> None:
        self._changed += 1
        item = f"changed {self._changed}"
        succeed(lake, f"UPDATE stock SET item = '{item}' WHERE id = {self._changed}")
        found = lake.rows(succeed(lake, f"SELECT item FROM stock WHERE id = {self._changed}"))
        if found != [(item,)]:
            raise NotThere(f"the row that was changed is {found}")


class CrawlOfThousand(Measure):
    """From StartCrawler's answer until the crawler is READY; the table and its columns are looked at."""

    name = "crawl-1000"
    title = "Glue crawl of 1,000 small JSON files in day folders → table"
    unit = "s"
    goal = 5.0
    rounds = 3
    FILES = 1000
    COLUMNS = {"orderid": "string", "product_name": "string", "quantity": "int", "price": "double"}

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        ensure_role(clients)
        lake, glue, crawler = Lake(clients), clients("glue"), unique("bench")
        for file in range(self.FILES):
            record = {"orderid": f"o{file}", "product_name": "phone", "quantity": file, "price": file + 0.5}
            key = f"orders/year=2024/month=05/day={1 + file % 10:02}/{file}.json"
            clients("s3").put_object(Bucket=lake.bucket, Key=key, Body=json.dumps(record).encode() + b"\n")
        glue.create_crawler(
            Name=crawler,
            Role=ROLE,
            DatabaseName=lake.database,
            Targets={"S3Targets": [{"Path": f"s3://{lake.bucket}/orders/"}]},
        )
        glue.start_crawler(Name=crawler)
        began = time.monotonic()

        def crawled() -> bool:
            told = glue.get_crawler(Name=crawler)["Crawler"]
            return bool(told["State"] == "READY" and told.get("LastCrawl"))

        until(crawled, 60, "end of the crawl", every=0.02)
        seconds = time.monotonic() - began
        self._look(glue.get_tables(DatabaseName=lake.database)["TableList"])
        glue.delete_crawler(Name=crawler)
        return seconds

    def _look(self, tables: list[dict[str, object]]) -> None:
        """:raises NotThere: there is not the one table that the files hold"""
        found = [(table["Name"], columns_of(table)) for table in tables]
        if found != [("orders", self.COLUMNS)]:
            raise NotThere(f"the crawl succeeds and makes {found or 'no table'}")


def columns_of(table: dict[str, object]) -> dict[str, str]:
    """Name → type, of a table as GetTables answers it."""
    storage = table.get("StorageDescriptor")
    columns = storage.get("Columns", []) if isinstance(storage, dict) else []
    return {column["Name"]: column["Type"] for column in columns}


class MemoryOfLake(Memory):
    """After everything else, and a query and the catalog called besides; workers of the engine included."""

    name = "memory-lake"
    title = "resident memory after all this and the lake, functions deleted (RSS, process tree)"
    goal = 600.0
    CALLS = (
        *Memory.CALLS,
        ("glue", "get_databases"),
        ("glue", "list_crawlers"),
        ("athena", "list_work_groups"),
    )

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        lake = Lake(clients)
        for table in TABLES:
            lake.add(table)
        succeed(lake, STATEMENTS[0].sql)
        return super().sample(contestant, clients, number)
