"""Lambda `sales-cdc-transformation`: makes lines of JSON of the changes that Firehose hands to it."""

from typing import Any

from handlers.lambdas.change_capture.change_line import Layout
from handlers.lambdas.change_capture.transformation import transform

LAYOUT = Layout(
    key="orderid",
    columns={"orderid": "string", "product_name": "string", "quantity": "int", "price": "double"},
)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return transform(event, LAYOUT)
