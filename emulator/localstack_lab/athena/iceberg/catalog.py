"""The Glue Data Catalog as the catalog of Iceberg tables, through what LocalStack lends to a worker.

A commit writes a metadata file and moves the table's ``metadata_location``, by an UpdateTable that names the
version of the table that was read: of two writers one succeeds, and the other tries again on what the first
one left.
https://iceberg.apache.org/docs/latest/aws/#optimistic-locking
"""

from typing import Any

from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NoSuchIcebergTableError, NoSuchPropertyException, ValidationError
from pyiceberg.io import FileIO
from pyiceberg.table import Table
from pyiceberg.typedef import EMPTY_DICT, Properties

from localstack_lab.athena.iceberg.files import LakeFiles, NotInS3
from localstack_lab.athena.sql.errors import QueryError, unsupported
from localstack_lab.lake.workers.errors import Refused

type Members = dict[str, Any]

_CODE = ("py-io-impl", "write.py-location-provider.impl")
"""Properties by which pyiceberg would import and call what a table's metadata names."""


class LakeCatalog(GlueCatalog):
    """pyiceberg's Glue catalog without a network.

    :param catalog: Glue, with boto3's methods and keywords
    :param files: S3
    """

    def __init__(self, catalog: Any, files: LakeFiles) -> None:
        super().__init__("awsdatacatalog", client=_Client(catalog))  # type: ignore[arg-type]
        self.files = files

    def _load_file_io(self, properties: Properties = EMPTY_DICT, location: str | None = None) -> FileIO:
        return self.files

    def of(self, glue_table: dict[str, Any]) -> Table:
        """The Iceberg table that a Glue table points to.

        :raises QueryError: ICEBERG_INVALID_METADATA, ICEBERG_MISSING_METADATA
        """
        name = f"{glue_table['DatabaseName']}.{glue_table['Name']}"
        try:
            found = self._convert_glue_to_iceberg(glue_table)  # type: ignore[arg-type]
        except (NoSuchPropertyException, NoSuchIcebergTableError) as error:
            raise QueryError("ICEBERG_INVALID_METADATA", f"Table {name}: {error}") from error
        except FileNotFoundError as error:
            message = f"Metadata not found in metadata location for table {name}"
            raise QueryError("ICEBERG_MISSING_METADATA", message) from error
        except NotInS3 as error:
            raise QueryError("ICEBERG_INVALID_METADATA", f"Table {name}: {error.message}") from error
        except (ValidationError, ValueError) as error:  # the file is no metadata
            message = f"Error processing metadata for table {name}: {_first(error)}"
            raise QueryError("ICEBERG_INVALID_METADATA", message) from error
        for key in _CODE:
            if key in found.properties:
                raise unsupported(f"The property {key} (table {name})")
        return found

    def _create_glue_table(self, database_name: str, table_name: str, table_input: Members) -> None:
        told: Any = _as_aws_makes_it(table_input, {})
        super()._create_glue_table(database_name, table_name, told)

    def _update_glue_table(
        self, database_name: str, table_name: str, table_input: Members, version_id: str
    ) -> None:
        held: Members = dict(self._get_glue_table(database_name, table_name))
        told: Any = _as_aws_makes_it(table_input, held)
        super()._update_glue_table(database_name, table_name, told, version_id)


_POINTERS = ("table_type", "metadata_location", "previous_metadata_location")
_KEPT = ("Description", "Owner", "Retention", "LastAccessTime", "LastAnalyzedTime", "PartitionKeys")


def _as_aws_makes_it(table_input: Members, held: Members) -> Members:
    """Of the table's properties the catalog gets none: they are in the metadata.

    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-alter-table-set-properties.html

    :param held: the table as the catalog has it, when there is one
    """
    told: Members = {"PartitionKeys": [], "Retention": 0, **table_input}
    told |= {member: held[member] for member in _KEPT if member in held}
    given = table_input.get("Parameters") or {}
    if comment := given.get("comment"):
        told["Description"] = comment
    told["Parameters"] = {**(held.get("Parameters") or {}), **{k: given[k] for k in _POINTERS if k in given}}
    storage = {"Compressed": False, "NumberOfBuckets": 0, "SortColumns": [], "StoredAsSubDirectories": False}
    told["StorageDescriptor"] = {**storage, **table_input["StorageDescriptor"]}
    return told


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


class _Refusals:
    """The exception classes of a boto3 client, by the names of errors."""

    def __init__(self) -> None:
        self._known: dict[str, type[Refused]] = {}

    def __getattr__(self, name: str) -> type[Refused]:
        return self._known.setdefault(name, type(name, (Refused,), {}))


class _Client:
    """Glue as boto3 offers it; what LocalStack refuses is raised as the class of its error."""

    def __init__(self, catalog: Any) -> None:
        self._catalog = catalog
        self.exceptions = _Refusals()

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            try:
                return getattr(self._catalog, operation)(**arguments)
            except Refused as refused:
                raise getattr(self.exceptions, refused.code)(refused.code, refused.message) from refused

        return call
