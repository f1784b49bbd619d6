"""SELECT: what a statement reads, and what it shows of it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
"""

import pytest

from tests.emulator.dynamodb.asking import N, S, cases

ITEM = {
    "name": S("alice"),
    "age": N(30),
    "tags": {"SS": ["admin", "user"]},
    "entries": {"L": [S("first"), {"M": {"sku": S("b-1")}}]},
    "address": {"M": {"city": S("Oslo"), "zip": {"M": {"code": S("0150")}}}},
    "nothing": {"NULL": True},
    "flag": {"BOOL": True},
    "it's": S("quoted"),
}


@pytest.fixture(scope="module")
def people(make_module_table):
    """A table with the one item, and some to be left out."""
    return make_module_table("pk:S", items=[{"pk": S("a")} | ITEM, {"pk": S("b"), "name": S("bob")}])


@pytest.fixture(scope="module")
def sorted_table(make_module_table):
    """Two partitions with sort keys s1 … s5 and t1."""
    rows = [{"pk": S(pk), "sk": S(sk), "place": N(place)} for place, (pk, sk) in enumerate(ROWS)]
    return make_module_table("pk:S sk:S", items=rows)


ROWS = [*(("p", f"s{number}") for number in range(1, 6)), ("q", "s1"), ("q", "t1")]


def rows_of(dynamodb, statement, parameters=None, **more):
    """The items that a statement answers."""
    if parameters:
        more["Parameters"] = parameters
    return dynamodb.execute_statement(Statement=statement, **more)["Items"]


# WHERE clause (the key is fixed by the test), parameters, whether it holds for ITEM
PREDICATES = {
    "equal": ("name = 'alice'", [], True),
    "not equal": ("name <> 'bob'", [], True),
    "not equal written !=": ("name != 'alice'", [], False),
    "greater": ("age > 20", [], True),
    "negative number": ("age > -1", [], True),
    "number with an exponent": ("age = 3e1", [], True),
    "value before the attribute": ("29 < age", [], True),
    "parameter": ("name = ?", [S("alice")], True),
    "two parameters in their order": ("name = ? AND age = ?", [S("alice"), N(30)], True),
    "between": ("age BETWEEN 30 AND 31", [], True),
    "not between": ("age BETWEEN 31 AND 40", [], False),
    "in brackets": ("name IN ['bob', 'alice']", [], True),
    "in parentheses": ("name IN ('bob', 'carol')", [], False),
    "in with parameters": ("name IN [?, ?]", [S("alice"), S("bob")], True),
    "begins with": ("begins_with(name, 'al')", [], True),
    "does not begin with": ("begins_with(name, 'li')", [], False),
    "set contains": ("contains(tags, 'admin')", [], True),
    "string contains": ("contains(name, 'lic')", [], True),
    "type": ("attribute_type(age, 'N')", [], True),
    "other type": ("attribute_type(age, 'S')", [], False),
    "size": ("size(name) = 5", [], True),
    "missing": ("absent IS MISSING", [], True),
    "not missing": ("name IS NOT MISSING", [], True),
    "missing inside a map": ("address.street IS MISSING", [], True),
    "null": ("nothing IS NULL", [], True),
    "not null": ("name IS NOT NULL", [], True),
    "true": ("flag = true", [], True),
    "false": ("flag = false", [], False),
    "and": ("name = 'alice' AND age = 31", [], False),
    "or": ("(name = 'bob' OR age = 30)", [], True),
    "and before or": ("(name = 'bob' AND age = 1 OR age = 30)", [], True),
    "not": ("NOT name = 'alice'", [], False),
    "not of brackets": ("NOT (name = 'bob' OR age = 31)", [], True),
    "inside a map": ("address.city = 'Oslo'", [], True),
    "deep inside a map": ("address.zip.code = '0150'", [], True),
    "member of a map by its name": ("address['city'] = 'Oslo'", [], True),
    "inside a list": ("entries[1].sku = 'b-1'", [], True),
    "beyond a list": ("entries[7] = 'first'", [], False),
    "quoted attribute": ("\"name\" = 'alice'", [], True),
    "attribute with a quote": ("\"it's\" = 'quoted'", [], True),
    "quote inside a string": ("name <> 'it''s'", [], True),
    "words in lower case": ("name = 'alice' and not age between 40 and 50", [], True),
    "attribute names have a case": ("Name IS MISSING", [], True),
    "list literal": ("entries = ['first', {'sku': 'b-1'}]", [], True),
    "map literal": ("address = {'city': 'Oslo', 'zip': {'code': '0150'}}", [], True),
    "set literal": ("tags = <<'user', 'admin'>>", [], True),
    "missing attribute differs": ("absent <> 'x'", [], True),
    "missing attribute is not smaller": ("absent < 'x'", [], False),
    "other type is not equal": ("age = '30'", [], False),
}


