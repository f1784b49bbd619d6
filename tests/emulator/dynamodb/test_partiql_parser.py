"""The PartiQL parser: whatever it is given, it answers a statement or AWS's refusal, and nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lab.dynamodb.engine.errors import DynamoDBError
from localstack_lab.dynamodb.engine.partiql.parser import parse
from localstack_lab.dynamodb.engine.partiql.statements import Insert
from localstack_lab.dynamodb.engine.partiql.tokens import place, tokenize

from tests.emulator.dynamodb.laws import law

STATEMENTS = [
    'SELECT a , b.c[0] FROM "t"."i" WHERE pk = \'p\' AND NOT ( a > 1 OR a IN [1 , ?] ) ORDER BY sk DESC',
    "UPDATE t SET a = a + 1 , b = set_add( b , <<'x'>> ) REMOVE c[0] WHERE pk = 'p' RETURNING ALL NEW *",
    "INSERT INTO t VALUE { 'pk' : 'a' , 'm' : { 'x' : [1 , -2.5e1 , true] } }",
    "DELETE FROM t WHERE pk = ? AND attribute_exists( a ) AND b IS NOT MISSING RETURNING ALL OLD *",
    "EXISTS( SELECT * FROM t WHERE pk = 'p' AND size( a ) BETWEEN 1 AND 2 )",
    "FROM t WHERE pk = 'p' AND begins_with( a , 'x' ) SET b = list_append( b , [1] )",
]
PIECES = sorted({piece for statement in STATEMENTS for piece in statement.split()})


@st.composite
def mutilated(draw: st.DrawFn) -> str:
    """A statement in which a few pieces are lost, doubled or exchanged."""
    pieces = draw(st.sampled_from(STATEMENTS)).split()
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(pieces)))
        pieces[at : at + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(PIECES), max_size=2))
    return " ".join(pieces)


@law
@given(mutilated())
def test_a_statement_or_a_refusal(statement):
    with suppress(DynamoDBError):
        parse(statement, [{"S": "p"}] * statement.count("?"))


@law
@given(st.text("SELECT*FROM t'\"[]{}()<>,.:;?-+=/\n#1e9", max_size=60))
def test_noise(text):
    with suppress(DynamoDBError):
        parse(text)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statement(statement):
    assert parse(statement, [{"S": "p"}] * statement.count("?"))


@law
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_strings_come_back(text):
    literal = text.replace("'", "''")
    statement = parse(f"INSERT INTO t VALUE {{'pk': '{literal}'}}")
    assert isinstance(statement, Insert)
    assert statement.item == {"pk": {"S": text}}


def test_places_are_those_of_the_text():
    text = 'SELECT *\n  FROM  "t" -- a note\n/* and\nmore */ WHERE x=10'
    places = {token.text: place(text, token) for token in tokenize(text)[:-1]}
    assert places["SELECT"] == "1:1:6"
    assert places["FROM"] == "2:3:4"
    assert places["t"] == "2:9:3"
    assert places["WHERE"] == "4:9:5"
    assert places["10"] == "4:17:2"
