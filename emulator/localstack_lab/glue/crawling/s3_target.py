"""An S3 target: its objects, looked at one by one, and the tables they make.

https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from localstack.aws.api import ServiceException

from localstack_lab.glue.crawling import globs, grouping
from localstack_lab.glue.crawling.grouping import File, Table
from localstack_lab.glue.crawling.job import CrawlFailed, Job, Log, Result
from localstack_lab.glue.crawling.looking import Looker
from localstack_lab.lake.objects.names import S3Object, is_hidden

_FOLDER_MARK = "_$folder$"


def split_path(path: str) -> tuple[str, str]:
    """``s3://bucket/some/key`` or ``bucket/some/key`` → bucket and key."""
    _, mark, rest = path.partition("://")
    bucket, _, key = (rest if mark else path).partition("/")
    return bucket, key


class S3Target:
    """One include path.

    :param objects: `lake.objects.service.Objects` or what has its `listed` and `read`
    :param check: called between objects; raises when the crawl is to stop
    """

    def __init__(
        self,
        job: Job,
        target: dict[str, Any],
        objects: Any,
        log: Log,
        check: Callable[[], None],
        stop: threading.Event | None = None,
    ) -> None:
        self.bucket, key = split_path(target["Path"])
        self.root = key if not key or key.endswith("/") else f"{key}/"
        self._single = key if key and not key.endswith("/") else ""
        self._job = job
        self._patterns = list(target.get("Exclusions") or [])
        self._sample = target.get("SampleSize")
        self._objects = objects
        self._log = log
        self._check = check
        self._looker = Looker(objects, stop)
        self._alone = False

    @property
    def exclusions(self) -> list[str]:
        """Whole patterns, as tables note them."""
        return [f"s3://{self.bucket}/{self.root}{pattern}" for pattern in self._patterns]

    def files(self, result: Result) -> list[File]:
        """List the objects and look at them.

        :raises CrawlFailed: when the bucket is not there, or an object cannot be read
        """
        listed = self._listed()
        if not listed:
            self._log("WARN", f"No objects to crawl at s3://{self.bucket}/{self._single or self.root}.")
        self._alone = len(listed) == 1 and listed[0].key == self._single
        result.folders |= {f"s3://{self.bucket}/{folder_of(found.key)}" for found in listed}
        return self._looked_at(self._unknown(listed))

    def tables(self, files: list[File], root: str) -> list[Table]:
        """The tables that files make below a folder."""
        if self._alone:
            return [Table(file.key, file.schema, [file], is_file=True) for file in files if file.schema]
        if self._job.configuration.level is not None:
            return grouping.at_level(files, self._job.configuration.level)
        return grouping.group(files, root, combine=self._job.configuration.combine)

    def _listed(self) -> list[S3Object]:
        place = f"s3://{self.bucket}/{self._single or self.root}"
        try:
            found = self._objects.listed(place)
        except ServiceException as error:
            raise CrawlFailed(
                f"{error.message} (Service: Amazon S3; Error Code: {error.code}; Path: {place})"
            ) from error
        wanted = []
        for one in found:
            inside = one.key.startswith(self.root) or one.key == self._single
            if not inside or not one.size or one.key.endswith(("/", _FOLDER_MARK)):
                continue
            below = one.key if one.key == self._single else one.key[len(self.root) :]
            if one.key != self._single and is_hidden(one.key, self.root):
                continue
            try:
                left_out = globs.excluded(below, self._patterns)
            except globs.BadPattern as error:
                raise CrawlFailed(str(error)) from error
            if not left_out:
                wanted.append(one)
        if any(one.key == self._single for one in wanted):
            return [one for one in wanted if one.key == self._single]
        return wanted

    def _unknown(self, listed: list[S3Object]) -> list[S3Object]:
        """What is left to crawl when only new folders are."""
        known = self._job.known_folders
        if known is None:
            return listed
        return [found for found in listed if f"s3://{self.bucket}/{folder_of(found.key)}" not in known]

    def _sampled(self, listed: list[S3Object]) -> list[tuple[S3Object, bool]]:
        """With SampleSize, whether an object is among the first so many of its folder."""
        if not self._sample:
            return [(found, True) for found in listed]
        seen: dict[str, int] = defaultdict(int)
        chosen = []
        for found in listed:
            folder = folder_of(found.key)
            seen[folder] += 1
            chosen.append((found, seen[folder] <= self._sample))
        return chosen

    def _looked_at(self, listed: list[S3Object]) -> list[File]:
        chosen = self._sampled(listed)
        looked_at = [found for found, wanted in chosen if wanted]
        schemas = self._looker.schemas(looked_at, self._job.classifiers, self._check)
        files = []
        for found, wanted in chosen:
            schema = next(schemas) if wanted else None
            for note in schema.notes if schema else ():
                self._log("WARN", f"{found.url}: {note}")
            files.append(File(found.key, found.size, schema))
        return files


def folder_of(key: str) -> str:
    """The key's folder, with its slash."""
    return key[: key.rfind("/") + 1]
