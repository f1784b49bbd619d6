"""Where the files of an Iceberg table go.

https://iceberg.apache.org/docs/latest/aws/#object-store-file-layout
"""

from pyiceberg.table.locations import LocationProvider, load_location_provider
from pyiceberg.table.metadata import TableMetadata

from localstack_lab.athena.iceberg.properties import DATA_PATH, OBJECT_STORAGE, OBJECT_STORAGE_PATH


def provider(metadata: TableMetadata) -> LocationProvider:
    """Names for new files of a table.

    Athena's tables name their folder in ``write.object-storage.path``, which pyiceberg does not know: in its
    place stands ``write.data.path``, which goes before it.
    """
    properties = dict(metadata.properties)
    by_hash = properties.get(OBJECT_STORAGE, "false").lower() == "true"
    if by_hash and OBJECT_STORAGE_PATH in properties and DATA_PATH not in properties:
        properties[DATA_PATH] = properties[OBJECT_STORAGE_PATH]
    return load_location_provider(metadata.location, properties)
