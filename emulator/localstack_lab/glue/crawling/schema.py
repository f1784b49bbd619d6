"""What a classifier finds out about a file."""

from dataclasses import dataclass, field, replace
from typing import Any

from localstack_lab.glue.crawling.types import Type, merge, merge_columns, same_family

TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
SIMILAR = 0.7
"""The share of columns that makes schemas similar, and of similar ones that makes folders partitions:
https://repost.aws/knowledge-center/glue-crawler-detect-schema"""


@dataclass(frozen=True, slots=True)
class Format:
    """How files are read; files of one table share it.

    :param parameters: of the table, such as ``delimiter``
    :param serde_parameters: of its SerDe, besides ``paths``, which the columns give
    :param generated_names: the columns have no names of their own: ``col0``, ``col1`` …
    """

    classification: str
    serde: str = ""
    input_format: str = TEXT_INPUT
    output_format: str = TEXT_OUTPUT
    parameters: tuple[tuple[str, str], ...] = ()
    serde_parameters: tuple[tuple[str, str], ...] = ()
    generated_names: bool = False
    names_paths: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """Format and columns, and what was counted on the way.

    :param records: records seen
    :param record_bytes: their size, uncompressed
    :param whole: every record of the file was seen
    :param literal: an Avro schema's text
    :param comments: lines that begin with ``#`` were passed over
    """

    format: Format
    columns: tuple[tuple[str, Type], ...]
    compression: str = "none"
    records: int = 0
    record_bytes: int = 0
    whole: bool = True
    literal: str = ""
    certainty: float = 1.0
    comments: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def family(self) -> tuple[Any, ...]:
        """What files must have in common to be one table."""
        return (self.format, self.compression)

    @property
    def average(self) -> int:
        """Bytes of a record, at least 1."""
        return max(1, self.record_bytes // self.records) if self.records else 1

    def merged(self, other: "Schema") -> "Schema":
        """Of two files of one family."""
        if self.columns == other.columns:
            columns = self.columns
        elif [name.lower() for name, _ in self.columns] == [name.lower() for name, _ in other.columns]:
            # one by one: a name may be there twice, as in the heading of a CSV file
            pairs = zip(self.columns, other.columns, strict=True)
            columns = tuple((name, merge(kind, its)) for (name, kind), (_, its) in pairs)
        else:
            columns = merge_columns(self.columns, other.columns)
        return replace(
            self,
            columns=columns,
            records=self.records + other.records,
            record_bytes=self.record_bytes + other.record_bytes,
            whole=self.whole and other.whole,
            comments=self.comments or other.comments,
        )


def similar(one: Schema, other: Schema) -> bool:
    """Whether two files of one family are alike enough for one table.

    Columns are the same by name; where names are generated, also by type and number. One schema may have
    more columns than the other.
    """
    if one.columns == other.columns:
        return True
    if not one.columns or not other.columns:
        return False
    if one.format.generated_names:
        pairs = zip(one.columns, other.columns, strict=False)
        alike = sum(same_family(mine[1], its[1]) for mine, its in pairs)
        return alike / max(len(one.columns), len(other.columns)) > SIMILAR
    mine = {name.lower() for name, _ in one.columns}
    its = {name.lower() for name, _ in other.columns}
    return len(mine & its) / min(len(mine), len(its)) > SIMILAR
