"""The one error that the engine raises for a request that DynamoDB refuses.

Whatever else leaves the engine is a fault of the engine, not of the caller.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

from typing import Any


class DynamoDBError(Exception):
    """A refusal in AWS's words: ``code`` as on the wire without namespace, ``message``, HTTP ``status``.

    ``extra`` holds the further members of the error's shape in wire form, such as ``CancellationReasons``
    (TransactionCanceledException) and ``Item`` (ConditionalCheckFailedException).
    """

    def __init__(self, code: str, message: str, status: int = 400, **extra: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.extra = extra
        self.older: str | None = None


def validation(message: str, older: str | None = None) -> DynamoDBError:
    """ValidationException: the request is wrong, whatever the table holds.

    AWS checks values in two layers with words of their own: ``older`` is what the older layer says where it
    differs. `operations.layers` knows which operation runs which.
    """
    error = DynamoDBError("ValidationException", message)
    error.older = older
    return error


def resource_not_found(message: str = "Requested resource not found") -> DynamoDBError:
    """ResourceNotFoundException; item operations use the default words."""
    return DynamoDBError("ResourceNotFoundException", message)


def resource_in_use(message: str) -> DynamoDBError:
    """ResourceInUseException: the table or index is being created, changed or deleted."""
    return DynamoDBError("ResourceInUseException", message)


def condition_failed(item: dict[str, Any] | None = None) -> DynamoDBError:
    """ConditionalCheckFailedException; ``item`` is handed back when the caller asked for ALL_OLD."""
    extra = {"Item": item} if item is not None else {}
    return DynamoDBError("ConditionalCheckFailedException", "The conditional request failed", 400, **extra)


def transaction_cancelled(reasons: list[dict[str, Any]]) -> DynamoDBError:
    """TransactionCanceledException with one reason per action, ``{"Code": "None"}`` for the innocent."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    return DynamoDBError(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        CancellationReasons=reasons,
    )


def unknown_operation(operation: str) -> DynamoDBError:
    """The engine does not have the operation: said aloud rather than answered emptily."""
    return DynamoDBError("UnknownOperationException", f"The lab's DynamoDB has no operation {operation}")
