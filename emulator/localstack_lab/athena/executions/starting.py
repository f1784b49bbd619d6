"""StartQueryExecution: what is checked, and the job that comes of it.

The checks come in AWS's order: the token, the output location, the statement's syntax, and only then whether
the token has been used before.
"""

import time
from collections.abc import Callable
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.api.service import Members
from localstack_lab.athena.engine import queries
from localstack_lab.athena.engine.contract import Limits, Outcome, QueryFailed, QueryRequest
from localstack_lab.athena.executions import locations
from localstack_lab.athena.executions.execution import Execution
from localstack_lab.athena.executions.parameters import expression_of
from localstack_lab.athena.executions.runner import Job, Work, spool_folder
from localstack_lab.athena.executions.syntax import check_own_location, check_syntax
from localstack_lab.athena.refusals import invalid, not_available
from localstack_lab.athena.service.data_catalogs import is_glue, registered
from localstack_lab.athena.service.prepared_statements import create, drop, find
from localstack_lab.athena.service.work_groups import enabled_group
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.context import is_view
from localstack_lab.athena.statements.kinds import Kind, kind_of
from localstack_lab.athena.statements.parsing import statement as ddl
from localstack_lab.athena.statements.pieces import only_statement
from localstack_lab.athena.statements.prepared import (
    Deallocate,
    Execute,
    Prepare,
    PreparedSyntaxError,
    parse,
)
from localstack_lab.athena.statements.shown import shown
from localstack_lab.athena.statements.tree import Describe, ShowColumns
from localstack_lab.athena.store import AWS_CATALOG, PRIMARY, DataCatalog, store_of
from localstack_lab.glue.catalog import catalog as glue_catalog

MOST_TOKEN_BYTES = 128


def check_token(token: str | None) -> str:
    """ClientRequestToken, which every SDK makes by itself.

    :raises ServiceException:
    """
    if token is None:
        raise invalid("clientRequestToken is null or empty")
    if len(token.encode()) > MOST_TOKEN_BYTES:
        raise invalid(f"clientRequestToken exceeds maximum allowed length {MOST_TOKEN_BYTES}")
    return token


