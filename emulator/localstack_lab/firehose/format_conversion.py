"""Record format conversion: JSON to Parquet or ORC by the schema of a table in the Glue Data Catalog.

This is where it belongs: between `processing` and `outbox`, a buffer becomes one columnar object. It needs
the catalog, which this emulator does not have, so that a definition that asks for it is refused.
https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
"""

from typing import Any


def refusal(configuration: dict[str, Any] | None) -> str | None:
    """Why a DataFormatConversionConfiguration cannot be had, or None when it asks for nothing."""
    if not configuration or configuration.get("Enabled") is False:
        return None
    return (
        "DataFormatConversionConfiguration is not available in this emulator: converting records to Parquet "
        "or ORC needs a table of the Glue Data Catalog, which is not emulated yet."
    )
