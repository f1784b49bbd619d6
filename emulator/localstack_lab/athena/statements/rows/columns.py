"""Names and types of the columns that a query writes."""

import re
from collections.abc import Sequence

from localstack_lab.athena.sql.errors import QueryError


def checked_names(names: Sequence[str]) -> list[str]:
    """The names in lower case.

    :raises QueryError: for a column without a name, or two with the same
    """
    lowered: list[str] = []
    for position, name in enumerate(names, 1):
        if re.fullmatch(r"_col\d+", name):
            message = f"Column name not specified at position {position}"
            raise QueryError("MISSING_COLUMN_NAME", message, 1, 1)
        if name.lower() in lowered:
            raise QueryError("DUPLICATE_COLUMN_NAME", f"Column name '{name}' specified more than once", 1, 1)
        lowered.append(name.lower())
    return lowered
