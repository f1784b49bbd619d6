"""ExecutionParameters: expressions stay, everything else is a string; as observed on AWS."""

import pytest
from localstack_lab.athena.executions.parameters import expression_of

from tests.emulator.athena.service.conftest import Athena, Engine


@pytest.mark.parametrize(
    "value",
    [
        "'abc'",
        "1 + 1",
        "-2.5",
        "DATE '2020-01-01'",
        "NULL",
        "now()",
        "true",
        "nosuchfunc(1)",
        "1 OR 1=1",
        "ARRAY[1, 2]",
        "transform(ARRAY[1], x -> x + 1)",
    ],
)
def test_expressions(value: str) -> None:
    assert expression_of(value) == value


@pytest.mark.parametrize(
    ("value", "expression"),
    [
        ("abc def", "'abc def'"),
        ("it's", "'it''s'"),
        ("123e4567-e89b-12d3-a456-426614174000", "'123e4567-e89b-12d3-a456-426614174000'"),
        ("abc", "'abc'"),
        ("x + 1", "'x + 1'"),
        ("t.x", "'t.x'"),
        ("'open", "'''open'"),
        ("1; DROP TABLE t", "'1; DROP TABLE t'"),
        ("transform(ARRAY[1], x -> y)", "'transform(ARRAY[1], x -> y)'"),
    ],
)
def test_everything_else_is_a_string(value: str, expression: str) -> None:
    assert expression_of(value) == expression


def test_the_execution_tells_them_as_given(athena: Athena, engine: Engine) -> None:
    execution = athena.run(" SELECT ? ; ", ExecutionParameters=["abc"])
    assert execution["ExecutionParameters"] == ["abc"]
    assert execution["Query"] == "SELECT ?"
    assert engine.requests[0].parameters == ("'abc'",)
