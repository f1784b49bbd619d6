"""Sentences of AWS that several tests expect."""

INVALID = "One or more parameter values were invalid: "
NOT_VALID = "One or more parameter values are not valid. "
EMPTY_STRING_KEY = (
    NOT_VALID + "The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
)
EMPTY_BINARY_KEY = (
    NOT_VALID + "The AttributeValue for a key attribute cannot contain an empty binary value. Key: pk"
)
SCHEMA_MISMATCH = "The provided key element does not match the schema"
NOT_FOUND = "Requested resource not found"
CONDITION_FAILED = "The conditional request failed"
OVERSIZED_PUT = "Item size has exceeded the maximum allowed size"
OVERSIZED_UPDATE = "Item size to update has exceeded the maximum allowed size"
DUPLICATE_KEYS = "Provided list of item keys contains duplicates"


def constraint(value: str, where: str, what: str) -> str:
    """AWS's sentence about a member of the request that breaks the service's model."""
    shown = "null" if value == "null" else f"'{value}'"
    return f"1 validation error detected: Value {shown} at '{where}' failed to satisfy constraint: {what}"


def overlap(kind: str, one: str, two: str) -> str:
    """AWS's sentence about document paths that overlap."""
    return (
        f"Invalid {kind}: Two document paths overlap with each other; must remove or rewrite one of these"
        f" paths; path one: [{one}], path two: [{two}]"
    )


def mixed(old: str, new: str) -> str:
    """AWS's sentence about legacy parameters beside expressions."""
    return (
        "Can not use both expression and non-expression parameters in the same request: "
        f"Non-expression parameters: {{{old}}} Expression parameters: {{{new}}}"
    )


def cancelled(*codes: str) -> str:
    """AWS's sentence about a transaction that did not happen."""
    return (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(codes)}]"
    )
