"""The store: what it keeps, how it reads, what it logs, and what a rollback or a restart leaves."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from localstack_lab.dynamodb.engine.changes import number_of, sequence_number
from localstack_lab.dynamodb.engine.keys import table_position
from localstack_lab.dynamodb.engine.storage import Index, KeyAttr, Store, Table, position_of
from localstack_lab.dynamodb.engine.values import key_bytes

DAY = 24 * 3600


class Clock:
    """Time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock) -> Iterator[Store]:
    store = Store(None, clock)
    yield store
    store.close()


def key_attr(notation: str | None) -> KeyAttr | None:
    return None if notation is None else KeyAttr(*notation.split(":"))


def make(store: Store, hash_key: str = "pk:S", range_key: str | None = None, **options) -> Table:
    """Save a table; ``indexes`` as `index` makes them."""
    with store.transaction():
        table = Table(
            id=store.database.new_id(),
            account_id="000000000000",
            region="us-east-1",
            name=options.pop("name", "orders"),
            arn="arn:aws:dynamodb:us-east-1:000000000000:table/orders",
            table_id="0",
            hash_key=key_attr(hash_key),
            range_key=key_attr(range_key),
            attribute_definitions={},
            created_at=store.clock(),
            **options,
        )
        store.save_table(table)
    return table


def index(number: int, name: str, hash_key: str, range_key: str | None = None, projection="ALL", include=()):
    return Index(
        id=10_000 + number,
        name=name,
        arn="",
        kind="GSI",
        hash_key=key_attr(hash_key),
        range_key=key_attr(range_key),
        projection_type=projection,
        non_key_attributes=frozenset(include),
    )


def s(text: str) -> dict[str, str]:
    return {"S": text}


def put(store: Store, table: Table, item: dict, **options) -> None:
    with store.transaction():
        store.put(table, item, old=get(store, table, item), **options)


def delete(store: Store, table: Table, key: dict, **options) -> None:
    with store.transaction():
        store.delete(table, get(store, table, key), **options)


def get(store: Store, table: Table, key: dict) -> dict | None:
    sort = key_bytes(key[table.range_key.name]) if table.range_key else b""
    return store.get(table, key_bytes(key[table.hash_key.name]), sort)


def with_stream(store: Store, view: str = "NEW_AND_OLD_IMAGES", **options) -> Table:
    table = make(store, **options)
    with store.transaction():
        table = replace(table, stream=store.streams.open(table, view))
        store.save_table(table)
    return table


def logged(store: Store, table: Table) -> list:
    return store.streams.read(store.streams.get(table.stream.arn), 0, 1000)


ITEM = {
    "pk": s("a"),
    "text": s("ü\U0001f600 \u0000"),
    "number": {"N": "1.5"},
    "binary": {"B": b"\x00\xff"},
    "binaries": {"BS": [b"a", b"\xfe"]},
    "names": {"SS": ["x", "y"]},
    "map": {"M": {"B": {"B": b"\x01"}, "BS": {"S": "a name, not a type"}, "list": {"L": [{"NULL": True}]}}},
    "flag": {"BOOL": False},
    "B": {"S": "an attribute called B"},
}


def test_an_item_comes_back_as_it_was_put(store):
    table = make(store)
    put(store, table, ITEM)
    assert get(store, table, {"pk": s("a")}) == ITEM


def test_what_get_returns_belongs_to_the_caller(store):
    table = make(store)
    put(store, table, ITEM)
    get(store, table, {"pk": s("a")})["names"]["SS"].append("mine")
    assert get(store, table, {"pk": s("a")}) == ITEM


def test_absent_items_are_none(store):
    assert get(store, make(store), {"pk": s("nobody")}) is None


def test_writes_need_a_transaction(store):
    with pytest.raises(RuntimeError, match="transaction"):
        store.put(make(store), {"pk": s("a")}, old=None)


def test_a_write_that_forgets_the_old_item_fails(store):
    table = make(store)
    put(store, table, {"pk": s("a")})
    with pytest.raises(sqlite3.IntegrityError), store.transaction():
        store.put(table, {"pk": s("a")}, old=None)


class Boom(Exception):
    """The failure that tests provoke."""


def failing(store: Store, work: Callable[[], object]) -> None:
    """Do the work in a transaction that fails at its end."""

    def run() -> None:
        with store.transaction():
            work()
            raise Boom

    with pytest.raises(Boom):
        run()


