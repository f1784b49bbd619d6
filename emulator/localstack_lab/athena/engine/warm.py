"""What the template imports once for all workers, and how a waiting worker gets ready for a query."""

import localstack_lab.athena.engine.connection as connection


def prepare() -> None:
    """Open DuckDB in advance: that takes longer than a small query."""
    connection.open_early()