@pytest.mark.parametrize(("clause", "parameters", "holds"), cases(PREDICATES))
def test_predicate(dynamodb, people, clause, parameters, holds):
    found = rows_of(dynamodb, f"SELECT pk FROM \"{people}\" WHERE pk = 'a' AND {clause}", parameters)
    assert found == ([{"pk": S("a")}] if holds else [])


# select list, the row it makes of ITEM
SELECT_LISTS = {
    "one attribute": ("name", {"name": S("alice")}),
    "two attributes": ("name, age", {"name": S("alice"), "age": N(30)}),
    "attribute in quotes": ('"name"', {"name": S("alice")}),
    "path under its last name": ("address.city", {"city": S("Oslo")}),
    "deep path": ("address.zip.code", {"code": S("0150")}),
    "member of a list's map": ("entries[1].sku", {"sku": S("b-1")}),
    "attribute that is missing": ("name, absent", {"name": S("alice")}),
    "nothing that is there": ("absent", {}),
}


@pytest.mark.parametrize(("shown", "row"), cases(SELECT_LISTS))
def test_select_list(dynamodb, people, shown, row):
    assert rows_of(dynamodb, f"SELECT {shown} FROM \"{people}\" WHERE pk = 'a'") == [row]


def test_star_shows_all(dynamodb, people):
    assert rows_of(dynamodb, f"SELECT * FROM \"{people}\" WHERE pk = 'b'") == [
        {"pk": S("b"), "name": S("bob")}
    ]


def test_no_clause_reads_all(dynamodb, people):
    assert {row["pk"]["S"] for row in rows_of(dynamodb, f'SELECT pk FROM "{people}"')} == {"a", "b"}


def test_nothing_found_is_an_empty_list(dynamodb, people):
    assert rows_of(dynamodb, f"SELECT * FROM \"{people}\" WHERE pk = 'nobody'") == []


def test_table_name_without_quotes(dynamodb, people):
    assert rows_of(dynamodb, f"SELECT pk FROM {people} WHERE pk = 'a';") == [{"pk": S("a")}]


# clause, sort keys found in the order in which they come
BY_KEY = {
    "partition": ("pk = 'p'", ["s1", "s2", "s3", "s4", "s5"]),
    "whole key": ("pk = 'p' AND sk = 's2'", ["s2"]),
    "smaller": ("pk = 'p' AND sk < 's3'", ["s1", "s2"]),
    "smaller or equal": ("pk = 'p' AND sk <= 's3'", ["s1", "s2", "s3"]),
    "greater": ("pk = 'p' AND sk > 's3'", ["s4", "s5"]),
    "greater or equal": ("pk = 'p' AND sk >= 's4'", ["s4", "s5"]),
    "between": ("pk = 'p' AND sk BETWEEN 's2' AND 's3'", ["s2", "s3"]),
    "begins with": ("pk = 'q' AND begins_with(sk, 't')", ["t1"]),
    "sort key in": ("pk = 'p' AND sk IN ['s1', 's5']", ["s1", "s5"]),
    "two conditions on the sort key": ("pk = 'p' AND sk > 's1' AND sk < 's4'", ["s2", "s3"]),
    "partitions in": ("pk IN ['p', 'q'] AND sk = 's1'", ["s1", "s1"]),
    "partition and filter": ("pk = 'p' AND place > 2", ["s4", "s5"]),
    "ascending": ("pk = 'p' AND sk > 's3' ORDER BY sk", ["s4", "s5"]),
    "descending": ("pk = 'p' ORDER BY sk DESC", ["s5", "s4", "s3", "s2", "s1"]),
    "descending below": ("pk = 'p' AND sk < 's3' ORDER BY sk DESC", ["s2", "s1"]),
    "no such partition": ("pk = 'nobody' AND sk = 's1'", []),
}


