"""One DuckDB connection with all of Trino's functions."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.emulator.athena.functions.calling import connection


@pytest.fixture(scope="session")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with connection() as made:
        yield made
