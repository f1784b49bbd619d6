"""Numbers: literals, arithmetic, decimals, mathematical and bitwise functions."""

from tests.emulator.athena.conformance.case import ATHENA, TRINO, answers, fails, value

MATH = f"{TRINO}/functions/math.html"
DECIMAL = f"{TRINO}/functions/decimal.html"
TYPES = f"{TRINO}/language/types.html"
BITWISE = f"{TRINO}/functions/bitwise.html"
AGGREGATES = f"{TRINO}/functions/aggregate.html"
LITERALS = f"{ATHENA}/data-types-considerations.html"

CASES = [
    # integers
    value(MATH, "7 / 2", "3"),
    value(MATH, "-7 / 2", "-3"),
    value(MATH, "7 % 3", "1"),
    value(MATH, "-7 % 3", "-1"),
    value(MATH, "7 % -3", "1"),
    value(MATH, "mod(-7, 3)", "-1"),
    value(MATH, "7e0 / 2", "3.5"),
    value(MATH, "1 + 2 * 3", "7"),
    value(MATH, "typeof(1 + BIGINT '1')", "bigint"),
    value(TYPES, "typeof(2147483648)", "bigint"),
    value(TYPES, "2147483647 + BIGINT '1'", "2147483648"),
    fails(MATH, "SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"),
    fails(MATH, "SELECT 1 % 0", "DIVISION_BY_ZERO: Division by zero"),
    fails(
        TYPES,
        "SELECT 2147483647 + 1",
        "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow: 2147483647 + 1",
    ),
    fails(
        TYPES,
        "SELECT 9223372036854775807 * 2",
        "NUMERIC_VALUE_OUT_OF_RANGE: bigint multiplication overflow: 9223372036854775807 * 2",
    ),
    # doubles: unquoted literals are doubles in Athena
    value(LITERALS, "typeof(1.5)", "double"),
    value(LITERALS, "0.1 + 0.2", "0.30000000000000004"),
    value(LITERALS, "DECIMAL '44.6' + DECIMAL '77.2'", "121.8"),
    value(TYPES, "1e10", "1.0E10"),
    value(TYPES, "1e6", "1000000.0"),
    value(TYPES, "1e7", "1.0E7"),
    value(TYPES, "1e-3", "0.001"),
    value(TYPES, "1e-4", "1.0E-4"),
    value(TYPES, "123456789e0", "1.23456789E8"),
    value(TYPES, "1e0 / 0", "Infinity"),
    value(TYPES, "-1e0 / 0", "-Infinity"),
    value(TYPES, "0e0 / 0", "NaN"),
    value(TYPES, "nan() = nan()", "false"),
    value(TYPES, "REAL '10.3'", "10.3"),
    value(TYPES, "DOUBLE '1.03e1'", "10.3"),
    value(MATH, "infinity()", "Infinity"),
    value(MATH, "is_nan(nan())", "true"),
    value(MATH, "is_finite(infinity())", "false"),
    # decimals
    value(DECIMAL, "typeof(DECIMAL '0')", "decimal(1,0)"),
    value(DECIMAL, "typeof(DECIMAL '12345')", "decimal(5,0)"),
    value(DECIMAL, "typeof(DECIMAL '0000012345.1234500000')", "decimal(20,10)"),
    value(DECIMAL, "DECIMAL '1.10' + DECIMAL '22.5'", "23.60"),
    value(DECIMAL, "typeof(DECIMAL '1.10' + DECIMAL '22.5')", "decimal(5,2)"),
    value(DECIMAL, "DECIMAL '1.10' * DECIMAL '22.5'", "24.750"),
    value(DECIMAL, "typeof(DECIMAL '1.10' * DECIMAL '22.5')", "decimal(6,3)"),
    value(DECIMAL, "DECIMAL '10.00' / DECIMAL '3.0'", "3.33"),
    value(DECIMAL, "DECIMAL '2.00' / DECIMAL '3'", "0.67"),
    value(DECIMAL, "DECIMAL '7.5' % DECIMAL '2.25'", "0.75"),
    value(DECIMAL, "typeof(1 + DECIMAL '1.5')", "decimal(12,1)"),
    value(DECIMAL, "typeof(DECIMAL '1.5' + 1e0)", "double"),
    value(DECIMAL, "- DECIMAL '1.50'", "-1.50"),
    value(DECIMAL, "DECIMAL '1.50' = DECIMAL '1.5'", "true"),
    fails(DECIMAL, "SELECT DECIMAL '1.5' / 0", "DIVISION_BY_ZERO: Division by zero"),
    fails(
        DECIMAL,
        "SELECT DECIMAL '99999999999999999999999999999999999999' + DECIMAL '1'",
        "NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow",
    ),
    fails(
        DECIMAL, "SELECT CAST(DECIMAL '1000' AS decimal(3,0))", "INVALID_CAST_ARGUMENT: Cannot cast DECIMAL"
    ),
    answers(AGGREGATES, "SELECT avg(x) FROM (VALUES DECIMAL '1.00', DECIMAL '2.01') AS t(x)", ("1.51",)),
    answers(
        AGGREGATES,
        "SELECT sum(x), typeof(sum(x)) FROM (VALUES DECIMAL '1.00', DECIMAL '2.01') AS t(x)",
        ("3.01", "decimal(38,2)"),
    ),
    # mathematical functions
    value(MATH, "abs(-3)", "3"),
    value(MATH, "cbrt(27)", "3.0"),
    value(MATH, "ceiling(1.2)", "2.0"),
    value(MATH, "floor(-1.2)", "-2.0"),
    value(MATH, "degrees(pi())", "180.0"),
    value(MATH, "radians(180)", "3.141592653589793"),
    value(MATH, "e()", "2.718281828459045"),
    value(MATH, "exp(0)", "1.0"),
    value(MATH, "ln(e())", "1.0"),
    value(MATH, "log(2, 8)", "3.0"),
    value(MATH, "log2(8)", "3.0"),
    value(MATH, "log10(100)", "2.0"),
    value(MATH, "power(2, 10)", "1024.0"),
    value(MATH, "round(2.5)", "3.0"),
    value(MATH, "round(-2.5)", "-3.0"),
    value(MATH, "round(DECIMAL '2.345', 2)", "2.350"),
    value(MATH, "round(15, -1)", "20"),
    value(MATH, "truncate(-1.9)", "-1.0"),
    value(MATH, "truncate(DECIMAL '1.239', 2)", "1.230"),
    value(MATH, "sign(-3)", "-1"),
    value(MATH, "sqrt(2)", "1.4142135623730951"),
    value(MATH, "width_bucket(3.14, 0, 4, 3)", "3"),
    value(MATH, "from_base('ff', 16)", "255"),
    value(MATH, "to_base(255, 16)", "ff"),
    value(MATH, "cosine_similarity(MAP(ARRAY['a'], ARRAY[1.0]), MAP(ARRAY['a'], ARRAY[2.0]))", "1.0"),
    # bitwise functions
    value(BITWISE, "bit_count(9, 64)", "2"),
    value(BITWISE, "bit_count(-7, 64)", "62"),
    value(BITWISE, "bit_count(-7, 8)", "6"),
    value(BITWISE, "bitwise_and(19, 25)", "17"),
    value(BITWISE, "bitwise_or(19, 25)", "27"),
    value(BITWISE, "bitwise_xor(19, 25)", "10"),
    value(BITWISE, "bitwise_not(19)", "-20"),
    value(BITWISE, "bitwise_left_shift(5, 2)", "20"),
    value(BITWISE, "bitwise_right_shift(8, 3)", "1"),
]
