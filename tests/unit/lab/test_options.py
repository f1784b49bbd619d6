"""Times and rates as a person writes them."""

import pytest

from lab.errors import UsageError
from lab.options import per_second, seconds


@pytest.mark.parametrize(
    ("text", "length"), [("30", 30), ("30s", 30), ("0.5 s", 0.5), ("2m", 120), ("2min", 120), ("1h", 3600)]
)
def test_a_length_of_time(text: str, length: float) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "0s", "-1s", "1d", "s", "1s2", "nan"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(UsageError, match="is no length of time"):
        seconds(text)


@pytest.mark.parametrize(("text", "rate"), [("50", 50), ("50/s", 50), ("3000/m", 50), ("7200/h", 2)])
def test_a_rate(text: str, rate: float) -> None:
    assert per_second(text) == rate


@pytest.mark.parametrize("text", ["", "0/s", "-1/s", "nan", "inf/s", "5/d", "/s"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(UsageError, match="is no rate"):
        per_second(text)
