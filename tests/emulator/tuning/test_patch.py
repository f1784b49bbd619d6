"""A patch fits exactly or changes nothing, and can be taken back."""

import logging
from types import ModuleType

import pytest
from localstack_lab.tuning.catalogue import PATCHES
from localstack_lab.tuning.hooks import install, tune
from localstack_lab.tuning.patch import LOCALSTACK, Patch
from localstack_lab.tuning.post_import import PostImportFinder


def a_module(**attributes: object) -> ModuleType:
    module = ModuleType("shop.orders")
    module.__dict__.update(attributes)
    return module


def test_a_patch_replaces_and_reverts() -> None:
    module = a_module(price=1)

    def change(patch: Patch, module: ModuleType) -> None:
        patch.replace(module, "price", lambda original: original + 1)
        patch.add(module, "currency", "EUR")

    patch = Patch("prices", "shop.orders", change)
    assert patch.apply(module)
    assert (module.price, module.currency) == (2, "EUR")
    patch.revert()
    assert module.price == 1
    assert not hasattr(module, "currency")


def test_another_version_is_left_alone_with_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    module = a_module(price=1)
    patch = Patch(
        "prices",
        "shop.orders",
        lambda p, m: p.replace(m, "price", lambda _: 2),
        {"localstack-core": "4.13.0"},
    )
    with caplog.at_level(logging.WARNING):
        assert not patch.apply(module)
    assert module.price == 1
    assert [record.getMessage() for record in caplog.records] == [
        "Tuning 'prices' is not applied: it is for localstack-core 4.13.0 and 4.14.0 is installed."
    ]


def test_a_missing_distribution_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    patch = Patch("x", "shop.orders", lambda p, m: None, {"no-such-distribution": "1"})
    with caplog.at_level(logging.WARNING):
        assert not patch.apply(a_module())
    assert "none is installed" in caplog.text


def test_a_target_that_is_gone_undoes_what_was_begun(caplog: pytest.LogCaptureFixture) -> None:
    module = a_module(price=1)

    def change(patch: Patch, module: ModuleType) -> None:
        patch.replace(module, "price", lambda _: 2)
        patch.replace(module, "quantity", lambda _: 3)

    with caplog.at_level(logging.WARNING):
        assert not Patch("prices", "shop.orders", change).apply(module)
    assert module.price == 1
    assert "shop.orders has no 'quantity'" in caplog.text


def test_every_patch_is_for_the_release_that_the_lab_runs_on() -> None:
    assert {patch.written_for["localstack-core"] for patch in PATCHES} == {LOCALSTACK["localstack-core"]}
    assert [patch.name for patch in PATCHES if not patch.fits()] == []


def test_names_of_patches_are_unique() -> None:
    names = [patch.name for patch in PATCHES]
    assert sorted(set(names)) == sorted(names)


def test_the_setting_switches_all_off(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    installed: list[PostImportFinder] = []
    monkeypatch.setattr("localstack_lab.tuning.hooks.install", installed.append)
    monkeypatch.setenv("LAB_TUNING", "0")
    with caplog.at_level(logging.INFO):
        tune.fn() if hasattr(tune, "fn") else tune()
    assert installed == []
    assert "LAB_TUNING is off" in caplog.text


def test_each_target_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every patch applies to the module that it names; none waits for an import that never comes."""
    import importlib

    applied = []
    try:
        for patch in PATCHES:
            module = importlib.import_module(patch.module)
            assert patch.apply(module), patch.name
            applied.append(patch)
    finally:
        for patch in reversed(applied):
            patch.revert()


def test_install_puts_the_finder_first(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr("localstack_lab.tuning.hooks.patches", list)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    finder = PostImportFinder()
    install(finder)
    assert sys.meta_path[0] is finder
