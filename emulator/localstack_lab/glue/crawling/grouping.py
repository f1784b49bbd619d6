"""Files into tables: which folder is a table's root, which folders below it are partitions.

https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html and
https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html

Folders whose schemas are similar are partitions of one table; a folder whose files are not gives a table for
each file. Where AWS's pages are silent: files that lie beside folders never join the folders' table, since
they could be in no partition; folders of different depth are tables of their own.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from localstack_lab.glue.crawling.schema import SIMILAR, Schema, similar

MOST_KINDS = 5
"""More different schemas than these at one level are no partitions of one table."""


@dataclass(frozen=True, slots=True)
class File:
    """An object of a crawl.

    :param key: its key in the bucket
    :param schema: what it holds; None where it was not looked at (SampleSize), its folder's then
    """

    key: str
    size: int
    schema: Schema | None


@dataclass(slots=True)
class Table:
    """A table as found.

    :param root: key of its folder with a slash at the end, "" for the bucket, or of its one file
    :param levels: names of folders below the root, from the top; the last is the partition's folder
    """

    root: str
    schema: Schema
    files: list[File]
    is_file: bool = False
    partitions: dict[tuple[str, ...], list[File]] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """How many partition columns it has."""
        return len(next(iter(self.partitions))) if self.partitions else 0


@dataclass(slots=True)
class _Folder:
    path: str
    files: list[File] = field(default_factory=list)
    folders: dict[str, "_Folder"] = field(default_factory=dict)


type _Majority = Callable[[list[Schema]], set[int]]


def group(files: Iterable[File], root: str, *, combine: bool = False) -> list[Table]:
    """The tables below an include path.

    :param root: the include path's key, "" or with a slash at its end
    :param combine: similarity does not count (CombineCompatibleSchemas)
    """
    top = _Folder(root)
    for file in files:
        *parts, _ = file.key[len(root) :].split("/")
        folder = top
        for part in parts:
            path = f"{folder.path}{part}/"
            folder = folder.folders.setdefault(part, _Folder(path))
        folder.files.append(file)
    return _tables(top, compatible if combine else majority)


def _tables(folder: _Folder, joined: _Majority) -> list[Table]:
    return _of_folders(folder, joined) + _of_files(folder, joined)


def _of_files(folder: _Folder, joined: _Majority) -> list[Table]:
    looked_at = [file for file in folder.files if file.schema is not None]
    if any(_known(file.schema) for file in looked_at):
        looked_at = [file for file in looked_at if _known(file.schema)]
    if not looked_at:
        return []
    schemas = [file.schema for file in looked_at if file.schema is not None]
    together = joined(schemas) if not folder.folders else set()
    if len(together) == len(looked_at):
        rest = [file for file in folder.files if file.schema is None]
        return [Table(folder.path, _merged(schemas), looked_at + rest)]
    return [
        Table(file.key, schema, [file], is_file=True) for file, schema in zip(looked_at, schemas, strict=True)
    ]


def _of_folders(folder: _Folder, joined: _Majority) -> list[Table]:
    whole: list[tuple[str, Table]] = []
    apart: list[Table] = []
    for name, child in folder.folders.items():
        found = _tables(child, joined)
        if len(found) == 1 and not found[0].is_file and found[0].root == child.path:
            whole.append((name, found[0]))
        else:
            apart += found
    depths: dict[int, list[tuple[str, Table]]] = defaultdict(list)
    for name, table in whole:
        depths[table.depth].append((name, table))
    if len(depths) == 1 and not apart:
        together = joined([table.schema for _, table in whole])
        if together:
            partitions = [pair for at, pair in enumerate(whole) if at in together]
            apart = [table for at, (_, table) in enumerate(whole) if at not in together]
            return [_partitioned(folder.path, partitions), *apart]
    return [table for _, table in whole] + apart


def _partitioned(root: str, parts: list[tuple[str, Table]]) -> Table:
    partitions: dict[tuple[str, ...], list[File]] = {}
    for name, table in parts:
        if table.partitions:
            for names, files in table.partitions.items():
                partitions[(name, *names)] = files
        else:
            partitions[(name,)] = table.files
    files = [file for some in partitions.values() for file in some]
    return Table(root, _merged([table.schema for _, table in parts]), files, partitions=partitions)


def _merged(schemas: list[Schema]) -> Schema:
    first, *others = schemas
    for other in others:
        first = first.merged(other)
    return first


def _known(schema: Schema | None) -> bool:
    return schema is not None and schema.format.classification != "UNKNOWN"


def majority(schemas: list[Schema]) -> set[int]:
    """Which of some schemas make one table: those of the largest family if more than 70 % are similar to each
    other, in at most five kinds; none otherwise.
    """
    kinds: list[list[int]] = []
    for at, schema in enumerate(schemas):
        for kind in kinds:
            first = schemas[kind[0]]
            if first.family == schema.family and similar(first, schema):
                kind.append(at)
                break
        else:
            kinds.append([at])
    if not kinds or len(kinds) > MOST_KINDS:
        return set()
    largest = max(kinds, key=len)
    if len(largest) / len(schemas) <= SIMILAR:
        return set()
    family = schemas[largest[0]].family
    return {at for at, schema in enumerate(schemas) if schema.family == family}


def compatible(schemas: list[Schema]) -> set[int]:
    """Those of the format and compression that more than half of them have."""
    families: dict[Any, set[int]] = defaultdict(set)
    for at, schema in enumerate(schemas):
        families[schema.family].add(at)
    largest = max(families.values(), key=len, default=set())
    return largest if len(largest) * 2 > len(schemas) else set()


def at_level(files: Iterable[File], level: int) -> list[Table]:
    """Tables whose roots are folders of one depth (TableLevelConfiguration): 1 is the bucket.

    Files above that level are left out; so are, with the folder, files of a format that is not the folder's
    most frequent one, and files in folders of another depth than most.
    https://docs.aws.amazon.com/glue/latest/dg/crawler-table-level.html
    """
    roots: dict[str, list[File]] = defaultdict(list)
    for file in files:
        parts = file.key.split("/")
        if len(parts) >= level:
            roots["".join(f"{part}/" for part in parts[: level - 1])].append(file)
    tables = []
    for root, some in sorted(roots.items()):
        families: dict[Any, list[File]] = defaultdict(list)
        for file in some:
            if file.schema is not None and _known(file.schema):
                families[file.schema.family].append(file)
        if not families:
            continue
        chosen = max(families.values(), key=len)
        folders: dict[int, dict[tuple[str, ...], list[File]]] = defaultdict(lambda: defaultdict(list))
        for file in chosen:
            *names, _ = file.key[len(root) :].split("/")
            folders[len(names)][tuple(names)].append(file)
        depth, partitions = max(folders.items(), key=lambda item: sum(map(len, item[1].values())))
        for file in some:  # what was not looked at (SampleSize) lies with what was
            place = tuple(file.key[len(root) :].split("/")[:-1])
            if file.schema is None and place in partitions:
                partitions[place].append(file)
        inside = [file for part in partitions.values() for file in part]
        merged = _merged([file.schema for file in inside if file.schema is not None])
        tables.append(Table(root, merged, inside, partitions=dict(partitions) if depth else {}))
    return tables


_PAIR = re.compile(r"([^=]+)=(.*)", re.DOTALL)


def keys_of(partitions: Iterable[tuple[str, ...]]) -> list[str]:
    """The partition columns: a folder's ``key`` of ``key=value``, else ``partition_N``.

    https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html
    """
    names = []
    for at, level in enumerate(zip(*partitions, strict=True)):
        pairs = [_PAIR.fullmatch(name) for name in level]
        keys = {pair[1] for pair in pairs if pair}
        names.append(keys.pop().lower() if len(keys) == 1 and all(pairs) else f"partition_{at}")
    return names


def values_of(folders: tuple[str, ...], keys: list[str]) -> list[str]:
    """A partition's values."""
    values = []
    for name, key in zip(folders, keys, strict=True):
        pair = _PAIR.fullmatch(name)
        hive = pair is not None and pair[1].lower() == key
        values.append(unquote(pair[2]) if pair is not None and hive else name)
    return values
