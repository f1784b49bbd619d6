"""LocalStack's environment is built from nothing."""

import os
from pathlib import Path

import pytest

from lab.environment import build, parse, service_ports
from lab.errors import ExitCode, UsageError
from lab.home import Home

HOSTS = {
    "AWS_PROFILE": "company",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "hunter2-secret",
    "AWS_SESSION_TOKEN": "hunter2-token",
    "AWS_ENDPOINT_URL": "https://hunter2.example",
    "LOCALSTACK_AUTH_TOKEN": "hunter2-ls",
    "HTTPS_PROXY": "http://hunter2.example:3128",
    "PYTHONPATH": "/hunter2",
    "DATABASE_PASSWORD": "hunter2-db",
    "DEBUG": "hunter2-debug",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_nothing_of_the_hosts_variables_is_passed_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTS.items():
        monkeypatch.setenv(name, value)

    variables = build(4566, home)

    assert not [name for name, value in variables.items() if "hunter2" in value or "AKIA" in value]
    assert variables["AWS_ACCESS_KEY_ID"] == "test"
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "PYTHONPATH"}.isdisjoint(variables)
    assert variables["HOME"] != os.environ.get("HOME")


def test_every_folder_is_inside_the_home(home: Home) -> None:
    variables = build(4566, home)
    names = ("HOME", "TMPDIR", "FILESYSTEM_ROOT", "XDG_CACHE_HOME", "CONFIG_DIR", "CUSTOM_SSL_CERT_PATH")
    for name in (*names, "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert Path(variables[name]).is_relative_to(home.run), name


def test_the_gateway_is_for_this_machine_only(home: Home) -> None:
    variables = build(4706, home)
    assert variables["GATEWAY_LISTEN"] == "127.0.0.1:4706"
    assert variables["GATEWAY_SERVER"] == "lab"
    assert variables["DISABLE_EVENTS"] == "1"
    assert variables["DNS_ADDRESS"] == "0"


def test_settings_from_the_command_line_win(home: Home) -> None:
    settings = parse(["PROVIDER_OVERRIDE_KINESIS=", "DEBUG=1", "SERVICES=s3=x"])
    assert settings == {"PROVIDER_OVERRIDE_KINESIS": "", "DEBUG": "1", "SERVICES": "s3=x"}
    assert build(4566, home, settings)["PROVIDER_OVERRIDE_KINESIS"] == ""


@pytest.mark.parametrize(
    "pair",
    [
        "DEBUG",
        "de bug=1",
        "AWS_ACCESS_KEY_ID=AKIA",
        "GATEWAY_LISTEN=0.0.0.0:4566",
        "TMPDIR=/tmp",
        "DISABLE_EVENTS=0",
        "LD_PRELOAD=/x.so",
        "PYTHONPATH=/x",
        "LAB_HOME=/x",
        "LAB_TUNING_OF_MINE=1",
    ],
)
def test_what_is_no_setting_or_would_open_the_lab_is_refused(pair: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse([pair])
    assert caught.value.exit_code is ExitCode.USAGE
    assert pair.partition("=")[0] in caught.value.message


def test_labs_do_not_share_ports_for_their_services() -> None:
    ranges = [service_ports(port) for port in range(4500, 4800)]
    assert service_ports(4566) == (4510, 4560)
    taken = [number for first, past in ranges for number in range(first, past)]
    assert len(taken) == len(set(taken))
    assert all(1024 <= number < 32_768 for number in taken)


@pytest.mark.parametrize("pair", ["LAB_TUNING=0", "LAB_TIME_SCALE=0.1", "LAB_KINESIS_ENFORCE_THROUGHPUT=1"])
def test_how_the_emulator_behaves_may_be_set(pair: str) -> None:
    name, _, value = pair.partition("=")
    assert parse([pair]) == {name: value}
