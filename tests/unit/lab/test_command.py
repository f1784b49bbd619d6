"""The command's arguments, answers and exit codes, without a lab."""

import errno
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from lab import checks, cli, fitness
from lab.app import app
from lab.checks import Verdict
from lab.errors import EnvironmentUnfit, ExitCode
from lab.home import Home
from lab.output import Mode, answer, safe

run = CliRunner()


@pytest.fixture(autouse=True)
def _empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LAB_PORT", "4726")
    monkeypatch.setenv("COLUMNS", "200")


def test_the_help_explains_every_exit_code() -> None:
    answer = run.invoke(app, ["--help"])
    assert answer.exit_code == 0
    for code in ExitCode:
        assert f"{int(code)}: {code.meaning}" in answer.output


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["fly"], ExitCode.USAGE, "No such command"),
        (["status", "--port", "99"], ExitCode.USAGE, "--port"),
        (["up", "--set", "DEBUG"], ExitCode.USAGE, "--set NAME=VALUE"),
        (["up", "--set", "AWS_PROFILE=x"], ExitCode.USAGE, "AWS_PROFILE"),
        (["logs", "--json", "--follow"], ExitCode.USAGE, "--follow"),
        (["logs"], ExitCode.NOT_RUNNING, "lab up"),
        (["logs", "--function", "f"], ExitCode.NOT_RUNNING, "lab up"),
        (["status"], ExitCode.NOT_RUNNING, "lab up"),
        (["down"], ExitCode.OK, "nothing to stop"),
    ],
)
def test_without_a_lab(arguments: list[str], code: ExitCode, says: str) -> None:
    answer = run.invoke(app, arguments)
    assert answer.exit_code == code
    assert says in answer.output
    assert "Traceback" not in answer.output


def test_a_script_reads_the_status(tmp_path: Path) -> None:
    answer = run.invoke(app, ["status", "--json"])
    assert answer.exit_code == ExitCode.NOT_RUNNING
    body = json.loads(answer.stdout)
    assert body["phase"] == "stopped"
    assert body["endpoint"] == "http://127.0.0.1:4726"
    assert body["home"] == str(tmp_path / "home")
    assert not (tmp_path / "home").exists(), "looking changes nothing"


def test_a_script_reads_an_error() -> None:
    answer = run.invoke(app, ["up", "--set", "TMPDIR=/tmp", "--json"])
    body = json.loads(answer.stdout)
    assert body["exit_code"] == answer.exit_code == ExitCode.USAGE
    assert "TMPDIR" in body["error"]


@pytest.mark.parametrize("verbs", [["--all"], []])
def test_stopping_nothing_is_no_error(
    verbs: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("lab.runtimes.base_folder", lambda: tmp_path)
    monkeypatch.setattr("lab.runtimes.running_homes", lambda: [])
    assert run.invoke(app, ["down", *verbs]).exit_code == ExitCode.OK


@pytest.mark.parametrize("version", [(3, 12), (3, 14)])
def test_another_python_is_refused_with_the_way_out(
    version: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitness, "running_python", lambda: version)
    answer = run.invoke(app, ["up"])
    assert answer.exit_code == ExitCode.ENVIRONMENT
    assert f"Python {version[0]}.{version[1]}" in answer.output
    assert "uv run --locked lab up" in answer.output


@pytest.mark.parametrize("version", [None, "4.15.0"])
def test_a_missing_or_other_localstack_is_refused(
    version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitness, "installed", lambda _name: version)
    with pytest.raises(EnvironmentUnfit, match="localstack-core"):
        fitness.require_fit()


def test_an_emulator_that_was_installed_before_the_checkout_moved_on_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitness, "ENTRY_POINTS", {"dynamodb:lab", "s4:lab"})
    with pytest.raises(EnvironmentUnfit, match="it lacks s4:lab"):
        fitness.require_fit()


def test_the_doctor_names_packages_that_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "installed", lambda name: "6.0.0" if name == "cbor2" else None)
    check = checks.packages()
    assert check.verdict is Verdict.FAIL
    assert "cbor2 6.0.0 instead of 5.8.0" in check.text


@pytest.mark.parametrize(
    ("variables", "verdict"),
    [
        ({}, Verdict.OK),
        ({"HTTP_PROXY": "http://p:1"}, Verdict.WARN),
        ({"https_proxy": "http://p:1", "NO_PROXY": "localhost"}, Verdict.WARN),
        ({"https_proxy": "http://p:1", "no_proxy": "example.com, localhost,127.0.0.1"}, Verdict.OK),
        ({"ALL_PROXY": "socks://p:1", "NO_PROXY": "*"}, Verdict.OK),
    ],
)
def test_the_doctor_on_proxies(
    variables: dict[str, str], verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert checks.proxies().verdict is verdict


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("AWS_PROFILE", Verdict.WARN), ("AWS_ENDPOINT_URL_S3", Verdict.WARN), ("AWS_REGION", Verdict.OK)],
)
def test_the_doctor_on_aws_variables(name: str, verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, "x")
    check = checks.aws_variables()
    assert check.verdict is verdict
    assert "awslocal" in check.remedy if verdict is Verdict.WARN else not check.remedy


def test_every_failed_or_doubtful_check_says_what_to_do(tmp_path: Path) -> None:
    for check in checks.all_checks(4726, Home(tmp_path)):
        assert check.verdict is Verdict.OK or check.remedy, check


def test_a_missing_package_is_a_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "lab.app")
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == ExitCode.ENVIRONMENT
    assert "The package typer is not installed." in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    answer = run.invoke(app, ["up", "--home", str(tmp_path / "file" / "home")])
    assert answer.exit_code == ExitCode.ENVIRONMENT
    assert "--home" in answer.output


def test_what_comes_from_outside_cannot_command_the_terminal() -> None:
    hostile = "[red]a[/] \x1b[2J\x1b]0;title\x07 b\u202ec\td"
    console = Console(file=StringIO(), force_terminal=True, highlight=False, width=200)
    console.print(safe(hostile))
    shown = console.file.getvalue()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.startswith("[red]a[/] \\u001b[2J")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fly"], "No such command"),
        (["status", "--port", "80"], "--port"),
        (["up", "--port", "abc"], "--port"),
        (["run"], "SLUG"),
        (["run", "order_intake", "--records", "many"], "--records"),
        (["run", "order_intake", "--input", "/no/such/file"], "/no/such/file"),
        (["run", "order_intake", "--input", __file__, "--records", "3"], "--input"),
        (["run", "order_intake", "--input", __file__, "--seed", "0"], "--input"),
        (["run", "order_intake", "--input", __file__, "--invalid", "missing_email=1"], "--input"),
    ],
)
def test_a_wrong_call_is_said_to_a_script_and_to_a_person(arguments: list[str], says: str) -> None:
    script = run.invoke(app, [*arguments, "--json"])
    body = json.loads(script.stdout)
    assert script.exit_code == body["exit_code"] == ExitCode.USAGE
    assert says in body["error"]

    person = run.invoke(app, arguments)
    assert person.exit_code == ExitCode.USAGE
    assert person.stdout == ""
    assert says in person.stderr


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"], ["doctor"]])
def test_an_ascii_terminal_is_no_fault(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lab", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (ExitCode.NOT_RUNNING, ExitCode.OK, ExitCode.DIFFERENCE)
    assert done.stdout.isascii()
    assert done.stderr == ""


def test_an_answer_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN standard output on a full disk."""

    class Full(StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Mode, "json", True)
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(EnvironmentUnfit, match="cannot be written: No space left on device"):
        answer({})
    assert not Mode.json, "the complaint goes to standard error"
