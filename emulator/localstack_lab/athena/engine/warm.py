"""What the template does once for all workers, and how a waiting worker gets ready for a query."""

import contextlib
import importlib

from localstack_lab.athena.engine import connection, worker
from localstack_lab.athena.reading import scans
from localstack_lab.athena.sql.functions import registry

registry.load()
with contextlib.suppress(ImportError):
    importlib.import_module("numpy")  # DuckDB imports it with the first Python function, if it is there
WARM = (worker, scans)


def prepare() -> None:
    """In the template: open DuckDB, with all that a query may call."""
    connection.open_early()


def settle() -> None:
    """In a waiting worker."""
    connection.take_over()
