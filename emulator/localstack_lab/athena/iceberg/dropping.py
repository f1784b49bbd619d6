"""The files of an Iceberg table: they go with it, since Athena manages them.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html
"""

from pyiceberg.table import Table

from localstack_lab.athena.iceberg.properties import DATA_PATH, OBJECT_STORAGE_PATH
from localstack_lab.athena.sql.errors import QueryError

_PATHS = (DATA_PATH, OBJECT_STORAGE_PATH, "write.metadata.path", "write.folder-storage.path")


def files(table: Table) -> list[str]:
    """Every file that the table's metadata names, in whatever snapshot, and the metadata itself.

    Files that lie neither below the table's location nor where its properties put files are not the table's
    own, and are left out.

    :raises QueryError: ICEBERG_MISSING_METADATA when a manifest is gone
    """
    found = {table.metadata_location, *(entry.metadata_file for entry in table.metadata.metadata_log)}
    found |= {each.statistics_path for each in table.metadata.statistics}
    found |= {each.statistics_path for each in table.metadata.partition_statistics}
    read: set[str] = set()
    for snapshot in table.metadata.snapshots:
        found.add(snapshot.manifest_list)
        try:
            for manifest in snapshot.manifests(table.io):
                if manifest.manifest_path in read:
                    continue
                read.add(manifest.manifest_path)
                entries = manifest.fetch_manifest_entry(table.io, discard_deleted=False)
                found |= {entry.data_file.file_path for entry in entries}
        except FileNotFoundError as error:
            message = f"Metadata not found in metadata location for table {'.'.join(table.name())}: {error}"
            raise QueryError("ICEBERG_MISSING_METADATA", message) from error
    own = [table.location(), *(table.properties[path] for path in _PATHS if path in table.properties)]
    folders = tuple(_key(place.rstrip("/") + "/") for place in own)
    return sorted(each for each in found | read if _key(each).startswith(folders))


def _key(location: str) -> str:
    """bucket/key, whichever of S3's schemes the location has."""
    return location.partition("://")[2]
