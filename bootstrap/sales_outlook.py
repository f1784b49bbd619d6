"""Pipeline `sales_outlook`: changes of orders to S3 in larger files, in a region of its own."""

from functools import partial

from bootstrap import change_capture
from bootstrap.change_capture import ChangeCapture

SLUG = "sales_outlook"
BUCKET = "sales-performance-outlook-data"

SPEC = ChangeCapture(
    slug=SLUG,
    region="ap-southeast-2",
    table="Orders-data-table",
    key="order_id",
    pipe="orders-data-table-to-kinesis",
    partition_key="$.eventID",
    stream="kinesis-sales-order",
    delivery="kinesis-sales-order-to-s3",
    function="sales-outlook-transformation",
    bucket=BUCKET,
    function_seconds=15,
    seconds=60,
    database="sales-data-catalog",
    crawler="sales-outlook-crawler",
    classifier="sales-outlook-classifier",
    columns=("order_id", "product_name", "quantity", "price"),
    table_prefix="outlook_",
    changes_table="outlook_order_changes",
)

bootstrap = partial(change_capture.bootstrap, SPEC)
teardown = partial(change_capture.teardown, SPEC)