def test_a_failed_transaction_leaves_nothing(store):
    table = with_stream(store)

    def change() -> None:
        store.put(table, {"pk": s("a")}, old=None)
        store.save_table(replace(table, billing_mode="PAY_PER_REQUEST"))

    failing(store, change)
    assert get(store, table, {"pk": s("a")}) is None
    assert store.count_and_size(table) == (0, 0)
    assert logged(store, table) == []
    assert store.table("000000000000", "us-east-1", "orders").billing_mode == "PROVISIONED"


def test_a_failed_inner_transaction_leaves_the_outer_one(store):
    table = make(store)
    with store.transaction():
        store.put(table, {"pk": s("kept")}, old=None)
        failing(store, lambda: store.put(table, {"pk": s("gone")}, old=None))
    assert get(store, table, {"pk": s("kept")}) == {"pk": s("kept")}
    assert get(store, table, {"pk": s("gone")}) is None
    assert store.count_and_size(table)[0] == 1


def test_a_table_that_failed_to_be_created_is_unknown(store):
    failing(store, lambda: make(store))
    with pytest.raises(KeyError):
        store.table("000000000000", "us-east-1", "orders")


@pytest.fixture
def filled(store) -> Table:
    table = make(store, "pk:S", "sk:N")
    for partition in "ab":
        for number in range(300):
            put(store, table, {"pk": s(partition), "sk": {"N": str(number - 150)}})
    return table


def numbers(rows) -> list[int]:
    return [int(row.item["sk"]["N"]) for row in rows]


def n(number: int) -> bytes:
    return key_bytes({"N": str(number)})


def test_a_query_reads_one_partition_in_order_of_the_sort_key(store, filled):
    assert numbers(store.query(filled, None, b"a", None, None, True, None)) == list(range(-150, 150))


def test_a_query_reads_backwards(store, filled):
    assert numbers(store.query(filled, None, b"a", None, None, False, None)) == list(range(149, -151, -1))


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        ((n(-2), True), (n(2), True), [-2, -1, 0, 1, 2]),
        ((n(-2), False), (n(2), False), [-1, 0, 1]),
        (None, (n(-149), True), [-150, -149]),
        ((n(148), True), None, [148, 149]),
        ((n(5), False), (n(5), False), []),
    ],
)
def test_bounds_of_the_sort_key(store, filled, lower, upper, expected):
    assert numbers(store.query(filled, None, b"a", lower, upper, True, None)) == expected


@pytest.mark.parametrize("forward", [True, False])
def test_a_query_resumes_behind_any_row(store, filled, forward):
    rows = list(store.query(filled, None, b"a", None, None, forward, None))
    for at in (0, 31, 32, 95, 299):
        rest = list(store.query(filled, None, b"a", None, None, forward, rows[at].position))
        assert rest == rows[at + 1 :]
    key = rows[10].item
    assert position_of(filled, None, key) == rows[10].position


def test_a_query_resumes_behind_an_item_that_is_gone(store, filled):
    position = position_of(filled, None, {"pk": s("a"), "sk": {"N": "7"}})
    delete(store, filled, {"pk": s("a"), "sk": {"N": "7"}})
    rest = store.query(filled, None, b"a", None, None, True, position)
    assert next(rest).item["sk"] == {"N": "8"}


def test_items_written_during_a_query_do_not_disturb_it(store, filled):
    seen = []
    for row in store.query(filled, None, b"a", None, None, True, None):
        seen.append(int(row.item["sk"]["N"]))
        delete(store, filled, row.item)
    assert seen == list(range(-150, 150))


def test_a_scan_sees_every_item_once_and_partitions_whole(store, filled):
    rows = list(store.scan(filled, None, 0, 1, None))
    assert len(rows) == 600
    partitions = [row.item["pk"]["S"] for row in rows]
    assert partitions in (["a"] * 300 + ["b"] * 300, ["b"] * 300 + ["a"] * 300)
    assert list(store.scan(filled, None, 0, 1, rows[299].position)) == rows[300:]


@pytest.mark.parametrize("total", [2, 7, 1_000_000])
def test_segments_share_the_items_among_them(store, total):
    table = make(store)
    for number in range(200):
        put(store, table, {"pk": s(str(number))})
    if total > 1000:  # each item lies in exactly the segment of its digest
        place = table_position(table, {"pk": s("5")})[0]
        segment = int.from_bytes(place[:8], "big") * total >> 64
        assert {"pk": s("5")} in [row.item for row in store.scan(table, None, segment, total, None)]
        return
    segments = [
        [row.item["pk"]["S"] for row in store.scan(table, None, k, total, None)] for k in range(total)
    ]
    assert all(segments)
    assert [name for segment in segments for name in segment] == [
        row.item["pk"]["S"] for row in store.scan(table, None, 0, 1, None)
    ]


