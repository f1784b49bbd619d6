"""The classes behind STORED AS and behind the formats of CTAS, as the Glue catalog names them.

https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
"""

from dataclasses import dataclass, field

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe"
HIVE_JSON = "org.apache.hive.hcatalog.data.JsonSerDe"
HIVE_JSON_2 = "org.apache.hadoop.hive.serde2.JsonSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ORC = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
AVRO = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
REGEX = "org.apache.hadoop.hive.serde2.RegexSerDe"
GROK = "com.amazonaws.glue.serde.GrokSerDe"


@dataclass(frozen=True)
class StorageFormat:
    """A SerDe with its Hadoop input and output formats."""

    serde: str
    reads: str
    writes: str
    parameters: dict[str, str] = field(default_factory=dict)


TEXTFILE = StorageFormat(
    LAZY_SIMPLE,
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
)
STORED_AS: dict[str, StorageFormat] = {
    "TEXTFILE": TEXTFILE,
    "SEQUENCEFILE": StorageFormat(
        LAZY_SIMPLE,
        "org.apache.hadoop.mapred.SequenceFileInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
    ),
    "RCFILE": StorageFormat(
        "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
        "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
        "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
    ),
    "ORC": StorageFormat(
        ORC,
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    ),
    "PARQUET": StorageFormat(
        PARQUET,
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    ),
    "AVRO": StorageFormat(
        AVRO,
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
    ),
    "ION": StorageFormat(
        "com.amazon.ionhiveserde.IonHiveSerDe",
        "com.amazon.ionhiveserde.formats.IonInputFormat",
        "com.amazon.ionhiveserde.formats.IonOutputFormat",
    ),
}
"""Name after STORED AS → classes."""

JSON_TABLE = StorageFormat(OPENX_JSON, TEXTFILE.reads, TEXTFILE.writes)
"""What a CTAS with ``format = 'JSON'`` makes."""
