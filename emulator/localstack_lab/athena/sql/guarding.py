"""AND and OR, where what stands behind must not be evaluated if what stands before decides.

Trino evaluates from left to right and stops: `x <> 0 AND 10 / x > 2` is false for 0. DuckDB evaluates all
terms outside of WHERE, and puts those of WHERE in an order of its own where subqueries are among them.
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/gen/AndCodeGenerator.java
"""

import re
from collections.abc import Sequence

_TEXT = re.compile(r"'(?:[^']|'')*'")
_MAY_FAIL = re.compile(r"\blab_\w+\(| // | % ")
_LONGEST = 2000
"""Characters of guards: they stand in the text once more for each term, at each level."""
_NOT_TWICE = re.compile(r"\(SELECT |\brandom\(|\buuid\(")


def joined(operator: str, terms: Sequence[str]) -> str:
    """SQL of `terms` under AND or OR; those that may fail are guarded by the terms before them.

    A guarded term is what decides anyway where the ones before have decided, so that neither the answer nor
    the other terms change.
    """
    decided = "FALSE" if operator == "AND" else "TRUE"
    parts: list[str] = []
    guards: list[str] = []
    for term in terms:
        plain = _TEXT.sub("''", term)
        if guards and _MAY_FAIL.search(plain):
            before = " ".join(f"WHEN ({g}) IS {decided} THEN {decided}" for g in guards)
            parts.append(f"(CASE {before} ELSE {term} END)")
        else:
            parts.append(term)
        if not _NOT_TWICE.search(plain) and sum(map(len, guards)) + len(term) <= _LONGEST:
            guards.append(term)
    return "(" + f" {operator} ".join(parts) + ")"
