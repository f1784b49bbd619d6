"""The parsers: what is written comes back as a tree, and what is no expression is refused with a place."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from localstack_lab.dynamodb.engine.expressions import nodes as n
from localstack_lab.dynamodb.engine.expressions.condition_parser import parse_condition
from localstack_lab.dynamodb.engine.expressions.tokens import Refusal
from localstack_lab.dynamodb.engine.expressions.update_parser import parse_projection, parse_update

from tests.emulator.dynamodb.laws import law

# "x" in front keeps a name from being a keyword.
NAMES = st.from_regex(r"x[a-zA-Z0-9_]{0,5}", fullmatch=True)
ELEMENTS = NAMES | st.integers(0, 99) | NAMES.map(lambda name: n.Alias(f"#{name}"))
PATHS = st.builds(
    lambda head, rest: n.Path((head, *rest)),
    NAMES | NAMES.map(lambda name: n.Alias(f"#{name}")),
    st.lists(ELEMENTS, max_size=3),
)
PLACEHOLDERS = NAMES.map(lambda name: n.Placeholder(f":{name}"))
OPERANDS = PATHS | PLACEHOLDERS | st.builds(lambda path: n.Function("size", (path,)), PATHS)
LEAVES = st.one_of(
    st.builds(n.Comparison, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), OPERANDS, OPERANDS),
    st.builds(n.Between, OPERANDS, OPERANDS, OPERANDS),
    st.builds(n.In, OPERANDS, st.lists(OPERANDS, min_size=1, max_size=4).map(tuple)),
    st.builds(lambda path: n.Function("attribute_exists", (path,)), PATHS),
    st.builds(lambda path, value: n.Function("begins_with", (path, value)), PATHS, PLACEHOLDERS),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.builds(n.And, inner, inner) | st.builds(n.Or, inner, inner) | st.builds(n.Not, inner),
    max_leaves=8,
)


def text_of(node) -> str:
    """An expression whose tree is the node: brackets around every condition inside another."""
    match node:
        case n.Path(elements):
            head, *rest = elements
            return head + "".join(f"[{e}]" if isinstance(e, int) else f".{e}" for e in rest)
        case n.Placeholder(name):
            return name
        case n.Function(name, operands):
            return f"{name}({', '.join(map(text_of, operands))})"
        case n.Comparison(operator, left, right):
            return f"{text_of(left)} {operator} {text_of(right)}"
        case n.Between(operand, low, high):
            return f"{text_of(operand)} BETWEEN {text_of(low)} AND {text_of(high)}"
        case n.In(operand, options):
            return f"{text_of(operand)} IN ({', '.join(map(text_of, options))})"
        case n.Not(condition):
            return f"NOT ({text_of(condition)})"
        case n.And(left, right):
            return f"({text_of(left)}) AND ({text_of(right)})"
        case n.Or(left, right):
            return f"({text_of(left)}) or ({text_of(right)})"
    raise AssertionError(node)


@law
@given(CONDITIONS)
def test_condition_comes_back_as_its_tree(condition):
    parsed = parse_condition(text_of(condition))
    assert parsed.condition == condition
    assert not parsed.redundant_parentheses


@law
@given(CONDITIONS)
def test_brackets_twice_are_noticed(condition):
    assert parse_condition(f"(( {text_of(condition)} ))").redundant_parentheses


@law
@given(st.lists(PATHS, min_size=1, max_size=5))
def test_projection_comes_back_as_its_paths(paths):
    assert parse_projection(" , ".join(map(text_of, paths))) == tuple(paths)


@law
@given(PATHS, PATHS, PLACEHOLDERS, PATHS)
def test_update_comes_back_as_its_actions(first, second, value, third):
    text = (
        f"SET {text_of(first)} = if_not_exists({text_of(second)}, {value.name}) - {value.name} "
        f"REMOVE {text_of(second)}, {text_of(third)} ADD {text_of(third)} {value.name} "
        f"delete {text_of(first)} {value.name}"
    )
    default = n.Function("if_not_exists", (second, value))
    assert parse_update(text).actions == (
        n.Set(first, n.Arithmetic("-", default, value)),
        n.Remove(second),
        n.Remove(third),
        n.Add(third, value),
        n.Delete(first, value),
    )


NOISE = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["a", "#a", ":a", "(", ")", "[", "]", ".", ",", "=", "<", "AND", "NOT", "IN", "SET", "0", "+"]
    ),
    max_size=25,
).map(" ".join)


@law
@given(NOISE)
@example("(" * 4096)
@example("NOT " * 1000)
@example("a(" * 2000)
@example("SET a = " + "(" * 4000)
@example("a" + "[0]" * 1300)
def test_noise_is_refused_and_nothing_else_happens(text):
    for parse in (parse_condition, parse_update, parse_projection):
        with contextlib.suppress(Refusal):
            assert parse(text) == parse(text)


def test_and_binds_closer_than_or_and_not_closest():
    a, b, c = (n.Function("attribute_exists", (n.Path((name,)),)) for name in "abc")
    text = "attribute_exists(a) OR NOT attribute_exists(b) AND attribute_exists(c)"
    assert parse_condition(text).condition == n.Or(a, n.And(n.Not(b), c))


SYNTAX_ERRORS = {
    "first token": (parse_update, "NONSENSE MORE WORDS", "NONSENSE", "NONSENSE MORE"),
    "in the middle": (parse_condition, "a = = :v", "=", "= = :v"),
    "no operand": (parse_condition, "a =", "<EOF>", "="),
    "a path is no condition": (parse_condition, "a.b", "<EOF>", "b"),
    "a value is no condition": (parse_condition, "(:v)", "<EOF>", ")"),
    "a comparison is no operand": (parse_condition, "(a = :v) = :w", "=", ") = :w"),
    "character that means nothing": (parse_projection, "a, b; c", ";", "b; c"),
    "alone": (parse_projection, "!", "!", "!"),
    "index that is no number": (parse_projection, "a[b]", "b", "[b]"),
    "trailing comma": (parse_projection, "a,", "<EOF>", ","),
    "keyword as name": (parse_condition, "a = and", "and", "= and"),
    "add takes a value": (parse_update, "ADD a b", "b", "a b"),
}


@pytest.mark.parametrize(("parse", "text", "token", "near"), SYNTAX_ERRORS.values(), ids=SYNTAX_ERRORS)
def test_syntax_error_shows_the_token_between_its_neighbours(parse, text, token, near):
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.reason == f'Syntax error; token: "{token}", near: "{near}"'