class Start:
    """One request of StartQueryExecution.

    :ivar output: the result configuration in force, with the folder as its OutputLocation
    :ivar asked: what a repetition with the same token must repeat
    """

    def __init__(self, request: Members, account: str, region: str, query_id: str) -> None:
        self._request, self._account, self._region, self._id = request, account, region, query_id
        self._store = store_of(account, region)
        self._received = time.monotonic()
        self._context: dict[str, str] = dict(request.get("QueryExecutionContext") or {})
        self._text: str = request["QueryString"]
        self._parameters: tuple[str, ...] = tuple(request.get("ExecutionParameters") or ())
        self._group = enabled_group(self._store, request.get("WorkGroup") or PRIMARY)
        self.output: dict[str, Any] = locations.settings(request, self._group)
        given = (request.get("ResultConfiguration") or {}).get("OutputLocation")
        enforced = self._group.configuration.get("EnforceWorkGroupConfiguration")
        self.asked = (
            request["QueryString"],
            self._context.get("Catalog"),
            self._context.get("Database"),
            None if enforced else given,
        )

    def check(self) -> None:
        """Refuse a statement that AWS refuses before it makes an execution of it.

        :raises ServiceException: InvalidRequestException
        """
        catalog = self._context.get("Catalog", AWS_CATALOG)
        if catalog.lower().startswith("s3tablescatalog") and registered(self._store, catalog) is None:
            raise not_available(f"Catalog {catalog}, of Amazon S3 Tables,")
        try:
            self._text = only_statement(self._text)
            self._special = parse(self._text)
        except PreparedSyntaxError as error:
            raise invalid(str(error), "MALFORMED_QUERY") from error
        except QueryError as error:
            raise invalid(error.message, error.name) from error
        self._ran = self._text
        self._values = tuple(expression_of(value) for value in self._parameters)
        if isinstance(self._special, Execute):
            statement = find(self._store, self._group.name, self._special.name)
            self._ran = statement.text
            self._values = self._special.parameters or self._values
        elif isinstance(self._special, Prepare):
            self._ran = self._special.statement
        if not isinstance(self._special, Deallocate):
            check_syntax(self._ran, self._database, self._account, self._region)
            configuration = self._group.configuration
            enforced = configuration.get("EnforceWorkGroupConfiguration")
            if enforced and configuration["ResultConfiguration"].get("OutputLocation"):
                check_own_location(self._ran)

    def job(self) -> Job:
        """The execution and how it is run."""
        kind = kind_of(self._text)
        if isinstance(self._special, Execute):
            resolved = kind_of(self._ran)
            kind = Kind(kind.statement_type, kind.substatement_type, resolved.result, resolved.header)
        folder = self.output["OutputLocation"]
        query, context = self._told()
        execution = Execution(
            id=self._id,
            account=self._account,
            region=self._region,
            query=query,
            ran=self._ran,
            statement_type=kind.statement_type,
            substatement_type=kind.substatement_type,
            work_group=self._group.name,
            context=context,
            output=self.output | {"OutputLocation": locations.result_file(folder, self._id, kind.result)},
            parameters=self._parameters,
            reuse=dict(self._request.get("ResultReuseConfiguration") or {}),
            asked=self.asked,
        )
        catalog = self._context.get("Catalog", AWS_CATALOG)
        own = is_glue(self._store, catalog)
        configuration = self._group.configuration
        return Job(
            execution=execution,
            kind=kind,
            request=QueryRequest(
                text=self._ran,
                query_id=self._id,
                account=self._account,
                region=self._region,
                spool=spool_folder(self._id),
                database=self._database,
                catalog=AWS_CATALOG if own else catalog,
                parameters=self._values,
                output_location=folder,
                work_group=self._group.name,
                limits=Limits(scanned_bytes=configuration.get("BytesScannedCutoffPerQuery")),
            ),
            work=self._work(registered(self._store, catalog)),
            received=self._received,
            measured=bool(configuration.get("PublishCloudWatchMetricsEnabled")),
        )

    def _told(self) -> tuple[str, dict[str, str]]:
        """The statement's text and its context as GetQueryExecution tells them."""
        query, database = shown(self._text)
        if database is None or self._context.get("Catalog", AWS_CATALOG).lower() != AWS_CATALOG.lower():
            return self._text, self._context
        statement = ddl.parse(self._text)
        if isinstance(statement, Describe | ShowColumns):
            try:
                table = glue_catalog(self._account, self._region).get_table(
                    DatabaseName=statement.name.database or self._database, Name=statement.name.table
                )["Table"]
            except ServiceException:  # DESCRIBE EXTENDED of what is not there fails when it runs
                table = {}
            if is_view(table):
                return self._text, self._context
        return query, self._context | {"Database": database}

    @property
    def _database(self) -> str:
        return (self._context.get("Database") or "default").strip("`")  # so awswrangler quotes it

    def _work(self, catalog: DataCatalog | None) -> Work:
        special, store, group = self._special, self._store, self._group.name
        if isinstance(special, Prepare):
            return _done(lambda: create(store, group, special.name, special.statement))
        if isinstance(special, Deallocate):
            return _done(lambda: drop(store, group, special.name))
        if catalog is not None and catalog.type != "GLUE":
            return _unavailable(catalog)
        return _run


def _run(job: Job, started: Callable[[], None]) -> Outcome:
    return queries.run(job.request, {}, job.stop, started=started)


def _done(action: Callable[[], None]) -> Work:
    def work(job: Job, started: Callable[[], None]) -> Outcome:
        started()
        try:
            action()
        except ServiceException as error:
            raise QueryFailed("", str(error.message)) from error
        return Outcome("none")

    return work


def _unavailable(catalog: DataCatalog) -> Work:
    def work(job: Job, started: Callable[[], None]) -> Outcome:
        text = f"Data catalog {catalog.name} is of type {catalog.type}, which this emulator cannot query"
        raise QueryFailed("NOT_SUPPORTED", text)

    return work
