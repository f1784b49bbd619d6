"""Handlers' zip files: the same bytes for the same code, and nothing in them but code."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bootstrap.ensure.packages import zip_lambda, zip_lambda_with_shared


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


@pytest.mark.parametrize("slug", ["sales_cdc", "sales_projection", "sales_outlook"])
def test_a_package_with_what_it_shares_runs_from_its_archive_alone(slug: str, tmp_path: Path) -> None:
    archive = tmp_path / "function.zip"
    archive.write_bytes(zip_lambda_with_shared(slug, shared="change_capture"))
    # -I and -S: nothing of this checkout, and nothing but the standard library
    programme = (
        f"import sys; sys.path = [{str(archive)!r}, *sys.path]; "
        f"from handlers.lambdas.{slug} import stream_transformation as found; "
        "print(found.__file__, found.lambda_handler({'records': []}, None))"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", programme], cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split(" ", 1) == [
        f"{archive}/handlers/lambdas/{slug}/stream_transformation.py",
        "{'records': []}\n",
    ]


def test_an_archive_holds_no_other_pipelines_code() -> None:
    archive = zipfile.ZipFile(io.BytesIO(zip_lambda_with_shared("sales_cdc", shared="change_capture")))
    folders = {name.split("/")[2] for name in archive.namelist() if name.count("/") > 2}

    assert folders == {"sales_cdc", "change_capture"}
    assert "handlers/__init__.py" in archive.namelist()
