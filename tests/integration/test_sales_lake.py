"""The last hop of the change-capture pipelines: from DynamoDB to an answer of Athena, with Glue's schema."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from lab import athena
from lab.app import app
from lab.errors import ExitCode
from lab.pipelines.sales_cdc import PIPELINE as CDC
from lab.pipelines.sales_outlook import PIPELINE as OUTLOOK
from lab.pipelines.sales_projection import PIPELINE as PROJECTION
from tests.support.sales import Capture, actions, captured

PARTITIONS = dict.fromkeys(("partition_0", "partition_1", "partition_2", "partition_3"), "string")
ORDER = {"product_name": "string", "quantity": "int", "price": "double"}
CHANGE = dict.fromkeys(
    ("cdc_event_type", "creation_datetime", "cdc_sequence_number", "cdc_event_id"), "string"
)
SCHEMAS = {
    "sales_cdc": {"orderid": "string"} | ORDER | CHANGE | PARTITIONS,
    "sales_projection": {"orderid": "string"} | ORDER | CHANGE | PARTITIONS,
    "sales_outlook": {"order_id": "string"} | ORDER | PARTITIONS,
}
STORY = (("INSERT", None, "2"), ("MODIFY", "2", "3"), ("REMOVE", "3", None))
run = CliRunner()


@pytest.fixture(scope="module", params=[CDC, PROJECTION, OUTLOOK], ids=lambda pipeline: pipeline.slug)
def story(request: pytest.FixtureRequest, lab_endpoint: str) -> Iterator[tuple[Capture, str]]:
    """A pipeline, and an order that was placed, corrected and cancelled."""
    for capture in captured(request.param, lab_endpoint):
        key = capture.key()
        item = {
            capture.spec.key: {"S": key},
            "product_name": {"S": "Aaron 1860"},
            "quantity": {"N": "2"},
            "price": {"N": "9923.66"},
        }
        capture.put(item)
        capture.put(item | {"quantity": {"N": "3"}})
        capture.delete(key)
        capture.lines(key, 3)
        yield capture, key


def ask(capture: Capture, text: str, *parameters: str) -> list[dict[str, str | None]]:
    return capture.pipeline.query(capture.settings, text, parameters).dicts()


def test_the_crawler_finds_glues_own_schema(story: tuple[Capture, str]) -> None:
    capture, _ = story

    crawled = capture.pipeline.crawl(capture.settings)

    columns = crawled.tables[capture.spec.lake.table]
    assert list(columns.items()) == list(SCHEMAS[capture.pipeline.slug].items())
    assert crawled.partitions >= 1


def test_a_second_crawl_changes_nothing(story: tuple[Capture, str]) -> None:
    capture, _ = story
    capture.pipeline.crawl(capture.settings)
    glue = capture.client("glue")

    def table() -> dict[str, Any]:
        where = {"DatabaseName": capture.spec.database, "Name": capture.spec.lake.table}
        found: dict[str, Any] = glue.get_table(**where)["Table"]
        return found

    before = table()
    capture.pipeline.crawl(capture.settings)

    assert table()["VersionId"] == before["VersionId"]


def test_athena_tells_an_order_before_and_after_each_change(story: tuple[Capture, str]) -> None:
    capture, key = story
    capture.pipeline.crawl(capture.settings)
    saved = capture.pipeline.saved(capture.settings)

    told = ask(capture, saved["before_and_after"], f"'{key}'")

    assert [(row["event"], row["quantity_before"], row["quantity_after"]) for row in told] == list(STORY)
    assert key not in {row[capture.spec.key] for row in ask(capture, saved["current_state"])}


def test_revenue_is_that_of_the_orders_in_the_table(story: tuple[Capture, str]) -> None:
    capture, _ = story
    key = capture.key()
    item = {
        capture.spec.key: {"S": key},
        "product_name": {"S": f"only {key}"},
        "quantity": {"N": "4"},
        "price": {"N": "0.25"},
    }
    capture.put(item)
    capture.lines(key, 1)
    capture.pipeline.crawl(capture.settings)

    revenue = ask(capture, capture.pipeline.saved(capture.settings)["revenue_per_product_and_hour"])

    [mine] = [row for row in revenue if row["product_name"] == f"only {key}"]
    assert (mine["orders"], mine["items"], mine["revenue"]) == ("1", "4", "1.0")


def test_the_lab_command_asks_athena(story: tuple[Capture, str], lab_port: int) -> None:
    capture, key = story
    capture.pipeline.crawl(capture.settings)
    spec = capture.spec
    text = (
        f"SELECT {spec.key}, quantity, price FROM {spec.lake.table} WHERE {spec.key} = '{key}' ORDER BY 2, 3"
    )
    arguments = ["query", capture.pipeline.slug, text, "--port", str(lab_port)]

    as_csv = run.invoke(app, [*arguments, "--csv"])
    as_json = run.invoke(app, [*arguments, "--json"])

    assert as_csv.exit_code == as_json.exit_code == ExitCode.OK, as_csv.output + as_json.output
    rows = [[key, "2", "9923.66"], [key, "3", "9923.66"], [key, "3", "9923.66"]]
    assert list(csv.reader(io.StringIO(as_csv.stdout))) == [[spec.key, "quantity", "price"], *rows]
    assert json.loads(as_json.stdout)["rows"] == [[key, int(row[1]), float(row[2])] for row in rows]


def test_statements_whose_answers_are_no_rows_of_a_table(story: tuple[Capture, str]) -> None:
    capture, key = story
    capture.pipeline.crawl(capture.settings)
    spec = capture.spec

    described = ask(capture, f"DESCRIBE {spec.lake.table}")
    made = capture.pipeline.query(
        capture.settings, f"CREATE TABLE copied AS SELECT * FROM {spec.lake.table} WHERE {spec.key} = '{key}'"
    )
    dropped = capture.pipeline.query(capture.settings, "DROP TABLE copied")

    assert described[0] == {"col_name": spec.key, "data_type": "string", "comment": ""}
    assert (made.written, made.rows) == (len(STORY), [])
    assert (dropped.written, dropped.columns, dropped.rows) == (None, [], [])


def test_a_wrong_query_is_answered_with_athenas_sentence_and_its_place(story: tuple[Capture, str]) -> None:
    capture, _ = story
    capture.pipeline.crawl(capture.settings)
    text = f"SELECT nothing FROM {capture.spec.lake.table}"

    with pytest.raises(
        athena.QueryFailed, match=r"^COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be"
    ) as failure:
        ask(capture, text)
    assert failure.value.detail == f"{text}\n       ^"


def test_files_of_a_folder_that_was_not_crawled_are_told_of(story: tuple[Capture, str]) -> None:
    capture, _ = story
    capture.pipeline.crawl(capture.settings)
    key = capture.key()
    fields = {capture.spec.key: key, "product_name": "p", "quantity": 1, "price": 1.5}
    marks = {"cdc_event_type": "REMOVE", "creation_datetime": "2020-01-01T00:00:00Z"}
    marks |= {"cdc_sequence_number": "1", "cdc_event_id": key}
    path = "cdc/2020/01/01/00/late"
    s3 = capture.client("s3")
    s3.put_object(Bucket=capture.spec.bucket, Key=path, Body=json.dumps(fields | marks) + "\n")
    try:
        found = capture.pipeline.verify(capture.settings)
    finally:
        s3.delete_object(Bucket=capture.spec.bucket, Key=path)

    assert found.differences == []
    assert any("lie in folders that the catalog does not know" in note for note in found.notes), found.notes


def test_the_catalog_converges_and_goes_with_the_pipeline(story: tuple[Capture, str]) -> None:
    capture, _ = story
    assert set(actions(capture.pipeline.bootstrap(capture.settings))) == {"unchanged"}

    removed = capture.pipeline.teardown(capture.settings)

    kinds = {change.kind for change in removed if change.action == "deleted"}
    assert {"Glue database", "Glue crawler", "Glue classifier", "Athena work group"} <= kinds
    names = [one["Name"] for one in capture.client("glue").get_databases()["DatabaseList"]]
    assert capture.spec.database not in names
    capture.pipeline.bootstrap(capture.settings)
