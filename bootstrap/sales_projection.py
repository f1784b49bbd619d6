"""Pipeline `sales_projection`: changes of orders to S3 in near real time, spread over all shards."""

from functools import partial

from bootstrap import change_capture
from bootstrap.change_capture import ChangeCapture

SLUG = "sales_projection"
BUCKET = "sales-data-projection-outcome"

SPEC = ChangeCapture(
    slug=SLUG,
    table="Ordertable",
    key="orderid",
    pipe="dynamo-cdc-to-kinesis",
    partition_key="$.eventID",
    stream="kinesis-sales-order",
    delivery="kinesis-to-S3-delivery",
    function="stream-transformation",
    bucket=BUCKET,
    function_seconds=1,
    seconds=10,
    database="sales-data-projection-db",
    crawler="Sales-data-crawler",
    classifier="json-classifier",
    columns=(
        "orderid",
        "product_name",
        "quantity",
        "price",
        "cdc_event_type",
        "creation_datetime",
        "cdc_sequence_number",
        "cdc_event_id",
    ),
)

bootstrap = partial(change_capture.bootstrap, SPEC)
teardown = partial(change_capture.teardown, SPEC)
