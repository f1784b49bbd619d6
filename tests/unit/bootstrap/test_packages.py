"""Handlers' zip files: the same bytes for the same code, and nothing in them but code."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from bootstrap.ensure.packages import zip_lambda


@pytest.fixture
def root(tmp_path: Path) -> Path:
    package = tmp_path / "intake"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "b.py").write_text("B = 1\n")
    (package / "inner" / "a.py").write_text("A = 1\n")
    return tmp_path


def test_the_same_code_gives_the_same_bytes_whenever_and_wherever_it_was_checked_out(root: Path) -> None:
    before = zip_lambda("intake", root=root)

    os.utime(root / "intake" / "b.py", (1, 1))
    (root / "intake" / "b.py").chmod(0o755)
    cache = root / "intake" / "__pycache__"
    cache.mkdir()
    (cache / "b.cpython-313.py").write_text("stale")
    (root / "intake" / "notes.txt").write_text("no code")

    assert zip_lambda("intake", root=root) == before


def test_other_code_gives_other_bytes(root: Path) -> None:
    before = zip_lambda("intake", root=root)
    (root / "intake" / "b.py").write_text("B = 2\n")

    assert zip_lambda("intake", root=root) != before


def test_the_package_is_importable_from_the_archive_and_readable_by_lambda(root: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(zip_lambda("intake", root=root)))

    assert archive.namelist() == ["intake/__init__.py", "intake/b.py", "intake/inner/a.py"]
    assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100644}
    assert archive.read("intake/b.py") == b"B = 1\n"


def test_a_package_that_does_not_exist_is_an_error(root: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no handler files in .*nothing"):
        zip_lambda("nothing", root=root)


def test_the_pipelines_own_handlers_are_found() -> None:
    names = zipfile.ZipFile(io.BytesIO(zip_lambda("order_intake"))).namelist()

    assert "order_intake/order_json_data_process.py" in names
    assert "order_intake/order_file_split.py" in names
