"""AthenaError of a query that failed.

https://docs.aws.amazon.com/athena/latest/ug/error-reference.html lists categories and types, not which error
of the engine has which type. Types marked "seen" were observed on AWS; the others are the catalogue's entry
whose description fits, and an error that none describes has the general type of its category.
"""

from typing import Any

from localstack_lab.athena.engine.contract import QueryFailed

SYSTEM, USER = 1, 2
USER_ERROR, ENGINE_ERROR = 1000, 200
RESULT_NOT_WRITTEN = 401

_TYPES = {
    "DIVISION_BY_ZERO": 1001,  # seen
    "HIVE_BAD_DATA": 1001,
    "HIVE_CURSOR_ERROR": 1001,
    "HIVE_INVALID_PARTITION_VALUE": 1001,
    "TYPE_MISMATCH": 1002,  # seen
    "HIVE_PARTITION_SCHEMA_MISMATCH": 1004,
    "HIVE_INVALID_METADATA": 1004,
    "COLUMN_NOT_FOUND": 1006,  # seen
    "CATALOG_NOT_FOUND": 1006,  # seen
    "SYNTAX_ERROR": 1006,
    "INVALID_CAST_ARGUMENT": 1100,  # seen
    "NUMERIC_VALUE_OUT_OF_RANGE": 1100,  # seen
    "INVALID_PARAMETER_USAGE": 1100,  # seen
    "MISSING_COLUMN_NAME": 1100,  # seen
    "INVALID_LITERAL": 1100,
    "INVALID_TABLE_PROPERTY": 1103,
    "INVALID_FUNCTION_ARGUMENT": 1106,  # seen
    "INVALID_VIEW": 1107,
    "TABLE_ALREADY_EXISTS": 1110,  # seen
    "NOT_SUPPORTED": 1200,  # seen
    "NOT_FOUND": 1300,  # seen
    "TABLE_NOT_FOUND": 1301,  # seen
    "SCHEMA_NOT_FOUND": 1301,  # seen
    "FUNCTION_NOT_FOUND": 1303,  # seen
    "COLUMN_ALREADY_EXISTS": 1006,
    "HIVE_METASTORE_ERROR": 204,
    "EXCEEDED_LOCAL_MEMORY_LIMIT": 0,
    "GENERIC_INSUFFICIENT_RESOURCES": 0,
}
NOT_DONE = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."
_TOLD = (
    "Query type not supported by DDL engine.",  # seen
    "mismatched input 'COLUMN' expecting 'PARTITION'",  # seen, behind its place
)
"""ErrorMessages whose errors are of the user, whatever their StateChangeReason is."""
_TEXTS = (
    ("FAILED: SemanticException [Error 10072]", SYSTEM, 1502),  # seen
    ("FAILED: SemanticException [Error 10001]", USER, 1301),
    ("FAILED: ParseException", SYSTEM, 1003),  # seen
    (f"{NOT_DONE} Can not create a Path from an empty string", USER, 1100),  # seen
    ("FAILED: Execution Error", USER, 1006),  # seen
    ("FAILED:", USER, 1003),
    ("Query timeout", SYSTEM, 206),
    ("Query type not supported by Athena Iceberg", USER, 1200),  # seen
    ("Unsupported table property key:", USER, 1200),  # seen
    ("Table has unsupported column types", USER, 1100),  # seen
    ("Database ", USER, 1301),  # seen, of a CTAS: "Database … not found. …"
    ("Iceberg create table statement does not allow", USER, 1200),  # seen
    ("Invalid PARTITIONED BY clause in Iceberg", USER, 1006),  # seen
    ("At least one column is required for Iceberg", USER, 1006),  # seen
    ("EXTENDED keyword is not supported for Iceberg", USER, 1100),  # seen
    ("FORMATTED keyword is not supported for Iceberg", USER, 1100),  # seen
    ("PARTITION keyword is not supported for Iceberg", USER, 1100),  # seen
)
_SYSTEM_NAMES = frozenset(("GENERIC_INTERNAL_ERROR", "HIVE_METASTORE_ERROR", "HIVE_FILESYSTEM_ERROR"))


def athena_error(failed: QueryFailed) -> dict[str, Any]:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html"""
    return _error(*_classified(failed), failed.told or failed.text)


def not_written(message: str) -> dict[str, Any]:
    """The result could not be put into S3."""
    return _error(SYSTEM, RESULT_NOT_WRITTEN, message) | {"Retryable": True}


def _classified(failed: QueryFailed) -> tuple[int, int]:
    if failed.ours:
        return SYSTEM, ENGINE_ERROR
    if failed.told is not None and failed.told.lower().endswith(tuple(text.lower() for text in _TOLD)):
        return USER, 1006
    for beginning, category, number in _TEXTS:
        if failed.text.startswith(beginning):
            return category, number
    category = SYSTEM if failed.name in _SYSTEM_NAMES else USER
    return category, _TYPES.get(failed.name, ENGINE_ERROR if category == SYSTEM else USER_ERROR)


def _error(category: int, number: int, message: str) -> dict[str, Any]:
    return {"ErrorCategory": category, "ErrorType": number, "Retryable": False, "ErrorMessage": message}
