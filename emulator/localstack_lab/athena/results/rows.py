"""Rows out of a piece of a result file: CSV as Athena writes it, or the lines of a text.

In the CSV every value is in quotes, so that an empty field without them is NULL.
https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

import re

# One field with what ends it. The text in quotes has every quote doubled.
_FIELD = re.compile(rb'(?:"([^"]*(?:""[^"]*)*)")?([,\n])')

type Row = list[str | None]


def csv_rows(data: bytes, most: int) -> tuple[list[Row], int]:
    """At most `most` whole rows at the beginning of `data`, and how many bytes they take.

    What follows the last whole row is the next piece's.
    """
    rows: list[Row] = []
    row: Row = []
    at = taken = 0
    while len(rows) < most:
        found = _FIELD.match(data, at)
        if found is None:
            break
        value, ended = found.groups()
        row.append(None if value is None else value.replace(b'""', b'"').decode())
        at = found.end()
        if ended == b"\n":
            rows.append(row)
            row, taken = [], at
    return rows, taken


def lines(data: bytes, most: int, *, last: bool) -> tuple[list[Row], int]:
    """At most `most` lines at the beginning of `data`, and how many bytes they take.

    :param last: `data` goes on to the end of the file, whose last line has no end of line; the count is then
        one more than the bytes there are
    """
    parts = data.split(b"\n", most)
    whole = parts[:most] if last or len(parts) > most else parts[:-1]
    return [[part.decode()] for part in whole], sum(len(part) + 1 for part in whole)
