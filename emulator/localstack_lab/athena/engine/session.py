"""One statement at work in its worker: what it may ask of LocalStack, and how its query runs."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from localstack_lab.athena.engine import connection, faults, results
from localstack_lab.athena.engine.contract import Outcome, QueryRequest, Statistics
from localstack_lab.athena.engine.lakehouse import Lakehouse
from localstack_lab.athena.engine.source import CatalogSource
from localstack_lab.athena.reading.scans import Scans
from localstack_lab.athena.sql.analyze import analyze
from localstack_lab.athena.sql.change_tree import Change
from localstack_lab.athena.sql.changes import ChangePlan, analyze_change
from localstack_lab.athena.sql.filters import FilterPlan, analyze_filter
from localstack_lab.athena.sql.functions import registry
from localstack_lab.athena.sql.plan import Plan
from localstack_lab.athena.sql.plan import Session as Settings
from localstack_lab.lake.workers.remote import RemoteHost


@dataclass(frozen=True)
class Result:
    """A query that ran to its end."""

    plan: Plan
    path: str
    rows: int


class Session:
    """A statement's request, LocalStack's objects, and DuckDB.

    :param folder: for the statement's own files; the current one by default
    :ivar catalog: the Glue catalog, with boto3's methods and keywords
    :ivar objects: S3; see :class:`localstack_lab.lake.objects.service.Objects`
    :ivar host: everything that LocalStack lends, by name
    :ivar iceberg: the Iceberg tables that the statement speaks of
    """

    def __init__(self, request: QueryRequest, host: RemoteHost, folder: str | None = None) -> None:
        self.request = request
        self.host = host
        self.catalog: Any = host["catalog"]
        self.objects: Any = host["objects"]
        self.folder = folder or os.getcwd()
        self.iceberg = Lakehouse(self.catalog, self.objects, self.folder, self._constant)
        self.source = CatalogSource(self.catalog, self.iceberg)
        self.now = datetime.now(UTC)
        self.settings = Settings(
            database=request.database.lower(), catalog=request.catalog.lower(), now=self.now
        )
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._lent: set[str] = set()
        self._scanned = 0
        self._planning = 0.0
        self._execution = 0.0

    def plan(self, text_or_tree: Any, parameters: Sequence[str] | None = None) -> Plan:
        """Analyse a query.

        :param parameters: texts for its ``?``; by default the request's
        :raises QueryError: when it is wrong
        """
        given = list(self.request.parameters if parameters is None else parameters)
        with self._planned():
            return analyze(text_or_tree, self.source, session=self.settings, parameters=given)

    def change(self, change: str | Change, parameters: Sequence[str] | None = None) -> ChangePlan:
        """Analyse a DELETE, UPDATE or MERGE; see :func:`localstack_lab.athena.sql.changes.analyze_change`.

        :param parameters: texts for its ``?``; by default the request's
        :raises QueryError: when it is wrong
        """
        given = list(self.request.parameters if parameters is None else parameters)
        with self._planned():
            return analyze_change(change, self.source, session=self.settings, parameters=given)

    def filter(self, table: Sequence[str], where: str) -> FilterPlan:
        """Analyse the condition of an OPTIMIZE; see :func:`localstack_lab.athena.sql.filters.analyze_filter`.

        :raises QueryError: when it is wrong
        """
        given = list(self.request.parameters)
        with self._planned():
            return analyze_filter(table, where, self.source, session=self.settings, parameters=given)

    @contextmanager
    def _planned(self) -> Iterator[None]:
        """Counts the time inside as planning."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._planning += time.perf_counter() - started

    @contextmanager
    def relation(self, plan: Plan) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """The plan ready to run: (connection, SQL); its scans are there under their names.

        Files may be written below the request's spool and the current folder. An error of DuckDB inside the
        block comes out as the QueryError that Athena gives.
        """
        running = self.running
        started = time.perf_counter()
        with faults.translated():
            self._lend(running, plan.udfs)
            scans = Scans(running, self.source.glue_table, self.catalog, self.objects, self.folder, self.now)
            for scan in plan.scans:
                if scan.info.iceberg:
                    self._scanned += self.source.read_iceberg(running, scan)
                else:
                    scans.add(scan)
            self._scanned += scans.scanned_bytes
            self._check_cutoff()
            try:
                yield running, plan.sql
            finally:
                self._scanned += scans.later_bytes()
                self._execution += time.perf_counter() - started

    def translated(self) -> AbstractContextManager[None]:
        """Raises for DuckDB's errors inside what Athena says of them."""
        return faults.translated()

    @property
    def running(self) -> duckdb.DuckDBPyConnection:
        """DuckDB, with the request's limits."""
        if self._connection is None:
            self._connection = connection.connect(
                [self.folder, self.request.spool],
                memory_mb=self.request.limits.memory_mb,
                spill_mb=self.request.limits.spill_mb,
            )
        return self._connection

    def _constant(self, sql: str, functions: Sequence[str]) -> Any:
        """The value of SQL without columns."""
        with faults.translated():
            self._lend(self.running, functions)
            ((value,),) = self.running.execute(f"SELECT {sql}").fetchall()
        return value

    def query(self, text_or_tree: Any, parameters: Sequence[str] | None = None) -> Result:
        """Run a query into the request's result file."""
        plan = self.plan(text_or_tree, parameters)
        path = os.path.join(self.request.spool, "result.csv")
        with self.relation(plan) as (running, sql):
            rows = results.write_csv(running, sql, plan.columns, path)
        return Result(plan, path, rows)

    def select(self, text_or_tree: Any, parameters: Sequence[str] | None = None) -> Outcome:
        """:meth:`query`, as the outcome of a whole statement."""
        result = self.query(text_or_tree, parameters)
        return Outcome(
            kind="rows",
            columns=results.described(result.plan.columns),
            result_file=result.path,
            row_count=result.rows,
            statistics=self.statistics(),
        )

    def statistics(self) -> Statistics:
        """Of all that the statement ran so far."""
        return Statistics(
            scanned_bytes=self._scanned,
            planning_ms=int(self._planning * 1000),
            execution_ms=int(self._execution * 1000),
        )

    def read_more(self, count: int) -> None:
        """Count bytes of S3 that were read beside a plan's scans."""
        self._scanned += count
        self._check_cutoff()

    def _lend(self, running: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
        """Register the Python functions that a plan calls; the macros are there."""
        fresh = [name for name in dict.fromkeys(names) if name not in self._lent]
        if fresh:
            registry.prepare(running, fresh)
            self._lent.update(fresh)

    def _check_cutoff(self) -> None:
        limit = self.request.limits.scanned_bytes
        if limit is not None and self._scanned > limit:
            raise faults.over_cutoff(limit)
