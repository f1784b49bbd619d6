"""DuckDB is opened once, in the template; what one query does to it stays that query's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from localstack_lab.athena.engine import contract
from localstack_lab.lake.workers.pool import Pool


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    made = Pool(str(tmp_path_factory.mktemp("pool") / "workers"))
    yield made
    made.close()


def answer(pool: Pool, spool: Path, sql: str) -> list[str]:
    request = contract.QueryRequest(sql, "q", "000000000000", "us-east-1", str(spool))
    told = pool.call(
        "localstack_lab.athena.engine.worker:run",
        {"request": contract.request_to_json(request)},
        writable=(str(spool),),
    )
    assert "outcome" in told, told
    return Path(told["outcome"]["result_file"]).read_text().splitlines()[1:]


@pytest.mark.parametrize(
    "sql", ["SELECT random(), random()", "SELECT uuid()", "SELECT shuffle(sequence(1, 60))"]
)
def test_each_query_has_random_numbers_of_its_own(pool: Pool, tmp_path: Path, sql: str) -> None:
    answers = [answer(pool, tmp_path, sql)[0] for _ in range(3)]
    assert len(set(answers)) == 3
