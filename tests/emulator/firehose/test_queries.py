"""MetadataExtractionQuery: the part of jq that is known, and what is refused."""

import pytest
from localstack_lab.firehose.queries import ExtractionError, Query, QueryError

ORDER = {
    "customer_id": "1234567890",
    "type": {"device": "mobile", "user id": 7},
    "event_timestamp": 1565382027,
    "at": "2019-08-09T20:20:27Z",
    "prices": [1.5, 2],
    "gone": None,
    "yes": True,
    "email": "Ada@Engine.example",
}


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("{customer_id: .customer_id}", {"customer_id": "1234567890"}),
        ("{customer_id}", {"customer_id": "1234567890"}),
        ('{"device": .type.device, user: .type["user id"]}', {"device": "mobile", "user": "7"}),
        ('{year: .event_timestamp| strftime("%Y")}', {"year": "2019"}),
        ('{d: .event_timestamp|strftime("%Y/%m/%d")}', {"d": "2019/08/09"}),
        ("{s: .at | fromdate}", {"s": "1565382027"}),
        ("{s: .event_timestamp | todate}", {"s": "2019-08-09T20:20:27Z"}),
        ("{y: .at[0:4], r: .at[-1:], h: .at[:2]}", {"y": "2019", "r": "Z", "h": "20"}),
        ("{p: .prices[1], l: .prices[-2]}", {"p": "2", "l": "1.5"}),
        ('{a: .gone // "none", b: .customer_id.x? // "odd"}', {"a": "none", "b": "odd"}),
        ("{y: .yes}", {"y": "true"}),
        ('{m: .email | ascii_downcase | split("@") | .[1]}', {"m": "engine.example"}),
        ('{m: (.email | ascii_upcase) | ltrimstr("ADA@") | rtrimstr(".EXAMPLE")}', {"m": "ENGINE"}),
        (
            "{n: .customer_id | tonumber | floor, t: .prices | length | tostring}",
            {"n": "1234567890", "t": "2"},
        ),
        ('{a: .["customer_id"]}', {"a": "1234567890"}),
        ('{a: ."customer_id"}', {"a": "1234567890"}),
    ],
)
def test_keys_are_extracted(query: str, keys: dict[str, str]) -> None:
    assert Query(query).extract(ORDER) == keys
    assert Query(query).names == set(keys)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("{a: .nothing}", "must not be null or empty"),
        ("{a: .gone}", "must not be null or empty"),
        ("{a: .type}", "must not be null or empty"),
        ("{a: .prices}", "must not be null or empty"),
        ("{a: .customer_id.x}", "Cannot index string"),
        ("{a: .type[0]}", "Cannot index object"),
        ('{a: .customer_id | strftime("%Y")}', "strftime cannot be applied"),
        ("{a: .email | tonumber}", "tonumber cannot be applied"),
    ],
)
def test_records_without_keys(query: str, why: str) -> None:
    with pytest.raises(ExtractionError, match=why):
        Query(query).extract(ORDER)


@pytest.mark.parametrize(
    "query",
    [
        "",
        ".customer_id",
        "{a: .b",
        "{a: .b} | .c",
        "{a: .b | now}",
        "{a: .b + 1}",
        "{a: .[]}",
        "{a: if .b then 1 else 2 end}",
        '{a: "x\\(.b)"}',
        '{a: .b | sub("x"; "y")}',
        "{a: reduce .b as $x (0; .)}",
        "{(.a): .b}",
    ],
)
def test_the_rest_of_jq_is_refused_when_it_is_parsed(query: str) -> None:
    with pytest.raises(QueryError, match="is not in the part of jq"):
        Query(query)
