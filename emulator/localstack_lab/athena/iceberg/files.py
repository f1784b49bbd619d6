"""S3 as pyiceberg's FileIO, by way of the objects that LocalStack lends to a worker."""

import io
import threading
from datetime import UTC, datetime
from typing import Any

from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile, OutputStream

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.lake.workers.errors import Refused

_GONE = ("NoSuchKey", "NoSuchBucket")
_SCHEMES = ("s3://", "s3a://", "s3n://")


class NotInS3(QueryError):
    """Metadata names a file that does not lie in S3: files of this machine are not to be had."""

    def __init__(self, location: str) -> None:
        super().__init__("ICEBERG_BAD_DATA", f"Not a location in Amazon S3: {location}")


class LakeFiles(FileIO):
    """Objects of S3, one call at a time: pyiceberg has several threads, and a worker one socket.

    :param objects: S3; see :class:`localstack_lab.lake.objects.service.Objects`
    :param folder: an existing local folder, for copies of what is read
    """

    def __init__(self, objects: Any, folder: str) -> None:
        super().__init__({})
        self.objects = objects
        self.folder = folder
        self.lock = threading.Lock()

    def new_input(self, location: str) -> InputFile:
        """An object to read.

        :raises NotInS3: for what metadata may name besides
        """
        return _Input(_in_s3(location), self)

    def new_output(self, location: str) -> OutputFile:
        """An object to write.

        :raises NotInS3: for what metadata may name besides
        """
        return _Output(_in_s3(location), self)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Delete an object; one that is not there is no error, as in S3."""
        with self.lock:
            self.objects.delete(urls=[location if isinstance(location, str) else location.location])

    def exists(self, location: str) -> bool:
        """Whether there is such an object."""
        try:
            with self.lock:
                self.objects.read(url=location, start=0, length=1)
        except Refused as refused:
            if refused.code in _GONE:
                return False
            raise
        return True

    def put(self, path: str, location: str) -> None:
        """Write a local file to S3.

        :raises QueryError: ICEBERG_WRITER_CLOSE_ERROR as S3 refuses it
        """
        try:
            with self.lock:
                self.objects.put(path=path, url=_in_s3(location))
        except Refused as refused:
            message = f"Failed to write {location}: {refused.message}"
            raise QueryError("ICEBERG_WRITER_CLOSE_ERROR", message) from refused

    def modified(self, locations: list[str]) -> list[datetime]:
        """When each object was written, in UTC.

        :raises FileNotFoundError: when one is not there
        """
        answer = []
        for location in locations:
            with self.lock:
                found = self.objects.list_all(location=_in_s3(location))
            times = [written for key, _, _, written in found if location.endswith(f"/{key}")]
            if not times:
                raise FileNotFoundError(location)
            answer.append(datetime.fromtimestamp(times[0] / 1000, UTC))
        return answer

    def fetch(self, locations: list[str]) -> list[tuple[str, int | None, int]]:
        """Local copies: for each (path, offset, size); offset is None where the file is the object alone.

        :raises FileNotFoundError: when one is not there
        """
        for location in locations:
            _in_s3(location)
        try:
            with self.lock:
                found = self.objects.fetch(urls=locations, folder=self.folder)
        except Refused as refused:
            if refused.code in _GONE:
                raise FileNotFoundError(f"{refused.message}: {', '.join(locations)}") from refused
            raise
        return [(path, offset, size) for path, offset, size in found]


def _in_s3(location: str) -> str:
    if not location.lower().startswith(_SCHEMES):
        raise NotInS3(location)
    return location


class _Input(InputFile):
    def __init__(self, location: str, files: LakeFiles) -> None:
        super().__init__(location)
        self._files = files
        self._size: int | None = None

    def __len__(self) -> int:
        if self._size is None:
            with self.open() as stream:
                self._size = stream.seek(0, io.SEEK_END)
        return self._size

    def exists(self) -> bool:
        return self._files.exists(self.location)

    def open(self, seekable: bool = True) -> InputStream:
        ((path, offset, size),) = self._files.fetch([self.location])
        self._size = size
        if size == 0:
            return io.BytesIO()
        if offset is None:
            return open(path, "rb")
        with open(path, "rb") as pack:
            pack.seek(offset)
            return io.BytesIO(pack.read(size))


class _Output(OutputFile):
    def __init__(self, location: str, files: LakeFiles) -> None:
        super().__init__(location)
        self._files = files

    def __len__(self) -> int:
        return len(self.to_input_file())

    def exists(self) -> bool:
        return self._files.exists(self.location)

    def to_input_file(self) -> InputFile:
        return self._files.new_input(self.location)

    def create(self, overwrite: bool = False) -> OutputStream:
        if not overwrite and self.exists():
            raise FileExistsError(f"Cannot create file, already exists: {self.location}")
        return _Stream(self.location, self._files)


class _Stream(io.BytesIO):
    """Written to S3 when it is closed; metadata files are small."""

    def __init__(self, location: str, files: LakeFiles) -> None:
        super().__init__()
        self._location = location
        self._files = files

    def close(self) -> None:
        if not self.closed:
            with self._files.lock:
                self._files.objects.put_bytes(body=self.getvalue(), url=self._location)
        super().close()
