"""The place in a statement that Athena's complaint is about, shown the way compilers do."""

import re

from rich.cells import cell_len

_PLACE = re.compile(r"\bline (\d+):(\d+):")
_BEFORE, _AFTER = 50, 26
"""Characters of a long line to show on either side of the place."""


def marked(text: str, complaint: str) -> str:
    """The line that is meant and below it a ``^`` at the column; "" where the complaint names no place.

    >>> print(marked("SELECT a,\\n  b FROM c", "COLUMN_NOT_FOUND: line 2:3: Column 'b' cannot be resolved"))
      b FROM c
      ^
    """
    found = _PLACE.search(complaint)
    lines = re.split(r"\r\n|\r|\n", text)
    if not found or not 0 < int(found[1]) <= len(lines):
        return ""
    line, column = lines[int(found[1]) - 1].replace("\t", " "), int(found[2]) - 1
    if not 0 <= column <= len(line):
        return ""
    start, end = max(0, column - _BEFORE), column + _AFTER
    before, after = line[start:column], line[column:end]
    if start:
        before = "… " + before
    if end < len(line):
        after += " …"
    return f"{before}{after}\n{' ' * cell_len(before)}^"
