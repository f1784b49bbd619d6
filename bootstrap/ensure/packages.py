"""Zip files of handlers, the same bytes on every machine: a hash tells whether code changed."""

import io
import zipfile
from pathlib import Path

_HANDLERS = Path(__file__).resolve().parents[2] / "handlers"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip file can hold; times of checkout must not count


def zip_lambda(package: str, *, root: Path | None = None) -> bytes:
    """``handlers/lambdas/<package>/`` zipped as a package: a handler is ``<package>.<module>.<function>``.

    The files are read, never imported.

    :raises FileNotFoundError: no such package, or no Python file in it
    """
    folder = (root or _HANDLERS / "lambdas") / package
    return _zip(_sources(folder), folder.parent)


def zip_lambda_with_shared(package: str, *, shared: str, root: Path | None = None) -> bytes:
    """Two packages of ``handlers/lambdas/`` under their full names, so that the first may import the second.

    A handler is ``handlers.lambdas.<package>.<module>.<function>``.

    :param root: the folder that ``handlers/`` lies in
    :raises FileNotFoundError: no such package, or no Python file in it
    """
    handlers = root / "handlers" if root else _HANDLERS
    lambdas = handlers / "lambdas"
    files = [handlers / "__init__.py", lambdas / "__init__.py"]
    for name in (package, shared):
        files += _sources(lambdas / name)
    return _zip(sorted(files), handlers.parent)


def _sources(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
    if not files:
        raise FileNotFoundError(f"no handler files in {folder}")
    return files


def _zip(files: list[Path], base: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(base).as_posix(), date_time=_EPOCH)
            entry.create_system = 3  # Unix, whatever the host: it decides how the mode is read
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED  # zlib versions differ in their output
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
