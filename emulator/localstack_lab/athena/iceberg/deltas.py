"""Snapshots that delete rows of data files without rewriting these: merge on read, as Athena does it.

https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html
https://iceberg.apache.org/spec/#position-delete-files
"""

from collections import defaultdict
from collections.abc import Iterable

from pyiceberg.manifest import (
    DataFile,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestFile,
    ManifestWriterV2,
)
from pyiceberg.table import Transaction
from pyiceberg.table.snapshots import Operation, Summary
from pyiceberg.table.update.snapshot import _OverwriteFiles
from pyiceberg.table.update.validate import (
    _validate_data_files_exist,
    _validate_no_new_deletes_for_data_files,
)
from pyiceberg.typedef import EMPTY_DICT


class RowDelta(_OverwriteFiles):
    """Adds data files and position deletes, and removes files of both, in one snapshot.

    pyiceberg 0.12 reads position deletes and cannot write them: this class adds the manifest of them. The
    data files that they speak of must still be there, without newer deletes, when the snapshot is committed.
    """

    def __init__(self, transaction: Transaction, operation: Operation) -> None:
        super().__init__(operation=operation, transaction=transaction, io=transaction._table.io)
        self._referenced: set[DataFile] = set()
        self._deletes: list[DataFile] = []
        self._dropped: set[DataFile] = set()

    def delete_rows(self, data_file: DataFile, deletes: DataFile) -> None:
        """Take a file of position deletes in, all of one data file."""
        self._referenced.add(data_file)
        self._deletes.append(deletes)

    def drop_deletes(self, files: Iterable[DataFile]) -> None:
        """Leave files of position deletes out whose data file goes."""
        self._dropped.update(files)

    def _manifests(self) -> list[ManifestFile]:
        found = super()._manifests()
        by_spec: dict[int, list[ManifestEntry]] = defaultdict(list)
        for deletes in self._deletes:
            by_spec[deletes.spec_id].append(self._entry(ManifestEntryStatus.ADDED, deletes))
        return found + [self._manifest(spec_id, entries) for spec_id, entries in by_spec.items()]

    def _existing_manifests(self) -> list[ManifestFile]:
        found = super()._existing_manifests()
        return [each for manifest in found for each in self._without_dropped(manifest)]

    def _without_dropped(self, manifest: ManifestFile) -> list[ManifestFile]:
        if manifest.content != ManifestContent.DELETES or not self._dropped:
            return [manifest]
        entries = manifest.fetch_manifest_entry(self._io, discard_deleted=True)
        if not any(entry.data_file in self._dropped for entry in entries):
            return [manifest]
        told = []
        for entry in entries:
            gone = entry.data_file in self._dropped
            status = ManifestEntryStatus.DELETED if gone else ManifestEntryStatus.EXISTING
            told.append(self._entry(status, entry.data_file, entry))
        return [self._manifest(manifest.partition_spec_id, told)]

    def _entry(
        self, status: ManifestEntryStatus, file: DataFile, was: ManifestEntry | None = None
    ) -> ManifestEntry:
        return ManifestEntry.from_args(
            status=status,
            snapshot_id=was.snapshot_id
            if was and status == ManifestEntryStatus.EXISTING
            else self._snapshot_id,
            sequence_number=was.sequence_number if was else None,
            file_sequence_number=was.file_sequence_number if was else None,
            data_file=file,
        )

    def _manifest(self, spec_id: int, entries: list[ManifestEntry]) -> ManifestFile:
        output = self.new_manifest_output()
        with _DeletesWriter(
            self.spec(spec_id), self.schema(), output, self._snapshot_id, self._compression
        ) as writer:
            for entry in entries:
                writer.add_entry(entry)
        return writer.to_manifest_file()

    def _summary(self, snapshot_properties: dict[str, str] = EMPTY_DICT) -> Summary:
        """Counts files of deletes too, and can say REPLACE, which pyiceberg 0.12 does not sum up."""
        held = self._added_data_files, self._deleted_data_files, self._operation
        self._added_data_files = [*held[0], *self._deletes]
        self._deleted_data_files = held[1] | self._dropped
        if self._operation == Operation.REPLACE:
            self._operation = Operation.OVERWRITE
        try:
            summary = super()._summary(snapshot_properties)
        finally:
            self._added_data_files, self._deleted_data_files, self._operation = held
        return Summary(operation=self._operation, **summary.additional_properties)

    def _validate_concurrency(self) -> None:
        super()._validate_concurrency()
        window = self._commit_window
        if window is None or window.is_empty() or window.head is None or not self._referenced:
            return
        table = self._transaction._table
        _validate_data_files_exist(table, window.head, self._referenced, window.base)
        _validate_no_new_deletes_for_data_files(table, window.head, None, self._referenced, window.base)


class _DeletesWriter(ManifestWriterV2):
    """A manifest of files of deletes."""

    def content(self) -> ManifestContent:
        return ManifestContent.DELETES

    @property
    def _meta(self) -> dict[str, str]:
        return {**super()._meta, "content": "deletes"}
