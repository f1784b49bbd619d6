"""Every listed statement answers what its page says."""

import uuid
from types import ModuleType

import pytest

from tests.emulator.athena.conformance.case import ANY, Case, Row, Script
from tests.emulator.athena.conformance.cases import (
    aggregation,
    arrays,
    datetime,
    definitions,
    edges,
    errors,
    expressions,
    json,
    lambdas,
    maps,
    numbers,
    parameters,
    queries,
    reading,
    strings,
    writing,
)
from tests.emulator.athena.conformance.engine import Answer, Engine

LISTS: tuple[ModuleType, ...] = (
    *(arrays, maps, lambdas, strings, json, datetime, numbers, expressions),
    *(queries, aggregation, parameters, errors, edges),
)
TOGETHER = 30
"""Expressions in one statement, for speed; when it fails, ever fewer."""
CASES = [
    pytest.param(case, module, id=f"{module.__name__.rpartition('.')[2]}-{number}")
    for module in LISTS
    for number, case in enumerate(module.CASES)
]
SCRIPTS = [
    pytest.param(script, module, id=f"{module.__name__.rpartition('.')[2]}-{script.name}")
    for module in (definitions, writing, reading)
    for script in module.SCRIPTS
]


def difference(case: Case, answer: Answer) -> str:
    """What is not as the page says, or nothing."""
    if case.error or answer.error:
        if answer.error and case.error and (case.error == ANY or answer.error.startswith(case.error)):
            return ""
        return f"it ends with {answer.error or answer.rows!r}, not with {case.error or case.rows!r}"
    if case.columns and answer.columns != case.columns:
        return f"its columns are {answer.columns}, not {case.columns}"
    found, wanted = list(answer.rows), list(case.rows)
    if not case.ordered:
        found, wanted = by_text(found), by_text(wanted)
    return "" if found == wanted else f"it answers {found}, not {wanted}"


def by_text(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=repr)


def answer_of(engine: Engine, case: Case, module: ModuleType) -> Answer:
    """The case's answer; an expression's comes with those beside it."""
    if not case.expression:
        return engine.run(case.sql, "shop", case.parameters)
    if engine.known(case.expression) is None:
        listed = [other.expression for other in module.CASES if other.expression]
        at = listed.index(case.expression) // TOGETHER * TOGETHER
        engine.worth(listed[at : at + TOGETHER], "shop")
    found = engine.known(case.expression)
    assert found is not None
    return found


@pytest.mark.parametrize(("case", "module"), CASES)
def test_a_statement_answers_what_its_page_says(engine: Engine, case: Case, module: ModuleType) -> None:
    problem = difference(case, answer_of(engine, case, module))
    assert not problem, f"{case.sql}\n{problem}\n{case.source}"


@pytest.mark.parametrize(("script", "module"), SCRIPTS)
def test_a_script_goes_as_its_pages_say(engine: Engine, script: Script, module: ModuleType) -> None:
    database = f"{script.name}_{uuid.uuid4().hex[:6]}"
    at = f"s3://scripts/{database}/"
    engine.catalog.create_database(DatabaseInput={"Name": database, "LocationUri": f"{at}warehouse/"})
    engine.bucket.bodies |= {at + name: body for name, body in getattr(module, "FILES", {}).items()}
    for case in script.cases:
        told = placed(case, at, database)
        problem = difference(told, engine.run(told.sql, database, told.parameters))
        assert not problem, f"{told.sql}\n{problem}\n{told.source}"


def placed(case: Case, at: str, database: str) -> Case:
    """The case with its place and database filled in."""

    def fill(text: str) -> str:
        return text.replace("{at}", at).replace("{db}", database)

    rows = tuple(tuple(None if text is None else fill(text) for text in row) for row in case.rows)
    return Case(
        fill(case.sql), case.source, rows, case.ordered, fill(case.error), case.columns, case.parameters
    )


def test_there_are_enough_statements_and_each_has_its_page() -> None:
    every = [case for module in LISTS for case in module.CASES]
    every += [case for parameter in SCRIPTS for case in parameter.values[0].cases]
    assert len(every) >= 250
    assert all(case.source.startswith("https://") for case in every)