def test_an_index_holds_only_items_with_its_keys(store):
    by_state = index(1, "by_state", "state:S", "total:N")
    table = make(store, indexes={"by_state": by_state})
    put(store, table, {"pk": s("1"), "state": s("NY"), "total": {"N": "2"}})
    put(store, table, {"pk": s("2"), "state": s("NY")})
    put(store, table, {"pk": s("3"), "state": s("NY"), "total": {"S": "2"}})
    assert [row.item["pk"]["S"] for row in store.scan(table, by_state, 0, 1, None)] == ["1"]
    assert store.count_and_size(table, by_state)[0] == 1


def test_an_index_follows_its_items(store):
    by_state = index(1, "by_state", "state:S")
    table = make(store, indexes={"by_state": by_state})

    def states(state: str) -> list[str]:
        rows = store.query(table, by_state, state.encode(), None, None, True, None)
        return [row.item["pk"]["S"] for row in rows]

    put(store, table, {"pk": s("1"), "state": s("NY"), "total": {"N": "1"}})
    assert (states("NY"), states("LA")) == (["1"], [])
    put(store, table, {"pk": s("1"), "state": s("LA")})
    assert (states("NY"), states("LA")) == ([], ["1"])
    put(store, table, {"pk": s("1")})
    assert (states("NY"), states("LA")) == ([], [])
    put(store, table, {"pk": s("1"), "state": s("LA")})
    delete(store, table, {"pk": s("1")})
    assert states("LA") == []
    assert store.count_and_size(table, by_state) == (0, 0)


@pytest.mark.parametrize("forward", [True, False])
def test_an_index_pages_through_equal_keys(store, forward):
    by_state = index(1, "by_state", "state:S", "total:N")
    table = make(store, "pk:S", "sk:S", indexes={"by_state": by_state})
    for number in range(90):
        put(
            store,
            table,
            {
                "pk": s(str(number % 9)),
                "sk": s(str(number)),
                "state": s("NY"),
                "total": {"N": str(number % 2)},
            },
        )
    rows = list(store.query(table, by_state, b"NY", None, None, forward, None))
    assert len({(row.item["pk"]["S"], row.item["sk"]["S"]) for row in rows}) == 90
    for at in (0, 40, 88):
        key = {name: rows[at].item[name] for name in ("pk", "sk", "state", "total")}
        assert position_of(table, by_state, key) == rows[at].position
        assert (
            list(store.query(table, by_state, b"NY", None, None, forward, rows[at].position))
            == rows[at + 1 :]
        )
        scan = list(store.scan(table, by_state, 0, 1, None))
        assert list(store.scan(table, by_state, 0, 1, scan[at].position)) == scan[at + 1 :]


@pytest.mark.parametrize(
    ("projection", "include", "expected"),
    [
        ("ALL", (), {"pk", "sk", "state", "a", "b"}),
        ("KEYS_ONLY", (), {"pk", "sk", "state"}),
        ("INCLUDE", ("a",), {"pk", "sk", "state", "a"}),
    ],
)
def test_an_index_shows_what_it_projects(store, projection, include, expected):
    by_state = index(1, "by_state", "state:S", None, projection, include)
    table = make(store, "pk:S", "sk:S", indexes={"by_state": by_state})
    put(store, table, {name: s(name) for name in ("pk", "sk", "state", "a", "b")})
    (row,) = store.scan(table, by_state, 0, 1, None)
    assert set(row.item) == expected
    assert store.count_and_size(table, by_state) == (1, sum(2 * len(name) for name in expected))


def test_an_index_is_filled_from_the_items_that_are_there(store):
    table = make(store)
    for number in range(700):
        put(store, table, {"pk": s(str(number)), "state": s("NY" if number % 7 else "LA")})
    by_state = index(1, "by_state", "state:S")
    with store.transaction():
        table = replace(table, indexes={"by_state": by_state})
        store.save_table(table)
        store.build_index(table, by_state)
    assert len(list(store.query(table, by_state, b"LA", None, None, True, None))) == 100
    assert store.count_and_size(table, by_state)[0] == 700
    with store.transaction():
        store.drop_index(by_state)
    assert list(store.scan(table, by_state, 0, 1, None)) == []


def test_counters_follow_every_write(store):
    table = make(store)
    put(store, table, {"pk": s("1"), "text": s("abc")})
    assert store.count_and_size(table) == (1, 10)
    put(store, table, {"pk": s("1"), "text": s("abcdef")})
    assert store.count_and_size(table) == (1, 13)
    put(store, table, {"pk": s("22")})
    assert store.count_and_size(table) == (2, 17)
    delete(store, table, {"pk": s("1")})
    assert store.count_and_size(table) == (1, 4)


