"""What a query leaves at its output location when it ends.

| statement | result | ``.metadata`` |
|---|---|---|
| query, SHOW FUNCTIONS | ``<id>.csv`` | ``<id>.csv.metadata`` |
| SHOW, DESCRIBE, EXPLAIN | ``<id>.txt``, no end of line after the last | ``<id>.txt.metadata`` |
| MSCK REPAIR, ADD and REPLACE COLUMNS of Hive's tables | ``<id>.txt`` | of the id alone |
| DROP TABLE of an Iceberg table | ``<id>.txt``, two empty lines | ``<id>.txt.metadata`` without columns |
| other DDL | ``<id>.txt``, empty | none |
| INSERT, UNLOAD | none; ``<id>-manifest.csv`` names the files written | ``<id>.metadata`` |
| CREATE TABLE AS | none; ``tables/<id>-manifest.csv`` | ``tables/<id>.metadata`` |
| UPDATE, DELETE, MERGE | none, though the location is ``<id>.csv`` | ``<id>.csv.metadata`` |

What is written to an Iceberg table has no manifest. Measured on Athena, 2026-09-20 to 2026-09-24
(athena-local's measurements), as are the content types below.

A statement that failed in Hive's part of Athena (its text begins with ``FAILED:``) leaves that text in
``<id>.txt``; others, and those that were cancelled, leave nothing.
https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

import logging
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from localstack_lab.athena.engine.contract import Outcome, QueryFailed, ResultColumn
from localstack_lab.athena.executions.execution import Execution, Result
from localstack_lab.athena.results.columns import metadata_file
from localstack_lab.athena.results.literals import of_literals_alone
from localstack_lab.athena.results.writing import BINARY, PLAIN, Writer
from localstack_lab.athena.statements.kinds import Kind, kind_of

LOG = logging.getLogger(__name__)
_VERBS = {
    "CREATE_TABLE_AS_SELECT": "CREATE TABLE",
    **{name: name for name in ("INSERT", "UPDATE", "DELETE", "MERGE")},
}
_ID_ALONE = frozenset(("MSCK_REPAIR", "ALTER_TABLE_ADD_COLUMN", "ALTER_TABLE_REPLACE_COLUMN"))
_OF_VIEWS_TOO, _OF_A_VIEW = ("DESCRIBE_TABLE", "SHOW_COLUMNS"), ("column", "type")
_OF_HIVE = frozenset(("DESCRIBE_TABLE", "SHOW_CREATE_TABLE"))
"""What has neither a count nor the type "binary" for Hive's tables, and both for Iceberg's."""
_ROWS = (ResultColumn("rows", "bigint", "bigint", precision=19),)


def deliver(execution: Execution, kind: Kind, outcome: Outcome) -> tuple[Result, str | None]:
    """Write the files; the result and the name of the manifest.

    :raises ClientError: S3 does not take one
    """
    location = execution.output["OutputLocation"]
    writer = Writer(execution.account, execution.region, execution.output)
    columns = outcome.columns
    if kind.substatement_type in _OF_VIEWS_TOO and tuple(column.name for column in columns) == _OF_A_VIEW:
        kind = replace(kind, substatement_type="DESC_VIEW")  # known only now that it has run
        execution.substatement_type = kind.substatement_type
    content_type = _content_type(kind, outcome, execution.ran)
    result = Result(outcome.kind, location, columns, outcome.row_count, _update_count(kind, outcome))
    manifest = None
    if outcome.kind == "none" and kind.result in ("data", "table", "csv"):
        result.columns = columns = columns or _ROWS
        if outcome.manifest and not outcome.iceberg:
            manifest = f"{location}-manifest.csv"
            writer.put(manifest, "".join(f"{url}\n" for url in outcome.manifest).encode(), PLAIN)
    elif outcome.result_file is not None:
        result.size = writer.upload(outcome.result_file, location, content_type)
    else:
        writer.put(location, b"", content_type)
    told = _metadata(execution, kind, outcome, columns)
    if told is not None:
        writer.put(f"{location}.metadata", told, content_type)
    return result, manifest


def _metadata(
    execution: Execution, kind: Kind, outcome: Outcome, columns: tuple[ResultColumn, ...]
) -> bytes | None:
    """The bytes of the ``.metadata`` file, where there is one."""
    if _dropped_iceberg(kind, outcome):
        return metadata_file(execution.id, (), "DROP TABLE")
    if not columns:
        return metadata_file(execution.id, ()) if _id_alone(kind, outcome) else None
    if kind.is_query and of_literals_alone(execution.ran):
        return metadata_file(execution.id, columns, "", 0)
    verb = _VERBS.get(kind_of(execution.ran).substatement_type or "")
    return metadata_file(execution.id, columns, verb, outcome.update_count if verb else None)


def _id_alone(kind: Kind, outcome: Outcome) -> bool:
    return kind.substatement_type in _ID_ALONE and not outcome.iceberg


def _dropped_iceberg(kind: Kind, outcome: Outcome) -> bool:
    return kind.substatement_type == "DROP_TABLE" and outcome.iceberg


def deliver_failure(execution: Execution, kind: Kind, failed: QueryFailed) -> None:
    """Write the text of a DDL statement that failed. It has failed all the same where S3 does not take it."""
    if kind.result != "txt" or not failed.text.startswith("FAILED:"):
        return
    writer = Writer(execution.account, execution.region, execution.output)
    try:
        writer.put(execution.output["OutputLocation"], failed.text.encode(), PLAIN)
    except (ClientError, BotoCoreError) as error:
        LOG.warning("The failure of Athena query %s was not written: %s", execution.id, error)


def _update_count(kind: Kind, outcome: Outcome) -> int | None:
    """0 for queries and most SHOW statements; none for DDL, EXPLAIN, and DESCRIBE and SHOW CREATE TABLE of
    Hive's tables."""
    if outcome.update_count is not None:
        return outcome.update_count
    if kind.statement_type == "DDL" or kind.substatement_type == "EXPLAIN" or _shown_hive(kind, outcome):
        return None
    return 0


def _shown_hive(kind: Kind, outcome: Outcome) -> bool:
    return kind.substatement_type in _OF_HIVE and not outcome.iceberg


def _content_type(kind: Kind, outcome: Outcome, text: str) -> str:
    """ "binary" of most SHOW statements, of DDL that leaves no ``.metadata``, and of literals alone."""
    if kind.result != "txt":
        return BINARY if kind.is_query and of_literals_alone(text) else PLAIN
    plain = kind.substatement_type == "EXPLAIN" or _shown_hive(kind, outcome)
    plain = plain or _id_alone(kind, outcome) or _dropped_iceberg(kind, outcome)
    return PLAIN if plain else BINARY
