"""Execution parameters."""

from tests.emulator.athena.conformance.case import ATHENA, answers, fails

PAGE = f"{ATHENA}/querying-with-prepared-statements.html"

CASES = [
    answers(PAGE, "SELECT name FROM nation WHERE nationkey = ?", ("GERMANY",), parameters=("7",)),
    answers(PAGE, "SELECT name FROM nation WHERE name = ?", ("GERMANY",), parameters=("'GERMANY'",)),
    answers(
        PAGE,
        "SELECT name FROM nation WHERE regionkey = ? AND name LIKE ?",
        ("CHINA",),
        parameters=("2", "'C%'"),
    ),
    answers(PAGE, "SELECT name FROM nation WHERE name = ?", ("GERMANY",), parameters=("GERMANY",)),
    answers(
        PAGE,
        "SELECT count(*) FROM nation WHERE ? BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'",
        ("25",),
        parameters=("DATE '2024-05-01'",),
    ),
    answers(PAGE, "SELECT '?' || name FROM nation WHERE nationkey = ?", ("?GERMANY",), parameters=("7",)),
    fails(PAGE, "SELECT name FROM nation WHERE nationkey = ?", "INVALID_PARAMETER_USAGE"),
    fails(PAGE, "SELECT name FROM nation WHERE nationkey = ?", "TYPE_MISMATCH: line 1:", parameters=("'7'",)),
]
