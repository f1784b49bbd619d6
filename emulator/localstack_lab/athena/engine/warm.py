"""What the template does once for all workers, and how a waiting worker gets ready for a query."""

import contextlib
import importlib

from localstack_lab.athena.engine import connection, worker
from localstack_lab.athena.engine.source import CatalogSource
from localstack_lab.athena.reading import scans
from localstack_lab.athena.sql.analyze import analyze
from localstack_lab.athena.sql.functions import registry

registry.load()
with contextlib.suppress(ImportError):
    importlib.import_module("numpy")  # DuckDB imports it with the first Python function, if it is there
WARM = (worker, scans)


_TYPICAL = """
    SELECT a, count(*) AS n, sum(b * 1.5) AS s, max(CAST(c AS timestamp)) AS m
    FROM (VALUES ('x', 1, '2024-01-01 00:00:00')) AS t (a, b, c)
    WHERE a LIKE 'x%' AND b BETWEEN 0 AND 9 GROUP BY 1 ORDER BY 2 DESC LIMIT 10
"""


def prepare() -> None:
    """In the template: open DuckDB with all that a query may call; parse and plan for the first time."""
    connection.open_early()
    analyze(_TYPICAL, CatalogSource(None))  # it names no table


def settle() -> None:
    """In a waiting worker."""
    connection.take_over()
