"""Projections whose ranges have no end in sight end in an error soon."""

from datetime import UTC, datetime

import pytest
from localstack_lab.athena.reading import projection
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.lake import hive_types

DATE = {"type": "date", "format": "yyyy-MM-dd", "interval": "1", "interval.unit": "SECONDS"}


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"type": "integer", "range": "1,2", "digits": "999999999"}, "INVALID_TABLE_PROPERTY"),
        (DATE | {"range": "0001-01-01,9999-12-31"}, "NOT_SUPPORTED"),
        (DATE | {"range": "NOW-99999999YEARS,NOW"}, "INVALID_TABLE_PROPERTY"),
    ],
)
def test_a_range_without_end(properties: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MOST", 10_000)
    parameters = {f"projection.p.{member}": value for member, value in properties.items()}
    with pytest.raises(QueryError) as raised:
        projection.rows(
            [("p", hive_types.parse("string"))],
            parameters,
            "s3://bucket/",
            {"p": ["5"]},
            datetime(2026, 1, 1, tzinfo=UTC),
            "d.t",
        )
    assert raised.value.name == name


def test_a_number_is_found_in_a_range_of_any_size() -> None:
    parameters = {"projection.p.type": "integer", "projection.p.range": "0,999999999999"}
    keys = [("p", hive_types.parse("int"))]
    found = projection.rows(
        keys, parameters, "s3://b/", {"p": ["5"]}, datetime(2026, 1, 1, tzinfo=UTC), "d.t"
    )
    assert found == [(("5",), "s3://b/p=5")]