def test_each_change_leaves_one_record_with_both_images(store):
    table = with_stream(store)
    put(store, table, ITEM)
    put(store, table, {"pk": s("a"), "v": {"N": "1"}})
    delete(store, table, {"pk": s("a")})
    inserted, modified, removed = logged(store, table)
    assert [inserted.event, modified.event, removed.event] == ["INSERT", "MODIFY", "REMOVE"]
    assert (inserted.old, inserted.new) == (None, ITEM)
    assert (modified.old, modified.new) == (ITEM, {"pk": s("a"), "v": {"N": "1"}})
    assert (removed.old, removed.new) == ({"pk": s("a"), "v": {"N": "1"}}, None)
    assert inserted.keys == modified.keys == removed.keys == {"pk": s("a")}
    assert inserted.number < modified.number < removed.number


@pytest.mark.parametrize(
    ("view", "new", "old"),
    [
        ("KEYS_ONLY", None, None),
        ("NEW_IMAGE", {"pk": s("a"), "v": s("2")}, None),
        ("OLD_IMAGE", None, {"pk": s("a"), "v": s("1")}),
        ("NEW_AND_OLD_IMAGES", {"pk": s("a"), "v": s("2")}, {"pk": s("a"), "v": s("1")}),
    ],
)
def test_a_view_keeps_its_images(store, view, new, old):
    table = with_stream(store, view)
    put(store, table, {"pk": s("a"), "v": s("1")})
    put(store, table, {"pk": s("a"), "v": s("2")})
    record = logged(store, table)[1]
    assert (record.new, record.old) == (new, old)
    assert record.size == 3 + sum(5 for image in (new, old) if image)


def test_a_write_that_changes_nothing_leaves_no_record(store):
    table = with_stream(store)
    put(store, table, {"pk": s("a"), "tags": {"SS": ["x", "y"]}})
    put(store, table, {"tags": {"SS": ["y", "x"]}, "pk": s("a")})
    assert len(logged(store, table)) == 1


def test_a_record_names_who_deleted(store):
    table = with_stream(store)
    put(store, table, {"pk": s("a")})
    service = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    delete(store, table, {"pk": s("a")}, user_identity=service)
    assert [record.user_identity for record in logged(store, table)] == [None, service]


def test_records_older_than_a_day_are_out_of_reach(store, clock):
    table = with_stream(store)
    put(store, table, {"pk": s("old")})
    clock.now += DAY - 1
    put(store, table, {"pk": s("new")})
    assert len(logged(store, table)) == 2
    clock.now += 2
    assert [record.keys for record in logged(store, table)] == [{"pk": s("new")}]


def test_expired_records_are_removed_from_the_file(store, clock):
    table = with_stream(store)
    for number in range(1100):
        put(store, table, {"pk": s(f"old {number}")})
    clock.now += 2 * DAY
    for number in range(1100):
        put(store, table, {"pk": s(f"new {number}")})
    assert store.database.row("SELECT count(*) FROM record")[0] <= 1100


def test_a_closed_stream_can_be_read_for_a_day(store, clock):
    table = with_stream(store)
    put(store, table, {"pk": s("a")})
    with store.transaction():
        store.streams.close(table.stream)
        store.drop_table(table)
    assert len(logged(store, table)) == 1
    clock.now += DAY + 1
    with pytest.raises(KeyError):
        store.streams.get(table.stream.arn)


def test_two_streams_of_one_moment_have_their_own_names(store):
    table = make(store)
    with store.transaction():
        streams = [store.streams.open(table, "KEYS_ONLY") for _ in range(3)]
    assert len({stream.arn for stream in streams}) == 3


def test_sequence_numbers_have_21_digits_and_lead_back():
    assert len(sequence_number(1)) == 21
    assert number_of(sequence_number(12345)) == 12345
    with pytest.raises(ValueError, match="12"):
        number_of("12")


def test_forwarding_logs_are_announced_after_the_commit(store):
    table = replace(make(store), forwarding_logs=(77,))
    calls: list[int] = []
    store.on_forwarding(lambda: calls.append(len(store.changes.read(77, 0, 10))))
    with store.transaction():
        store.save_table(table)
        store.put(table, {"pk": s("a")}, old=None)
        store.put(table, {"pk": s("b")}, old=None)
        assert calls == []
    assert calls == [2]
    store.changes.remove([store.changes.read(77, 0, 10)[0].number])
    assert len(store.changes.read(77, 0, 10)) == 1


