"""What terminals tell each other: the state file and the lock."""

import shutil
import threading
from pathlib import Path

import pytest

from lab.embedded import EmbeddedRuntime
from lab.errors import StartFailed, UsageError
from lab.home import Home
from lab.lock import exclusive, held
from lab.state import LabState
from tests.support.waiting import eventually


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    state = LabState("embedded", 4566, 17, 1234.5, settings={"DEBUG": "1"})
    state.write(tmp_path / "lab.json")
    assert LabState.read(tmp_path / "lab.json") == state
    assert [path.name for path in tmp_path.iterdir()] == ["lab.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": 1}', '{"surprise": true}'])
def test_a_damaged_state_tells_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lab.json"
    path.write_text(text)
    assert LabState.read(path) is None
    assert LabState.read(tmp_path / "missing.json") is None


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "home" / "lock"
    assert not held(lock)
    with exclusive(lock):
        assert held(lock)
        told: list[str] = []
        with (
            pytest.raises(StartFailed, match="Another terminal"),
            exclusive(lock, timeout=0, on_wait=lambda: told.append("waiting")),
        ):
            pytest.fail("two holders")
        assert told == ["waiting"]
    assert not held(lock)


def test_who_waits_gets_the_lock_even_when_its_file_was_deleted_meanwhile(tmp_path: Path) -> None:
    """GIVEN a waiter WHEN the holder deletes the file and lets go THEN the waiter holds the new file."""
    lock = tmp_path / "lock"
    waiting, done, seen = threading.Event(), threading.Event(), []

    def second() -> None:
        with exclusive(lock, timeout=10, on_wait=waiting.set):
            seen.append(held(lock))
        done.set()

    with exclusive(lock):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(10)
    assert done.wait(10)
    thread.join()
    assert seen == [True]
    assert not lock.exists()


def test_the_lock_of_a_dead_holder_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    holder = exclusive(lock)
    holder.__enter__()
    assert held(lock)
    holder.gen.close()  # what the operating system does to the descriptor of a process that died
    eventually(lambda: not held(lock), expecting="the lock to be free", within=1)


def test_a_home_is_cleared_to_its_log_and_purged_to_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make_run()
    (home.tmp / "deep").mkdir()
    (home.tmp / "deep" / "file").write_text("x")
    home.log.write_text("log")

    home.clear_run()
    assert [path.name for path in home.root.iterdir()] == ["lab.log"]

    home.purge()
    assert not home.root.exists()


@pytest.mark.parametrize("linked", [False, True], ids=["folder", "link"])
def test_a_folder_named_run_that_no_lab_made_is_never_deleted(tmp_path: Path, linked: bool) -> None:
    """GIVEN --home names a folder, such as / or a project's, that has a folder `run` of its own."""
    root = tmp_path / "project"
    root.mkdir()
    run = root / "run"
    real = tmp_path / "elsewhere" if linked else run
    real.mkdir()
    (real / "mine.txt").write_text("x")
    if linked:
        run.symlink_to(real)
    lab = EmbeddedRuntime(4717, root)

    with pytest.raises(UsageError, match="is not a lab's"):
        lab.start()
    for purge in (False, True):
        with pytest.raises(UsageError, match="is not a lab's"):
            lab.stop(purge=purge)
    with pytest.raises(UsageError, match="is not a lab's"):
        lab.home.clear_run()

    assert (real / "mine.txt").read_text() == "x"
    assert [path.name for path in root.iterdir()] == ["run"]


def test_a_clearing_that_was_interrupted_can_go_on(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make_run()
    shutil.rmtree(home.tmp)
    home.clear_run()
    assert not home.root.joinpath("run").exists()


def test_what_is_not_the_labs_survives_a_purge(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "mine.txt").write_text("x")
    home.purge()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("given", "expected"), [("/a/b", "/a/b"), (None, "/from/variable")])
def test_the_home_is_the_one_given_or_else_the_variables(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str
) -> None:
    monkeypatch.setenv("LAB_HOME", "/from/variable")
    assert Home.of(4566, given).root == Path(expected)


def test_each_port_has_a_home_of_its_own_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_HOME", raising=False)
    checkout = Path(__file__).parents[3]
    assert Home.of(4566).root == checkout / ".lab" / "4566"
    assert Home.of(4567).root == checkout / ".lab" / "4567"


def test_a_home_too_deep_for_its_databases_is_refused(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["x" * 100] * 4)
    with pytest.raises(UsageError, match="at most 210 are possible"):
        EmbeddedRuntime(4717, deep).start()
    assert list(tmp_path.iterdir()) == []
