"""The worker's side of one statement."""

from typing import Any

from localstack_lab.athena.engine import contract, faults
from localstack_lab.athena.engine.contract import QueryFailed
from localstack_lab.athena.engine.session import Session
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.statements.execute import execute
from localstack_lab.lake.workers.errors import Refused
from localstack_lab.lake.workers.remote import RemoteHost


def run(host: RemoteHost, request: dict[str, Any]) -> dict[str, Any]:
    """``{"outcome": …}``, or ``{"failed": […]}`` when the statement or its data is at fault.

    Beside it stands ``iceberg``: whether the statement spoke of a table of Apache Iceberg. Whatever else is
    raised is the emulator's fault and goes to LocalStack with its traceback.
    """
    asked = contract.request_of(request)
    session = Session(asked, host)
    return {**_run(asked.text, session), "iceberg": session.iceberg.is_open}


def _run(text: str, session: Session) -> dict[str, Any]:
    try:
        return {"outcome": contract.outcome_to_json(execute(text, session))}
    except QueryError as error:
        return _failed(error, session)
    except QueryFailed as error:
        scanned = session.statistics().scanned_bytes
        return {"failed": [error.name, error.message, error.ours, scanned, error.told]}
    except (OSError, MemoryError, RuntimeError, ValueError, Refused) as error:
        known = faults.of_python(error)
        if known is None:
            raise
        return _failed(known, session)


def _failed(error: QueryError, session: Session) -> dict[str, Any]:
    message = str(error).removeprefix(f"{error.name}: ")
    return {"failed": [error.name, message, False, session.statistics().scanned_bytes, None]}
