"""The measurements, in the order of the table. Each takes one sample per round from each contestant."""

from benchmarks.measures.base import Measure
from benchmarks.measures.capture import Idle, OneChange, Sustained
from benchmarks.measures.data_plane import DynamoDBPut, KinesisPut
from benchmarks.measures.delivery import PipeAlone, Transformed
from benchmarks.measures.functions import LambdaCold, LambdaWarm
from benchmarks.measures.lake import (
    CrawlOfThousand,
    IcebergUpdate,
    MemoryOfLake,
    MillionRowsWritten,
    ParquetAggregate,
    SelectOne,
    TypicalStatements,
)
from benchmarks.measures.orders import FileOfOrders, FileToTable
from benchmarks.measures.whole import Demo, Memory, Start


def measures(full: bool) -> list[Measure]:
    """All of them; with ``full`` also larger files, to see whether time grows in a line, and more changes."""
    sizes = (1000, 2000, 5000, 10_000) if full else (1000,)
    return [
        KinesisPut(),
        LambdaWarm(),
        LambdaCold(),
        DynamoDBPut(),
        Start(),
        Demo(),
        FileToTable(),
        *(FileOfOrders(size) for size in sizes),
        Memory(),
        PipeAlone(),
        Transformed(),
        OneChange(),
        *(Sustained(seconds) for seconds in ((15, 60) if full else (15,))),
        Idle(),
        TypicalStatements(),
        SelectOne(),
        ParquetAggregate(),
        MillionRowsWritten(),
        CrawlOfThousand(),
        IcebergUpdate(),
        MemoryOfLake(),
    ]