@pytest.mark.parametrize(("clause", "expected"), cases(BY_KEY))
def test_read_by_key(dynamodb, sorted_table, clause, expected):
    found = rows_of(dynamodb, f'SELECT sk FROM "{sorted_table}" WHERE {clause}')
    assert [row["sk"]["S"] for row in found] == expected


def test_scan_filters_by_sort_key(dynamodb, sorted_table):
    found = rows_of(dynamodb, f"SELECT pk FROM \"{sorted_table}\" WHERE sk = 's1'")
    assert sorted(row["pk"]["S"] for row in found) == ["p", "q"]


@pytest.mark.parametrize("clause", ["WHERE pk = 'p'", "WHERE pk = 'p' ORDER BY sk DESC", ""])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_come_whole(dynamodb, sorted_table, clause, limit):
    request = {"Statement": f'SELECT pk, sk FROM "{sorted_table}" {clause}', "Limit": limit}
    whole = dynamodb.execute_statement(Statement=request["Statement"])["Items"]
    found = []
    for _ in range(20):
        answer = dynamodb.execute_statement(**request)
        assert len(answer["Items"]) <= limit
        found += answer["Items"]
        if "NextToken" not in answer:
            break
        assert set(answer["LastEvaluatedKey"]) == {"pk", "sk"}
        request["NextToken"] = answer["NextToken"]
    assert found == whole


def test_limit_counts_what_is_read_not_what_is_kept(dynamodb, sorted_table):
    statement = f"SELECT sk FROM \"{sorted_table}\" WHERE pk = 'p' AND place > 2"
    answer = dynamodb.execute_statement(Statement=statement, Limit=2)
    assert answer["Items"] == []
    assert "NextToken" in answer


def test_reading_by_key_costs_less_than_scanning(dynamodb, make_table):
    name = make_table("pk:S", items=[{"pk": S(f"k{place}"), "data": S("x" * 4000)} for place in range(8)])

    def units(clause, **more):
        request = {"Statement": f'SELECT * FROM "{name}" WHERE {clause}', "ReturnConsumedCapacity": "TOTAL"}
        answer = dynamodb.execute_statement(**request | more)["ConsumedCapacity"]
        assert answer["TableName"] == name
        return answer["CapacityUnits"]

    assert units("pk = 'k1'") == 0.5
    assert units("pk = 'k1'", ConsistentRead=True) == 1.0
    assert units("data = 'nothing'") > 3


def test_capacity_only_when_asked(dynamodb, people):
    answer = dynamodb.execute_statement(Statement=f"SELECT * FROM \"{people}\" WHERE pk = 'a'")
    assert "ConsumedCapacity" not in answer


def test_more_than_a_megabyte_comes_in_pages(dynamodb, make_table):
    name = make_table("pk:S sk:N")
    for place in range(4):
        dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": N(place), "data": S("x" * 390_000)})
    statement = f"SELECT sk FROM \"{name}\" WHERE pk = 'p'"
    first = dynamodb.execute_statement(Statement=statement)
    assert len(first["Items"]) == 3
    second = dynamodb.execute_statement(Statement=statement, NextToken=first["NextToken"])
    assert [row["sk"] for row in second["Items"]] == [N(3)]
