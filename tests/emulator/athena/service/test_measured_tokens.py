"""ClientRequestToken and the order of the checks: measured on Athena (athena-local's measurements).

2026-09-17 and 2026-09-24. https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from typing import Any

import pytest
from localstack.aws.api import ServiceException

from tests.emulator.athena.service.conftest import Athena, Engine

TOKEN = "0123456789abcdef0123456789abcdef01234567"
SHORT = (
    "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: "
    "Member must have length greater than or equal to 32"
)
LONG = SHORT.replace("greater than or equal to 32", "less than or equal to 128")
NO_PLACE = "outputLocation is not a valid S3 path."


def _refused(athena: Athena, text: str, **members: Any) -> tuple[str, str]:
    with pytest.raises(ServiceException) as raised:
        athena.start(text, **members)
    assert raised.value.code == "InvalidRequestException"
    return getattr(raised.value, "AthenaErrorCode"), str(raised.value.message)  # noqa: B009


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "clientRequestToken is null or empty"),
        ("", SHORT),
        ("a" * 31, SHORT),
        ("a" * 129, LONG),
        ("あ" * 20, SHORT),  # characters count from below, bytes from above
        ("あ" * 50, "clientRequestToken exceeds maximum allowed length 128"),
    ],
)
def test_tokens_that_are_refused(athena: Athena, token: str | None, message: str) -> None:
    assert _refused(athena, "SELECT 1", ClientRequestToken=token) == ("INVALID_INPUT", message)


def test_tokens_are_taken_as_they_are(athena: Athena) -> None:
    tokens = ["a" * 32, "a" * 128, TOKEN, f" {TOKEN} ", TOKEN.upper(), f'{TOKEN}"', f"{TOKEN}\\"]
    ids = [athena.start("SELECT 1", ClientRequestToken=token) for token in tokens]
    assert len(set(ids)) == len(tokens)
    assert [athena.start("SELECT 1", ClientRequestToken=token) for token in tokens] == ids


@pytest.mark.parametrize(
    ("token", "place", "text", "code", "message"),
    [
        ("a" * 10, "s3://", "SELECT 1", "INVALID_INPUT", SHORT),
        ("a" * 10, "s3://results/", "SELEC 1", "INVALID_INPUT", SHORT),
        (TOKEN, "s3://", "SELEC 1", "INVALID_INPUT", NO_PLACE),
        (
            TOKEN,
            "s3://results/",
            "SELEC 1",
            "MALFORMED_QUERY",
            "line 1:1: mismatched input 'SELEC'. Expecting: ",
        ),
    ],
)
def test_the_order_of_the_checks(
    athena: Athena, token: str, place: str, text: str, code: str, message: str
) -> None:
    told = _refused(athena, text, ClientRequestToken=token, ResultConfiguration={"OutputLocation": place})
    assert (told[0], told[1][: len(message)]) == (code, message)


def test_what_is_refused_uses_up_no_token(athena: Athena) -> None:
    _refused(athena, "SELEC 1", ClientRequestToken=TOKEN)
    first = athena.start("SELECT 1", ClientRequestToken=TOKEN)
    assert _refused(athena, "SELEC 1", ClientRequestToken=TOKEN)[0] == "MALFORMED_QUERY"
    place = {"OutputLocation": "not-a-valid-s3-path"}
    assert _refused(athena, "SELECT 1", ClientRequestToken=TOKEN, ResultConfiguration=place)[1] == NO_PLACE
    assert athena.start("SELECT 1", ClientRequestToken=TOKEN) == first


@pytest.mark.parametrize(
    "change",
    [
        {"QueryExecutionContext": {"Catalog": "AWSDATACATALOG"}},
        {"QueryExecutionContext": {"Catalog": "nowhere"}},
        {"QueryExecutionContext": {"Catalog": "AwsDataCatalog", "Database": "default"}},
        {"QueryString": "SELECT 1;"},
        {"QueryString": "SELECT 1 "},
    ],
)
def test_what_makes_another_request(athena: Athena, change: dict[str, Any]) -> None:
    same = {"ClientRequestToken": TOKEN, "QueryExecutionContext": {"Catalog": "AwsDataCatalog"}}
    athena.start("SELECT 1", **same)
    told = _refused(
        athena,
        change.get("QueryString", "SELECT 1"),
        **(same | {key: value for key, value in change.items() if key != "QueryString"}),
    )
    assert told == ("IDEMPOTENT_PARAMETER_MISMATCH", "Idempotent parameters do not match")


@pytest.mark.parametrize("ending", ["succeeds", "fails", "is stopped"])
def test_a_token_outlives_its_query(athena: Athena, engine: Engine, ending: str) -> None:
    if ending == "fails":
        engine.failures["SELECT 1"] = KeyError("x")
    if ending == "is stopped":
        engine.hold.clear()
    first = athena.start("SELECT 1", ClientRequestToken=TOKEN)
    if ending == "is stopped":
        athena("StopQueryExecution", QueryExecutionId=first)
    athena.ended(first)
    assert athena.start("SELECT 1", ClientRequestToken=TOKEN) == first


def test_catalogs_of_s3_tables_are_refused(athena: Athena, engine: Engine) -> None:
    """On AWS they hold tables of their own; ours must not end in the default catalog."""
    context = {"Catalog": "s3tablescatalog/bucket", "Database": "ns"}
    code, message = _refused(athena, "SHOW TABLES", QueryExecutionContext=context)
    assert code == "NOT_SUPPORTED"
    assert message.startswith("Catalog s3tablescatalog/bucket, of Amazon S3 Tables, is not available")
    assert not engine.requests
