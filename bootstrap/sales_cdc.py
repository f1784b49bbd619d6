"""Pipeline `sales_cdc`: each change of an order reaches S3, records of one order in their order."""

from functools import partial

from bootstrap import change_capture
from bootstrap.change_capture import ChangeCapture

SLUG = "sales_cdc"
BUCKET = "kinesis-firehose-destination-yb"

SPEC = ChangeCapture(
    slug=SLUG,
    table="OrdersRawTable",
    key="orderid",
    pipe="orders-raw-table-to-kinesis",
    partition_key="$.dynamodb.Keys.orderid.S",
    stream="kinesis-for-sales-data",
    delivery="sales-data-to-s3",
    function="sales-cdc-transformation",
    bucket=BUCKET,
    function_seconds=1,
    seconds=5,
    database="sales-db",
    crawler="sales-cdc-crawler",
    classifier="sales-cdc-classifier",
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