def test_expired_items_are_found_by_their_time(store, clock):
    table = make(store, ttl_attribute="ttl")
    now = int(clock.now)
    for name, value in {
        "past": {"N": str(now - 1)},
        "now": {"N": str(now)},
        "future": {"N": str(now + 60)},
        "text": s(str(now - 1)),
        "ancient": {"N": str(now - 6 * 365 * DAY)},
        "huge": {"N": "9" * 38 + "E+80"},
    }.items():
        put(store, table, {"pk": s(name), "ttl": value})
    put(store, table, {"pk": s("without")})
    assert [item["pk"]["S"] for item in store.expired(table, clock.now, 10)] == ["past", "now"]
    put(store, table, {"pk": s("past"), "ttl": {"N": str(now + 60)}})
    delete(store, table, {"pk": s("now")})
    assert store.expired(table, clock.now, 10) == []


def test_setting_the_ttl_attribute_finds_the_items_that_are_there(store, clock):
    table = make(store)
    put(store, table, {"pk": s("a"), "ttl": {"N": "1789999999"}})
    with store.transaction():
        table = replace(table, ttl_attribute="ttl")
        store.save_table(table)
        store.build_expiry(table)
    assert len(store.expired(table, clock.now, 10)) == 1


def test_tokens_live_ten_minutes(store, clock):
    with store.transaction():
        store.token_put("1", "us-east-1", "token", "payload")
    assert store.token_get("1", "us-east-1", "token") == "payload"
    assert store.token_get("2", "us-east-1", "token") is None
    clock.now += 600
    assert store.token_get("1", "us-east-1", "token") is None


def test_dropping_a_table_removes_its_items_and_nothing_else(store):
    by_state = index(1, "by_state", "state:S")
    first = make(store, name="first", indexes={"by_state": by_state})
    second = make(store, name="second")
    put(store, first, {"pk": s("a"), "state": s("NY")})
    put(store, second, {"pk": s("a")})
    with store.transaction():
        store.drop_table(first)
    assert [table.name for table in store.tables("000000000000", "us-east-1")] == ["second"]
    assert store.database.row("SELECT count(*) FROM entry") == (0,)
    assert get(store, second, {"pk": s("a")}) == {"pk": s("a")}


@pytest.fixture
def reopened(tmp_path, clock) -> Iterator[Callable[[Store | None], Store]]:
    opened: list[Store] = []

    def reopen() -> Store:
        for store in opened:
            store.close()
        opened[:] = [Store(tmp_path / "dynamodb.sqlite", clock)]
        return opened[0]

    yield reopen
    for store in opened:
        store.close()


def test_a_reopened_file_gives_everything_back(reopened):
    store = reopened()
    by_state = index(1, "by_state", "state:S", "total:N", "INCLUDE", ("b", "a"))
    table = with_stream(store, indexes={"by_state": by_state}, range_key="sk:S", tags={"team": "sales"})
    item = {"pk": s("a"), "sk": s("b"), "state": s("NY"), "total": {"N": "1"}, "data": {"B": b"\x00"}}
    put(store, table, item)
    number = logged(store, table)[0].number

    store = reopened()
    again = store.table("000000000000", "us-east-1", "orders")
    assert again == table
    assert get(store, again, item) == item
    assert store.count_and_size(again)[0] == 1
    assert len(list(store.scan(again, again.indexes["by_state"], 0, 1, None))) == 1
    put(store, again, {**item, "data": s("new")})
    assert [record.number > number for record in logged(store, again)] == [False, True]


def test_sequence_numbers_never_go_back_even_when_all_records_are_gone(reopened):
    store = reopened()
    table = with_stream(store)
    put(store, table, {"pk": s("a")})
    number = logged(store, table)[0].number
    store.changes.forget(table.stream.id)
    store = reopened()
    put(store, table, {"pk": s("b")})
    assert logged(store, table)[0].number > number


def test_a_file_of_another_format_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "dynamodb.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(RuntimeError, match="format 99"):
        Store(path)


def test_documents_are_kept_by_kind_and_name(store):
    with store.transaction():
        store.catalog.put_document("backup", "1", "us-east-1", "b", {"x": 1})
        store.catalog.put_document("backup", "1", "us-east-1", "a", {"x": 2})
    assert store.catalog.documents("backup", "1", "us-east-1") == [{"x": 2}, {"x": 1}]
    assert store.catalog.document("backup", "1", "us-east-1", "b") == {"x": 1}
    with store.transaction():
        store.catalog.remove_document("backup", "1", "us-east-1", "b")
    with pytest.raises(KeyError):
        store.catalog.document("backup", "1", "us-east-1", "b")
