"""Shares of a core, and the processor time of a process tree."""

import subprocess
import sys

import psutil
import pytest

from benchmarks.processor import share_of_core, tree_seconds


def test_a_share_is_of_one_core() -> None:
    assert share_of_core(3.0, 3.3, 15.0) == pytest.approx(2.0)
    assert share_of_core(3.0, 7.0, 2.0) == pytest.approx(200.0)


def test_a_share_of_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="0 seconds"):
        share_of_core(1.0, 2.0, 0.0)


def test_children_that_ended_still_count() -> None:
    # a child burns half a second of CPU and ends before anybody looks
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}]); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        assert tree_seconds(process.pid) >= 0.5
        process.stdin.write(b"\n")


def test_a_process_that_is_gone_has_used_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert not psutil.pid_exists(process.pid)
    assert tree_seconds(process.pid) == 0.0
