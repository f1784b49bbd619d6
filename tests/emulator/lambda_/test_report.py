"""The platform's own lines, and the errors that it reports."""

import json
import signal

import pytest
from localstack_lab.lambda_ import faults
from localstack_lab.lambda_.report import Ending, Reporter


def lines(config: dict, ending: Ending) -> list[str]:
    written: list[str] = []
    reporter = Reporter(written.append, config, 128, "3")
    reporter.start("r")
    reporter.end("r", ending)
    return written


def test_the_text_of_a_cold_invocation():
    assert lines({}, Ending("success", 10.123, 30, init_ms=99.9)) == [
        "START RequestId: r Version: 3\n",
        "END RequestId: r\n",
        "REPORT RequestId: r\tDuration: 10.12 ms\tBilled Duration: 111 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 30 MB\tInit Duration: 99.90 ms\t\n",
    ]


@pytest.mark.parametrize(
    ("ending", "end"),
    [
        (Ending("error", 1, 30, "ValueError"), "Max Memory Used: 30 MB\t\n"),
        (Ending("timeout", 1, 30, "Sandbox.Timedout"), "Max Memory Used: 30 MB\tStatus: timeout\n"),
        (
            Ending("failure", 1, 30, "Runtime.ExitError"),
            "Max Memory Used: 30 MB\tStatus: error\tError Type: Runtime.ExitError\n",
        ),
    ],
)
def test_the_report_tells_how_it_went(ending, end):
    assert lines({}, ending)[-1].endswith(end)


def test_json_records():
    start, report = (
        json.loads(line) for line in lines({"LogFormat": "JSON"}, Ending("success", 10.1234, 30))
    )

    assert (start["type"], start["record"]) == ("platform.start", {"requestId": "r", "version": "3"})
    assert report["type"] == "platform.report"
    assert report["record"] == {
        "requestId": "r",
        "status": "success",
        "metrics": {"durationMs": 10.123, "billedDurationMs": 11, "memorySizeMB": 128, "maxMemoryUsedMB": 30},
    }


@pytest.mark.parametrize(
    ("level", "status", "kinds"),
    [
        ("DEBUG", "success", ["start", "runtimeDone", "report"]),
        ("INFO", "success", ["start", "report"]),
        ("INFO", "error", ["start", "runtimeDone", "report"]),
        ("WARN", "success", []),
        ("WARN", "error", ["runtimeDone"]),
    ],
)
def test_the_system_log_level_filters_json_records(level, status, kinds):
    found = lines({"LogFormat": "JSON", "SystemLogLevel": level}, Ending(status, 1, 1))

    assert [json.loads(line)["type"] for line in found] == [f"platform.{kind}" for kind in kinds]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "Runtime exited without providing a reason"),
        (2, "Runtime exited with error: exit status 2"),
        (-signal.SIGKILL, "Runtime exited with error: signal: killed"),
        (-signal.SIGUSR1, f"Runtime exited with error: signal: signal {signal.SIGUSR1.value}"),
    ],
)
def test_how_an_exit_is_described(code, text):
    assert json.loads(faults.exited("r", code).payload()) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: r Error: {text}",
    }
