"""The table of allowed imports: a room that reaches where it should not fails here, by file and line."""

import ast
import functools
import graphlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("generator", "handlers", "bootstrap", "lab", "emulator", "notebooks", "tests", "benchmarks")

AWS_RUNTIME = {"boto3", "botocore", "pyspark", "awsglue"}
"""What AWS itself puts beside a function or a Glue job."""

MAY_IMPORT: dict[str, set[str]] = {
    "generator": {"faker"},
    "handlers": AWS_RUNTIME,
    "bootstrap": {"boto3", "botocore", "generator"},
    "lab": {"bootstrap", "generator", "boto3", "botocore", "docker", "psutil", "requests", "rich", "typer"},
    "emulator": {
        *("localstack", "moto", "rolo", "plux", "werkzeug", "boto3", "botocore", "awslambdaric"),
        *("antlr4", "cbor2", "h11", "hypercorn", "jsonpath_ng", "psutil", "requests", "twisted"),
        *("duckdb", "fastavro", "pyarrow", "pyiceberg", "regex"),
    },
    "notebooks": {"lab", "bootstrap", "generator", "matplotlib", "IPython"},
}
"""Rooms and packages from outside the standard library. A room may always import itself.

The tests may import everything, and nothing imports them. The benchmarks measure whatever there is.
"""

OWN_NAME = {"emulator": "localstack_lab"}

INNER: dict[str, set[str]] = {
    "api": set(),
    "tuning": set(),
    "kinesis": set(),
    "dynamodb": set(),
    "lambda_": set(),
    "lake": {"api"},
    "glue": {"api", "lake"},
    "athena": {"api", "lake", "glue.catalog"},
    "athena.sql": set(),
    "athena.reading": {"athena.sql", "athena.engine.contract", "lake"},
    "athena.writing": {"athena.sql"},
    "athena.iceberg": {
        *("athena.sql", "athena.writing", "athena.engine.contract"),
        *("athena.statements.tree", "athena.statements.refused", "lake"),
    },
    "firehose": {"kinesis", "lake", "glue.catalog", "athena"},
    "pipes": {"dynamodb", "kinesis", "tuning"},
}
"""Packages of the emulator, and what of it each may import beside itself; ``plugins`` composes them all."""

WITHOUT_LOCALSTACK = ("athena.sql", "athena.reading", "athena.writing", "athena.iceberg")
"""What runs in a worker, where LocalStack is not: what these need of it they are given."""


def python_files(room: str) -> list[Path]:
    hidden = {".ipynb_checkpoints", ".venv", "__pycache__"}
    return [path for path in sorted((ROOT / room).rglob("*.py")) if not hidden & set(path.parts)]


@functools.cache
def imports_of(path: Path) -> list[tuple[int, str]]:
    """Every absolute import in a file, wherever it stands: (line, top-level package)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name.split(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.append((node.lineno, node.module.split(".")[0]))
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    allowed = MAY_IMPORT[room] | {OWN_NAME.get(room, room)} | set(sys.stdlib_module_names)
    strangers = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in python_files(room)
        for line, name in imports_of(path)
        if name not in allowed and not (path.parent / f"{name}.py").is_file()  # beside it, in a programme
    ]
    assert not strangers, f"{room} may import {sorted(MAY_IMPORT[room])}:\n" + "\n".join(strangers)


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "tests"])
def test_nothing_imports_the_tests(room: str) -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files(room)
        for line, name in imports_of(path)
        if name == "tests"
    ]
    assert not offenders


@functools.cache
def inner_imports_of(path: Path) -> list[tuple[int, str]]:
    """Every module, or name of one, that a file of the emulator imports: (line, dotted name)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT / "emulator").parts[:-1]
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            base += [node.module] if node.module else []
            found += [(node.lineno, ".".join([*base, alias.name])) for alias in node.names]
    return found


def within(name: str, room: str) -> bool:
    return f"{name}.".startswith(f"{room}.")


@pytest.mark.parametrize("room", INNER)
def test_a_package_of_the_emulator_imports_only_its_neighbours(room: str) -> None:
    allowed = [f"localstack_lab.{other}" for other in INNER[room] | {room}]
    files = python_files("emulator/localstack_lab/" + room.replace(".", "/"))
    assert files
    strangers = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files
        for line, name in inner_imports_of(path)
        if within(name, "localstack_lab") and not any(within(name, other) for other in allowed)
    ]
    assert not strangers, f"{room} may import {sorted(INNER[room])}:\n" + "\n".join(strangers)


@pytest.mark.parametrize("room", WITHOUT_LOCALSTACK)
def test_what_runs_in_a_worker_needs_no_localstack(room: str) -> None:
    files = python_files("emulator/localstack_lab/" + room.replace(".", "/"))
    assert files
    offenders = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        for line, name in imports_of(path)
        if name in ("localstack", "moto", "rolo", "werkzeug")
    ]
    assert not offenders


def test_the_packages_of_the_emulator_stand_above_one_another() -> None:
    packages = {room: {other.split(".")[0] for other in INNER[room]} for room in INNER if "." not in room}
    graphlib.TopologicalSorter(packages).prepare()  # raises CycleError
    there = {path.parent.name for path in (ROOT / "emulator/localstack_lab").glob("*/__init__.py")}
    assert packages.keys() == there


def test_the_check_sees_an_import_wherever_it_stands(tmp_path: Path) -> None:
    source = tmp_path / "stranger.py"
    source.write_text("def later():\n    from localstack.aws import api\n    import os.path\n")
    assert imports_of(source) == [(2, "localstack"), (3, "os")]
