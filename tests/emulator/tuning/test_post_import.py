"""Callbacks run once, with the finished module, and leave the import system as it was."""

import importlib
import importlib.resources
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from localstack_lab.tuning.post_import import PostImportFinder


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> PostImportFinder:
    finder = PostImportFinder()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    return finder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """``package(source)`` writes a package with a module ``orders``; returns the module's full name."""
    name = f"shop_{tmp_path.name.replace('-', '_')}"
    monkeypatch.syspath_prepend(tmp_path)

    def write(source: str) -> str:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "orders.py").write_text(source)
        (tmp_path / name / "data.txt").write_text("42")
        importlib.invalidate_caches()
        return f"{name}.orders"

    yield write
    for loaded in [m for m in sys.modules if m.split(".")[0] == name]:
        del sys.modules[loaded]


def test_the_callback_gets_the_finished_module_once(
    finder: PostImportFinder, package: Callable[[str], str]
) -> None:
    seen: list[int] = []
    name = package("total = 1\ntotal += 41\n")
    finder.when_imported(name, lambda module: seen.append(module.total))
    importlib.import_module(name)
    importlib.reload(sys.modules[name])
    assert seen == [42]


def test_before_runs_before_the_module_does(finder: PostImportFinder, package: Callable[[str], str]) -> None:
    order: list[str] = []
    name = package("import sys\nsys.modules['shop_order_of_events'].append('body')\n")
    sys.modules["shop_order_of_events"] = order  # type: ignore[assignment]
    try:
        finder.when_imported(name, lambda _: order.append("after"), before=lambda: order.append("before"))
        importlib.import_module(name)
    finally:
        del sys.modules["shop_order_of_events"]
    assert order == ["before", "body", "after"]


def test_what_is_imported_already_is_called_at_once(
    finder: PostImportFinder, package: Callable[[str], str]
) -> None:
    module = importlib.import_module(package("total = 1"))
    seen: list[ModuleType] = []
    finder.when_imported(module.__name__, seen.append, before=lambda: seen.append(module))
    assert seen == [module]


def test_a_module_keeps_its_own_loader_and_resources(
    finder: PostImportFinder, package: Callable[[str], str]
) -> None:
    name = package("total = 1")
    finder.when_imported(name, lambda _: None)
    finder.when_imported(name.split(".")[0], lambda _: None)
    module = importlib.import_module(name)
    assert type(module.__loader__).__name__ == "SourceFileLoader"
    assert module.__spec__ is not None
    assert module.__spec__.loader is module.__loader__
    assert importlib.resources.files(name.split(".")[0]).joinpath("data.txt").read_text() == "42"


def test_an_import_that_fails_fails_as_ever_and_is_waited_for_still(
    finder: PostImportFinder, package: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = package("import os\nif os.environ.get('SHOP_BROKEN'): raise RuntimeError('broken')\n")
    seen: list[ModuleType] = []
    finder.when_imported(name, seen.append)
    monkeypatch.setenv("SHOP_BROKEN", "1")
    with pytest.raises(RuntimeError, match="broken"):
        importlib.import_module(name)
    assert seen == []
    monkeypatch.delenv("SHOP_BROKEN")
    module = importlib.import_module(name)
    assert seen == [module]


def test_a_module_that_does_not_exist_is_still_not_found(finder: PostImportFinder) -> None:
    finder.when_imported("shop_nowhere", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match="shop_nowhere"):
        importlib.import_module("shop_nowhere")
