"""Partition projection: partitions computed from the table's properties instead of looked up in the catalog.

See https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from localstack_lab.athena.reading import java_dates
from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.lake.hive_paths import escape
from localstack_lab.lake.hive_types import HiveType

_MOST_DIGITS = 1_000
MOST = 1_000_000  # partitions that one scan may project here
_UNITS = {
    "YEARS": 0, "MONTHS": 0, "WEEKS": 604800, "DAYS": 86400, "HOURS": 3600, "MINUTES": 60, "SECONDS": 1,
}  # fmt: skip
_PLACE = re.compile(r"\$\{([^}]*)\}")
_NOW = re.compile(r"^NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?$")


def rows(
    keys: Sequence[tuple[str, HiveType]],
    parameters: Mapping[str, str],
    location: str,
    asked: Mapping[str, list[str]],
    now: datetime,
    what: str,
) -> list[tuple[tuple[str, ...], str]]:
    """(values, location) of every partition that the properties describe and the condition may leave.

    :param asked: key → the only values that the query's condition can hold for
    :raises QueryError: INVALID_TABLE_PROPERTY for wrong properties; CONSTRAINT_VIOLATION for an injected
        column without a condition that gives its value
    """
    template = parameters.get("storage.location.template")
    if template:
        _check_template(template, keys, what)
    lists = []
    size = 1
    for name, _ in keys:
        wanted = asked.get(name)
        possible = _values(name, parameters, wanted, now, what)
        if wanted is not None and str(parameters.get(f"projection.{name}.type", "")).lower() != "injected":
            found = [
                value for value in _bounded(possible, what) if value in wanted or _same_number(value, wanted)
            ]
        else:
            found = list(itertools.islice(possible, MOST + 1))
        size *= len(found)
        if size > MOST:
            raise _too_many(what)
        lists.append(found)
    base = location if location.endswith("/") else location + "/"
    names = [name for name, _ in keys]
    answer = []
    for given in itertools.product(*lists):
        of = dict(zip(names, given, strict=True))
        if template:
            where = _filled(template, of)
        else:
            where = base + "/".join(f"{name}={escape(value)}" for name, value in of.items())
        answer.append((given, where))
    return answer


def _filled(template: str, of: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: of[found[1].lower()], template)


def _check_template(template: str, keys: Sequence[tuple[str, HiveType]], what: str) -> None:
    """Every key has its place in the template, and nothing else has one."""
    places = {place.lower() for place in _PLACE.findall(template)}
    names = [name for name, _ in keys]
    lacking = [name for name in names if name not in places]
    if lacking:
        raise _wrong(
            what,
            f"Table {what}: storage.location.template '{template}' has no place for the partition columns "
            f"{lacking}",
        )
    unknown = sorted(places.difference(names))
    if unknown:
        raise _wrong(
            what, f"Table {what}: storage.location.template '{template}' names no partition column: {unknown}"
        )


def padded(parameters: Mapping[str, str], name: str, value: str) -> str:
    """A partition's value as the projection writes it: a whole number with its ``digits``.

    :param parameters: the table's, their names in lower case
    """
    digits = parameters.get(f"projection.{name}.digits", "")
    if parameters.get(f"projection.{name}.type", "").strip().lower() != "integer":
        return value
    return f"{int(value):0{digits}d}" if digits.isdecimal() and value.lstrip("-").isdecimal() else value


def _too_many(what: str) -> QueryError:
    return QueryError(
        "NOT_SUPPORTED",
        f"The projection of table {what} gives more than {MOST} partitions for this query; this "
        "emulator reads no more. Narrow the conditions on its partition columns, or the projection's range.",
    )


def _bounded(possible: Iterator[str], what: str) -> Iterator[str]:
    """The values, looked through only so far: a range may have any number of them."""
    for number, value in enumerate(possible):
        if number >= MOST:
            raise _too_many(what)
        yield value


def _values(
    name: str, parameters: Mapping[str, str], wanted: list[str] | None, now: datetime, what: str
) -> Iterator[str]:
    kind = str(parameters.get(f"projection.{name}.type", "")).strip().lower()
    match kind:
        case "enum":
            text = _needed(parameters, name, "values", what)
            return iter([value.strip() for value in text.split(",")])
        case "integer":
            return _integers(name, parameters, what, wanted)
        case "date":
            return _dates(name, parameters, now, what)
        case "injected":
            if wanted is None:
                raise QueryError(
                    "CONSTRAINT_VIOLATION",
                    f"For the injected projected partition column {name}, the WHERE clause must contain only "
                    "static equality conditions, and at least one such condition must be present.",
                )
            return iter(wanted)
        case "":
            raise _wrong(what, f"Table {what} is configured for partition projection, but the following "
                         f"partition columns are missing projection configuration: [{name}]")  # fmt: skip
        case _:
            raise _wrong(what, f"Unknown projection type '{kind}' of column {name}")


def _needed(parameters: Mapping[str, str], name: str, member: str, what: str) -> str:
    text = parameters.get(f"projection.{name}.{member}")
    if not text:
        raise _wrong(what, f"Column {name} needs the property projection.{name}.{member}")
    return str(text)


def _wrong(what: str, message: str) -> QueryError:
    return QueryError("INVALID_TABLE_PROPERTY", message)


def _number(text: str, name: str, what: str) -> int:
    try:
        return int(text.strip())
    except ValueError as error:
        raise _wrong(what, f"Column {name}: '{text}' is not a number") from error


def _integers(name: str, parameters: Mapping[str, str], what: str, wanted: list[str] | None) -> Iterator[str]:
    limits = _needed(parameters, name, "range", what).split(",")
    if len(limits) != 2:
        raise _wrong(what, f"projection.{name}.range must have two values separated by a comma")
    low, high = (_number(text, name, what) for text in limits)
    step = _number(parameters.get(f"projection.{name}.interval") or "1", name, what)
    digits = _number(parameters.get(f"projection.{name}.digits") or "0", name, what)
    if step < 1 or low > high or not 0 <= digits <= _MOST_DIGITS:
        raise _wrong(what, f"projection.{name}: the range or the interval is not valid")
    all_ = range(low, high + 1, step)
    asked: Sequence[int] = all_
    if wanted is not None and all(re.fullmatch("-?[0-9]{1,30}", each) for each in wanted):
        asked = sorted(_members(all_, wanted))
    for value in asked:
        yield f"{value:0{digits}d}" if digits else str(value)


def _members(numbers: range, texts: list[str]) -> set[int]:
    """Those of the numbers in `texts` that are among `numbers`, however many these are."""
    return {int(text) for text in texts if int(text) in numbers}


def _dates(name: str, parameters: Mapping[str, str], now: datetime, what: str) -> Iterator[str]:
    pattern = _needed(parameters, name, "format", what)
    limits = _needed(parameters, name, "range", what).split(",")
    if len(limits) != 2:
        raise _wrong(what, f"projection.{name}.range must have two values separated by a comma")
    try:
        form = java_dates.Pattern(pattern)
    except ValueError as error:
        raise _wrong(what, f"projection.{name}.format '{pattern}': {error}") from error
    low, high = (_moment(text.strip(), form, now, name, what) for text in limits)
    unit = (parameters.get(f"projection.{name}.interval.unit") or form.finest).strip().upper()
    unit = unit if unit.endswith("S") else unit + "S"
    if unit not in _UNITS:
        raise _wrong(what, f"projection.{name}.interval.unit '{unit}' is not valid")
    if form.finest not in ("DAYS", "MONTHS") and not parameters.get(f"projection.{name}.interval.unit"):
        raise _wrong(what, f"Column {name} needs the properties projection.{name}.interval and interval.unit")
    step = _number(parameters.get(f"projection.{name}.interval") or "1", name, what)
    if step < 1:
        raise _wrong(what, f"projection.{name}.interval must be positive")
    high_text = form.format(high)
    at, number, last = low, 0, None
    while at <= high or form.format(at) == high_text:
        text = form.format(at)
        if text != last:
            yield text
            last = text
        number += 1
        if number > MOST:
            raise _too_many(what)
        try:
            at = _later(low, number * step, unit)
        except (ValueError, OverflowError):
            return  # beyond the year 9999


def _moment(text: str, form: "java_dates.Pattern", now: datetime, name: str, what: str) -> datetime:
    relative = _NOW.match(text.upper())
    if relative is None:
        try:
            return form.parse(text)
        except ValueError as error:
            raise _wrong(what, f"projection.{name}.range: '{text}' does not fit the format") from error
    sign, count, unit = relative.groups()
    base = now.astimezone(UTC).replace(tzinfo=None)
    if not sign:
        return base
    try:
        return _later(base, int(count) * (1 if sign == "+" else -1), unit + "S")
    except (ValueError, OverflowError) as error:
        raise _wrong(what, f"projection.{name}.range: '{text}' is not within the years 1 to 9999") from error


def _later(moment: datetime, count: int, unit: str) -> datetime:
    if unit in ("YEARS", "MONTHS"):
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "YEARS" else 1)
        year, month = divmod(months, 12)
        for day in range(moment.day, 27, -1):
            try:
                return moment.replace(year=year, month=month + 1, day=day)
            except ValueError:
                continue  # the month is shorter
        return moment.replace(year=year, month=month + 1)
    return moment + timedelta(seconds=count * _UNITS[unit])


def _same_number(value: str, wanted: list[str]) -> bool:
    return value.lstrip("0") in {each.lstrip("0") for each in wanted} if value.isdecimal() else False
