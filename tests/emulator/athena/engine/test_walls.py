"""SQL that DuckDB gets can reach the query's own folder and nothing else."""

from pathlib import Path

import duckdb
import pytest
from localstack_lab.athena.engine import connection, faults
from localstack_lab.athena.sql.errors import QueryError


@pytest.fixture
def walled(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "own.csv").write_text("1\n")
    (tmp_path / "secret.csv").write_text("2\n")
    (inside / "link").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "inside-not").mkdir()
    (tmp_path / "inside-not" / "secret.csv").write_text("3\n")
    return connection.connect([str(inside)], memory_mb=64, spill_mb=8)


def test_the_querys_own_files_are_read_and_written(walled: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    own = tmp_path / "inside" / "own.csv"
    assert walled.execute(f"SELECT * FROM read_csv('{own}', header=false)").fetchall() == [(1,)]
    walled.execute(f"COPY (SELECT 1) TO '{tmp_path}/inside/out.csv'")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('{root}/secret.csv')",
        "SELECT * FROM read_csv('{root}/inside/../secret.csv')",
        "SELECT * FROM read_csv('{root}/inside-not/secret.csv')",
        "SELECT * FROM '{root}/secret.csv'",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{root}/out.csv'",
        "ATTACH '{root}/other.db'",
        "EXPORT DATABASE '{root}/all'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM read_csv('http://127.0.0.1:1/x')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '100GB'",
        "RESET lock_configuration",
        "PRAGMA enable_logging",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM read_parquet('/etc/*')",
        "SELECT * FROM read_json('file:///etc/passwd')",
        "SELECT * FROM read_csv('{root}/inside/link')",
        "SELECT * FROM parquet_metadata('{root}/secret.csv')",
        "SELECT * FROM sniff_csv('{root}/secret.csv')",
        "COPY (SELECT 1) TO '{root}/inside/../out.csv'",
        "COPY (SELECT 1) TO '{root}/out' (PARTITION_BY (c), FORMAT csv)",
        "IMPORT DATABASE '{root}'",
        "SET temp_directory = '{root}'",
        "SET extension_directory = '{root}'",
        "SET allowed_paths = ['/etc/passwd']",
        "SET secret_directory = '{root}'",
        "SET log_query_path = '{root}/log'",
        "PRAGMA enable_profiling; PRAGMA profiling_output = '{root}/profile'",
        "CREATE SECRET (TYPE s3)",
    ],
)
def test_everything_else_is_refused(walled: duckdb.DuckDBPyConnection, tmp_path: Path, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        walled.execute(sql.replace("{root}", str(tmp_path))).fetchall()


def test_the_environment_is_out_of_reach(
    walled: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "x")
    with pytest.raises(duckdb.Error):
        walled.execute("SELECT getenv('SECRET')").fetchall()


def test_memory_ends_the_query_and_nothing_else(walled: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QueryError, match="EXCEEDED_LOCAL_MEMORY_LIMIT"), faults.translated():
        walled.execute(
            "SELECT length(string_agg(i::varchar || repeat('x', 1000), '')) FROM range(500000) t(i)"
        ).fetchall()
    assert walled.execute("SELECT 1").fetchall() == [(1,)]
