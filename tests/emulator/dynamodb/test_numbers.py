"""Numbers: normal form, order, size and arithmetic, against Python's decimals.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from decimal import Context, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from localstack_lab.dynamodb.engine import numbers
from localstack_lab.dynamodb.engine.errors import DynamoDBError

from tests.emulator.dynamodb.laws import law

EXACT = Context(prec=400, Emin=-999, Emax=999)


@st.composite
def literals(draw: st.DrawFn) -> str:
    """A valid number in any of the ways to write it: signs, idle zeros, points, exponents."""
    digits = draw(st.from_regex(r"[0-9]{1,38}", fullmatch=True))
    point = draw(st.integers(0, len(digits)))
    sign = draw(st.sampled_from(["", "-", "+"]))
    zeros = "0" * draw(st.integers(0, 3))
    # The first digit may end up anywhere from 1E-130 to 9E+125.
    exponent = draw(st.integers(-85, 85))
    text = f"{sign}{zeros}{digits[:point]}.{digits[point:]}" if point < len(digits) else sign + zeros + digits
    return f"{text}{draw(st.sampled_from(['e', 'E']))}{exponent}" if draw(st.booleans()) else text


@law
@given(literals())
@example("-0")
@example("+.5")
@example("9.9999999999999999999999999999999999999E+125")
@example("1E-130")
def test_normal_form_means_the_same_and_is_final(text):
    normal = numbers.normalise(text)
    assert Decimal(normal) == Decimal(text)
    assert numbers.normalise(normal) == normal
    assert "E" not in normal.upper()
    assert normal != "-0"


@law
@given(literals(), literals())
def test_key_bytes_sort_as_numbers_do(left, right):
    a, b = Decimal(left), Decimal(right)
    assert (numbers.key_bytes(left) < numbers.key_bytes(right)) == (a < b)
    assert (numbers.key_bytes(left) == numbers.key_bytes(right)) == (a == b)
    assert numbers.compare(left, right) == (a > b) - (a < b)


@law
@given(literals())
def test_size_depends_on_the_value_alone(text):
    assert numbers.size(text) == numbers.size(numbers.normalise(text))
    assert 1 <= numbers.size(text) <= 22


@law
@given(literals(), literals())
def test_arithmetic_is_exact_or_refused(left, right):
    for function, exact in (
        (numbers.add, EXACT.add(Decimal(left), Decimal(right))),
        (numbers.subtract, EXACT.subtract(Decimal(left), Decimal(right))),
    ):
        digits = len("".join(map(str, exact.as_tuple().digits)).strip("0"))
        if digits <= 38 and exact.adjusted() <= 125 and (exact == 0 or exact.adjusted() >= -130):
            assert Decimal(function(left, right)) == exact
        else:
            with pytest.raises(DynamoDBError):
                function(left, right)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 1),
        ("-0.000", 1),
        ("7", 2),
        ("42", 2),
        ("424", 3),
        ("-42", 3),
        ("4200", 2),
        ("4002", 3),
        ("0.15", 2),
        ("1.5", 3),
        ("2.71828", 5),
        ("271828", 4),
        ("200.5", 4),
        ("1E125", 2),
        ("1E-100", 2),
        ("9" * 38, 20),
    ],
)
def test_digits_on_either_side_of_the_point_cost_in_pairs(text, size):
    assert numbers.size(text) == size


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The parameter cannot be converted to a numeric value: "),
        ("x", "The parameter cannot be converted to a numeric value: x"),
        ("1 ", "The parameter cannot be converted to a numeric value: 1 "),
        ("0x10", "The parameter cannot be converted to a numeric value: 0x10"),
        ("NaN", "The parameter cannot be converted to a numeric value: NaN"),
        ("Infinity", "The parameter cannot be converted to a numeric value: Infinity"),
        (".", "The parameter cannot be converted to a numeric value: ."),
        ("١", "The parameter cannot be converted to a numeric value: ١"),  # noqa: RUF001
        (
            "1E126",
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
        (
            "-1E-131",
            "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        ),
        (
            "0e126",
            "Number overflow. Attempting to store a number with magnitude larger than supported range",
        ),
        (
            "1e-99999999999",
            "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        ),
        (
            "1e9223372036854775808",
            "The parameter cannot be converted to a numeric value: 1e9223372036854775808",
        ),
        (
            "1e" + "9" * 5000,
            "The parameter cannot be converted to a numeric value: 1e" + "9" * 5000,
        ),
        ("1" * 39, "Attempting to store more than 38 significant digits in a Number"),
    ],
)
def test_what_is_no_number_is_refused(text, message):
    with pytest.raises(DynamoDBError) as refused:
        numbers.normalise(text)
    assert (refused.value.code, refused.value.message) == ("ValidationException", message)


@pytest.mark.parametrize(
    ("text", "older"),
    [
        ("", "The parameter cannot be converted to a numeric value"),
        ("x", None),
        ("1e126", None),
        (
            "1e2147483647",
            "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        ),
        ("1e2147483648", "The parameter cannot be converted to a numeric value: 1e2147483648"),
    ],
)
def test_older_layer_has_words_of_its_own(text, older):
    with pytest.raises(DynamoDBError) as refused:
        numbers.normalise(text)
    assert refused.value.older == older


def test_zero_may_have_an_exponent_in_range():
    assert numbers.normalise("0e125") == "0"


def test_zeros_around_the_digits_do_not_count():
    assert numbers.normalise("0" * 40 + "1" + "0" * 40) == "1" + "0" * 40
