"""PartiQL statements that cannot be read, and where AWS says the mistake is.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, assert_refused, cases, fill, refusal
from tests.emulator.dynamodb.messages import INVALID

MALFORMED = "Statement wasn't well formed, can't be processed: "
LEFTOVER = f"{MALFORMED}Unexpected token after expression"
NO_TERM = f"{MALFORMED}Unexpected term"
NO_RIGHT_SIDE = f"{MALFORMED}Missing right-hand side expression of infix operator"
ALIAS = "Aliasing is not supported"
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
DIGITS = "Attempting to store more than 38 significant digits in a Number"
NO_PATH = "Operator or function requires a document path; operator or function: attribute_exists"
NO_KEY = "Where clause does not contain a mandatory equality on all key attributes"
NO_NUMBER = "The parameter cannot be converted to a numeric value"
TYPE_CLASH = "An operand in the update expression has an incorrect data type"
COUNT = (
    "Incorrect number of operands for operator or function; "
    "operator or function: attribute_exists, number of operands: "
)

ITEM = {
    "text": S("str"),
    "tags": {"SS": ["a", "b", "c"]},
    "scores": {"NS": ["1", "2"]},
    "map": {"M": {"sub": S("x"), "inner": {"SS": ["x"]}}},
    "nothing": {"NULL": True},
    "flag": {"BOOL": True},
    "amount": N(7310000),
    "small": N("-7.3"),
    "entries": {"L": []},
}


@pytest.fixture
def item(key, put):
    return put("hash", {"pk": S(key)} | ITEM)


@pytest.fixture
def run(dynamodb, names, key):
    """Factory: run a statement in which `<k>` is the key; answers the rows."""

    def execute(statement, *parameters):
        request = {"Statement": fill(statement, names | {"k": key})}
        if parameters:
            request["Parameters"] = list(parameters)
        return dynamodb.execute_statement(**request)["Items"]

    return execute


# --- what is not read ---

# statement, message; `@word` in a message is where the word first is in the statement
REFUSED = {
    "word behind a clause": ("SELECT * FROM <number> WHERE pk = 1 foo", LEFTOVER),
    "exponent behind a blank": ("SELECT * FROM <number> WHERE pk = 1 e5", LEFTOVER),
    "bracket too many": ("SELECT * FROM <number> WHERE pk = 1)", LEFTOVER),
    "word behind an insert": ("INSERT INTO <number> VALUE {'pk': 970001} foo", LEFTOVER),
    "word behind an update": ("UPDATE <number> SET a = 9 WHERE pk = 970002 foo", LEFTOVER),
    "word behind a delete": ("DELETE FROM <number> WHERE pk = 970003 foo", LEFTOVER),
    "order of a delete": ("DELETE FROM <number> WHERE pk = 970004 ORDER BY pk", LEFTOVER),
    "order before where": ("SELECT * FROM <number> ORDER BY pk WHERE pk = 1", LEFTOVER),
    "exponent of 32 bits": ("SELECT * FROM <number> WHERE pk = 1e2147483648", MALFORMED),
    "exponent far too large": ("SELECT * FROM <number> WHERE pk = 1e99999999999", MALFORMED),
    "scale of 32 bits": ("SELECT * FROM <number> WHERE pk = 1.5e-2147483647", MALFORMED),
    "hash sign": ("SELECT * FROM <number> WHERE pk = 1 # note", MALFORMED),
    "comment without an end": ("SELECT * FROM <number> WHERE pk = 1 /* note", MALFORMED),
    "another name": ("SELECT * FROM <hash> t WHERE pk = 'x'", ALIAS),
    "another name with as": ("SELECT * FROM <hash> AS t WHERE pk = 'x'", ALIAS),
    "another name in an update": ("UPDATE <hash> t SET a = 3 WHERE pk = 'x'", ALIAS),
    "another name in a delete": ("DELETE FROM <hash> t WHERE pk = 'x'", ALIAS),
    "another name in an insert": ("INSERT INTO <hash> t VALUE {'pk': 'x'}", LEFTOVER),
    "number too large": ("SELECT * FROM <number> WHERE pk = 1e126", f"{OVERFLOW} under root"),
    "number too small": ("SELECT * FROM <number> WHERE pk = 1e-131", f"{UNDERFLOW} under root"),
    "number too long": (f"SELECT * FROM <number> WHERE pk = {'123' * 13}", f"{DIGITS} under root"),
    "number too large to insert": ("INSERT INTO <number> VALUE {'pk': 1e126}", f"{OVERFLOW} under root"),
    "number too small to set": ("UPDATE <number> SET a = 1e-131 WHERE pk = 1", f"{UNDERFLOW} under root"),
    "number too large in a map": (
        "INSERT INTO <number> VALUE {'pk': 1, 'm': {'x': 1e126}}",
        f"{OVERFLOW} under root.x",
    ),
    "number too large in a list": (
        "INSERT INTO <number> VALUE {'pk': 1, 'l': [1, 1e126]}",
        f"{OVERFLOW} under root[1]",
    ),
    "nothing behind where": ("SELECT * FROM <hash> WHERE", NO_TERM),
    "semicolon behind where": ("SELECT * FROM <hash> WHERE;", NO_TERM),
    "nothing behind where of an update": ("UPDATE <hash> SET a = 1 WHERE", NO_TERM),
    "nothing behind where of a delete": ("DELETE FROM <hash> WHERE", NO_TERM),
    "nothing behind where of no table": ("SELECT * FROM <absent> WHERE", NO_TERM),
    "nothing behind not": ("SELECT * FROM <hash> WHERE NOT", NO_TERM),
    "nothing behind a bracket": ("SELECT * FROM <hash> WHERE (", NO_TERM),
    "nothing behind from": ("SELECT * FROM", NO_TERM),
    "nothing behind and": ("SELECT * FROM <hash> WHERE pk = 'a' AND", NO_RIGHT_SIDE),
    "nothing behind or": ("SELECT * FROM <hash> WHERE pk = 'a' OR", NO_RIGHT_SIDE),
    "order behind where": ("SELECT * FROM <hash> WHERE ORDER BY pk", f"{MALFORMED}Unexpected keyword"),
    "is behind where": ("SELECT * FROM <hash> WHERE IS NULL", f"{MALFORMED}Unexpected operator"),
    "like as a value": ("SELECT * FROM <hash> WHERE pk = LIKE", f"{MALFORMED}Unexpected operator"),
    "is no type": ("SELECT * FROM <hash> WHERE pk = 'a' AND x IS FOO", f"{MALFORMED}Expected type name"),
    "delete from nothing": ("DELETE FROM", f"{MALFORMED}Expected identifier for simple path"),
    "delete from a semicolon": ("DELETE FROM;", f"{MALFORMED}Expected identifier for simple path"),
    "delete from a clause": (
        "DELETE FROM WHERE pk = 'a'",
        f"{MALFORMED}Expected identifier for simple path",
    ),
    "update from without a clause": ("FROM <hash> SET c = 1", NO_KEY),
    "removal from without a clause": ("FROM <hash> REMOVE a", NO_KEY),
    "update from by another attribute": ("FROM <hash> WHERE a = 1 SET c = 1", NO_KEY),
    "update from with the clause last": ("FROM <hash> SET c = 1 WHERE pk = 'a'", LEFTOVER),
    "exists of a string": ("SELECT * FROM <hash> WHERE attribute_exists('tags')", NO_PATH),
    "exists of nothing": ("SELECT * FROM <hash> WHERE attribute_exists()", f"{COUNT}0"),
    "exists of two": ("SELECT * FROM <hash> WHERE attribute_exists(a, b)", f"{COUNT}2"),
    "function in a select list": (
        "SELECT attribute_exists(a) FROM <hash> WHERE pk = 'a'",
        "Unexpected path component at @attribute_exists",
    ),
    "no such function": (
        "SELECT * FROM <hash> WHERE pk = 'a' AND EXISTS(a)",
        "Unrecognized function: exists at @EXISTS",
    ),
    "function on a second line": (
        "SELECT * FROM <hash>\nWHERE pk = 'a' AND EXISTS(a)",
        "Unrecognized function: exists at @EXISTS",
    ),
    "keyword in a path": (
        "SELECT * FROM <hash> WHERE attribute_exists(map.inner)",
        f"{MALFORMED}Invalid path dot component",
    ),
    "addition in a clause": (
        "SELECT * FROM <hash> WHERE set_add(tags, <<'x'>>) = tags",
        "Unrecognized function: set_add at @set_add",
    ),
    "addition in an insert": (
        "INSERT INTO <hash> VALUE {'pk': 'a', 'tags': set_add(<<'a'>>, <<'b'>>)}",
        "Unsupported data type: set_add under key root at @set_add",
    ),
}


def resolved(message, statement):
    """The message with `@word` replaced by the place of the word."""
    head, mark, word = message.partition("@")
    if not mark:
        return message
    start = statement.index(word)
    before = statement[:start]
    return f"{head}{before.count(chr(10)) + 1}:{start - before.rfind(chr(10))}:{len(word)}"


@pytest.mark.parametrize(("statement", "message"), cases(REFUSED))
def test_refused(dynamodb, names, statement, message):
    text = fill(statement, names)
    request = {"Statement": text}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", resolved(message, text))


LARGE = {
    "brackets": f"SELECT * FROM <hash> WHERE {'(' * 4000}pk = 'a'{')' * 4000}",
    "lists": f"SELECT * FROM <hash> WHERE a = {'[' * 4000}{']' * 4000}",
    "sums": f"UPDATE <hash> SET n = {'(' * 4000}1{')' * 4000} WHERE pk = 'a'",
    "calls": f"SELECT * FROM <hash> WHERE {'size(' * 1500}",
}


@pytest.mark.parametrize("statement", LARGE.values(), ids=LARGE.keys())
def test_brackets_without_end(dynamodb, names, statement):
    request = {"Statement": fill(statement, names)}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException")


MANY = {
    "negations": (f"{'NOT ' * 1800}text = 'str'", True),
    "odd negations": (f"{'NOT ' * 1801}text = 'str'", False),
    "ands": (" AND ".join(["text = 'str'"] * 400), True),
    "ors": (f"({' OR '.join(['text = 0'] * 600)} OR text = 'str')", True),
    "list of values": (f"text IN [{', '.join(map(str, range(99)))}, 'str']", True),
}


@pytest.mark.parametrize(("condition", "holds"), cases(MANY))
def test_many_conditions(run, key, item, condition, holds):
    found = run(f"SELECT pk FROM <hash> WHERE pk = '<k>' AND {condition}")
    assert found == ([{"pk": S(key)}] if holds else [])


# assignment, message; @word as above
WRONG_SETS = {
    "addition to another attribute": (
        "t = set_add(tags, <<'x'>>)",
        "The first argument to SET_ADD must equal the assignment value at @set_add",
    ),
    "addition to a set": (
        "tags = set_add(<<'a'>>, <<'b'>>)",
        "The first argument to SET_ADD must equal the assignment value at @set_add",
    ),
    "deletion from another attribute": (
        "t = set_delete(tags, <<'x'>>)",
        "The first argument to SET_DELETE must equal the assignment value at @set_delete",
    ),
    "one operand": ("tags = set_add(tags)", "SET_ADD must have exactly two arguments at @set_add"),
    "three operands": (
        "tags = set_add(tags, <<'x'>>, <<'y'>>)",
        "SET_ADD must have exactly two arguments at @set_add",
    ),
    "members of another type": ("tags = set_add(tags, <<1>>)", TYPE_CLASH),
    "deletion of another type": ("tags = set_delete(tags, <<1>>)", TYPE_CLASH),
    "addition to a string": ("text = set_add(text, <<'x'>>)", TYPE_CLASH),
    "members twice": (
        "tags = set_add(tags, <<'x', 'x'>>)",
        f"{INVALID}Input collection [x, x] contains duplicates.",
    ),
    "no members": ("tags = set_add(tags, <<>>)", "Empty bags are not supported"),
    "keyword in a path": (
        "map.inner = set_add(map.inner, <<'y'>>)",
        f"{MALFORMED}Invalid path dot component",
    ),
}


@pytest.mark.parametrize(("assignment", "message"), cases(WRONG_SETS))
def test_set_refused(dynamodb, names, key, item, get, assignment, message):
    text = f"UPDATE \"{names['hash']}\" SET {assignment} WHERE pk = '{key}'"
    request = {"Statement": text}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", resolved(message, text))
    assert get("hash", pk=S(key)) == item


@pytest.mark.parametrize("literal", ["'x'", "['x']"])
@pytest.mark.parametrize("function", ["set_add", "set_delete"])
def test_set_function_takes_a_set(dynamodb, names, function, literal):
    text = f"UPDATE \"{names['hash']}\" SET tags = {function}(tags, {literal}) WHERE pk = 'a'"
    start = text.index(f"{function}(") + len(function) + 2
    message = f"The second argument to {function.upper()} must be a value with type SET at 1:{start}:4"
    assert_refused(dynamodb, "ExecuteStatement", {"Statement": text}, "ValidationException", message)


# --- in batches and transactions ---

SELECT = "SELECT * FROM <hash> WHERE pk = 'a' AND attribute_exists(tags)"
MEMBERS = {
    "function beside the key": (
        SELECT,
        "Select statements within {} must specify the primary key in the where clause.",
    ),
    "nothing behind where": ("SELECT * FROM <hash> WHERE", NO_TERM),
}


@pytest.mark.parametrize(("statement", "message"), cases(MEMBERS))
def test_refused_in_a_batch(dynamodb, names, statement, message):
    members = [{"Statement": fill(statement, names)}]
    [response] = dynamodb.batch_execute_statement(Statements=members)["Responses"]
    message = message.format("BatchExecuteStatement")
    assert response["Error"] == {"Code": "ValidationError", "Message": message}


@pytest.mark.parametrize(
    ("statement", "message"),
    cases(
        MEMBERS
        | {
            "exists without a condition": (
                "EXISTS(SELECT * FROM <hash> WHERE pk = 'a')",
                "EXISTS() must contain a single item read with additional condition",
            )
        }
    ),
)
def test_refused_in_a_transaction(dynamodb, names, statement, message):
    request = {"TransactStatements": [{"Statement": fill(statement, names)}]}
    message = f"Validation failed in TransactStatements[0]: {message.format('ExecuteTransaction')}"
    assert_refused(dynamodb, "ExecuteTransaction", request, "ValidationException", message)


def test_reads_and_writes_in_a_transaction(dynamodb, names):
    statements = ["SELECT * FROM <hash> WHERE pk = 'a'", "DELETE FROM <hash> WHERE pk = 'b'"]
    request = {"TransactStatements": [{"Statement": fill(text, names)} for text in statements]}
    message = "ExecuteTransaction API does not support both read and write operations in the same request."
    assert_refused(dynamodb, "ExecuteTransaction", request, "ValidationException", message)


# --- numbers as parameters ---

POSITIONS = {
    "in a comparison": ("SELECT * FROM <hash> WHERE pk = 'a' AND n = ?",),
    "in an insert": ("INSERT INTO <hash> VALUE {'pk': 'a', 'n': ?}",),
    "in an update": ("UPDATE <hash> SET n = ? WHERE pk = 'a'",),
    "as a key": ("SELECT * FROM <number> WHERE pk = ?",),
}
NUMBERS = {
    "huge exponent": ("1e99999999999", f"{NO_NUMBER}: 1e99999999999"),
    "negative with a huge exponent": ("-1e99999999999", f"{NO_NUMBER}: -1e99999999999"),
    "tiny exponent": ("1e-99999999999", f"{NO_NUMBER}: 1e-99999999999"),
    "exponent of 32 bits": ("1e2147483648", f"{NO_NUMBER}: 1e2147483648"),
    "exponent that wraps": ("1e2147483647", UNDERFLOW),
    "nothing": ("", NO_NUMBER),
    "no number": ("abc", f"{NO_NUMBER}: abc"),
}


@pytest.mark.parametrize("statement", [row[0] for row in POSITIONS.values()], ids=POSITIONS.keys())
@pytest.mark.parametrize(("number", "message"), cases(NUMBERS))
def test_parameter_that_is_no_number(dynamodb, names, statement, number, message):
    request = {"Statement": fill(statement, names), "Parameters": [N(number)]}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", message)


@pytest.mark.parametrize(
    "value",
    [{"L": [N(1), N("abc")]}, {"M": {"x": N("abc")}}, {"NS": ["1", "abc"]}],
    ids=["list", "map", "set"],
)
def test_number_inside_a_parameter(dynamodb, names, value):
    statement = f"SELECT * FROM \"{names['hash']}\" WHERE pk = 'a' AND n = ?"
    request = {"Statement": statement, "Parameters": [value]}
    assert_refused(dynamodb, "ExecuteStatement", request, "ValidationException", f"{NO_NUMBER}: abc")


@pytest.mark.parametrize("operation", ["BatchExecuteStatement", "ExecuteTransaction"])
def test_number_of_a_member(dynamodb, names, operation):
    statement = f"UPDATE \"{names['hash']}\" SET n = ? WHERE pk = 'a'"
    members = [{"Statement": statement, "Parameters": [N("abc")]}]
    if operation == "BatchExecuteStatement":
        [response] = dynamodb.batch_execute_statement(Statements=members)["Responses"]
        error = response["Error"]
        assert error["Code"] == "ValidationError"
    else:
        error = refusal(dynamodb, operation, {"TransactStatements": members})["Error"]
        assert error["Code"] == "ValidationException"
    assert error["Message"] == f"{NO_NUMBER}: abc"
