"""Where a pipeline is wired, and what is refused before anything is called."""

import dataclasses

import pytest

from bootstrap.errors import SettingsError
from bootstrap.settings import DEFAULT_ENDPOINT, Settings


def test_the_default_is_the_lab_on_this_machine() -> None:
    settings = Settings()

    assert settings.endpoint_url == DEFAULT_ENDPOINT == "http://127.0.0.1:4566"
    assert (settings.target, settings.region, settings.account_id) == ("local", "us-east-1", "0" * 12)
    assert Settings.for_port(4700).endpoint_url == "http://127.0.0.1:4700"


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().region = "eu-west-1"  # type: ignore[misc]


@pytest.mark.parametrize("target", ["aws", "LOCAL", "", "production"])
def test_another_target_is_refused_with_a_sentence(target: str) -> None:
    with pytest.raises(SettingsError, match=r"only into a local lab .* so nothing was done"):
        Settings(target=target)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://s3.us-east-1.amazonaws.com",
        "https://AMAZONAWS.com.",
        "https://dynamodb.cn-north-1.amazonaws.com.cn",
        "https://lambda.us-east-1.api.aws",
    ],
)
def test_the_local_target_never_calls_real_aws(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="is real AWS"):
        Settings(endpoint_url=endpoint)


@pytest.mark.parametrize("endpoint", ["http://localstack:4566", "http://localhost.localstack.cloud:4566"])
def test_names_of_a_lab_elsewhere_are_taken(endpoint: str) -> None:
    assert Settings(endpoint_url=endpoint).endpoint_url == endpoint


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("endpoint_url", "127.0.0.1:4566"),
        ("endpoint_url", "http://"),
        ("endpoint_url", "ftp://127.0.0.1"),
        ("account_id", "123"),
        ("account_id", "12345678901x"),
        ("region", "Virginia"),
        ("region", ""),
    ],
)
def test_a_value_that_cannot_be_meant_is_named(field: str, value: str) -> None:
    with pytest.raises(SettingsError, match=r"is not|does not look"):
        Settings(**{field: value})
