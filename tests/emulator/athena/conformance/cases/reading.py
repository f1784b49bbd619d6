"""Tables over files: registered partitions, projection, declared types, hidden columns, bad data.

`{at}` holds the files that `FILES` names, put there before the script.
"""

from tests.emulator.athena.conformance.case import ATHENA, Script, answers, done, fails, in_order

PARTITIONS = f"{ATHENA}/partitions.html"
REPAIR = f"{ATHENA}/msck-repair-table.html"
PROJECTION = f"{ATHENA}/partition-projection-supported-types.html"
INJECTED = f"{ATHENA}/partition-projection-dynamic-id-partitioning.html"
JSON = f"{ATHENA}/openx-json-serde.html"
CSV = f"{ATHENA}/csv-serde.html"
TEXT = f"{ATHENA}/lazy-simple-serde.html"
TROUBLE = f"{ATHENA}/troubleshooting-athena.html"
SELECT = f"{ATHENA}/select.html"

FILES: dict[str, bytes] = {
    "days/day=2024-05-01/a.csv": b"1,one\n2,two\n",
    "days/day=2024-05-02/a.csv": b"3,three\n",
    "days/day=2024-05-03/a.csv": b"4,four\n",
    "hours/2024/05/01/09/a.json": b'{"n": 1}\n',
    "hours/2024/05/01/10/a.json": b'{"n": 2}\n',
    "codes/region=eu/id=01/a.json": b'{"n": 1}\n',
    "codes/region=us/id=03/a.json": b'{"n": 3}\n',
    "injected/k1/a.json": b'{"n": 1}\n',
    "json/a.json": b'{"ID": 7, "Name": "x", "nested": {"a": [1, 2]}}\n{"id": 8, "extra": true}\n',
    "json/_hidden.json": b'{"id": 99}\n',
    "json/.hidden.json": b'{"id": 98}\n',
    "broken/a.json": b'{"id": 1}\n{"id": 2\n',
    "quoted/a.csv": b'id,name\n"1","a, b"\n"2","say ""hi"""\n',
    "plain/a.csv": b"id,name,when\n1,one,2024-05-01 10:00:00\nx,two,\n3\n4,four,bad,more\n",
    "nulls/a.tsv": b"1\t\\N\n2\tx\n",
}

COLUMNS = "(n int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"

SCRIPTS = [
    Script(
        "registered",
        [
            done(
                PARTITIONS,
                "CREATE EXTERNAL TABLE days (n int, word string) PARTITIONED BY (day string)"
                " ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION '{at}days/'",
            ),
            answers(PARTITIONS, "SELECT * FROM days"),
            done(PARTITIONS, "ALTER TABLE days ADD PARTITION (day = '2024-05-02')"),
            answers(
                PARTITIONS, "SELECT * FROM days", ("3", "three", "2024-05-02"), columns=("n", "word", "day")
            ),
            answers(
                REPAIR,
                "MSCK REPAIR TABLE days",
                ("Partitions not in metastore:\tdays:day=2024-05-01\tdays:day=2024-05-03",),
                ("Repair: Added partition to metastore days:day=2024-05-01",),
                ("Repair: Added partition to metastore days:day=2024-05-03",),
            ),
            in_order(
                PARTITIONS,
                "SELECT day, count(*) FROM days GROUP BY day ORDER BY day",
                ("2024-05-01", "2"),
                ("2024-05-02", "1"),
                ("2024-05-03", "1"),
            ),
            answers(PARTITIONS, "SELECT n FROM days WHERE day > '2024-05-01' AND n > 3", ("4",)),
            answers(
                SELECT,
                "SELECT DISTINCT \"$path\" FROM days WHERE day = '2024-05-02'",
                ("{at}days/day=2024-05-02/a.csv",),
            ),
        ],
    ),
    Script(
        "projection",
        [
            done(
                PROJECTION,
                f"CREATE EXTERNAL TABLE hours {COLUMNS.replace(' ROW', ' PARTITIONED BY (hour string) ROW')}"
                " LOCATION '{at}hours/' TBLPROPERTIES ('projection.enabled'='true',"
                " 'projection.hour.type'='date',"
                " 'projection.hour.range'='2024/05/01/00,2024/05/01/23',"
                " 'projection.hour.format'='yyyy/MM/dd/HH',"
                " 'projection.hour.interval'='1', 'projection.hour.interval.unit'='HOURS',"
                " 'storage.location.template'='{at}hours/${hour}')",
            ),
            answers(PROJECTION, "SELECT n, hour FROM hours", ("1", "2024/05/01/09"), ("2", "2024/05/01/10")),
            answers(PROJECTION, "SELECT n FROM hours WHERE hour >= '2024/05/01/10'", ("2",)),
            done(
                PROJECTION,
                f"CREATE EXTERNAL TABLE codes {
                    COLUMNS.replace(' ROW', (' PARTITIONED BY (region string, id string) ROW'))
                }"
                " LOCATION '{at}codes/' TBLPROPERTIES ('projection.enabled'='true',"
                " 'projection.region.type'='enum',"
                " 'projection.region.values'='eu,us', 'projection.id.type'='integer',"
                " 'projection.id.range'='1,3',"
                " 'projection.id.digits'='2')",
            ),
            answers(PROJECTION, "SELECT n, region, id FROM codes", ("1", "eu", "01"), ("3", "us", "03")),
            answers(PROJECTION, "SELECT count(*) FROM codes WHERE region = 'eu' AND id = '01'", ("1",)),
            answers(PROJECTION, "SELECT count(*) FROM codes WHERE region = 'ap'", ("0",)),
            done(
                INJECTED,
                f"CREATE EXTERNAL TABLE injected {
                    COLUMNS.replace(' ROW', (' PARTITIONED BY (key string) ROW'))
                }"
                " LOCATION '{at}injected/' TBLPROPERTIES ('projection.enabled'='true',"
                " 'projection.key.type'='injected',"
                " 'storage.location.template'='{at}injected/${key}')",
            ),
            answers(INJECTED, "SELECT n FROM injected WHERE key = 'k1'", ("1",)),
            fails(
                INJECTED,
                "SELECT n FROM injected",
                (
                    "CONSTRAINT_VIOLATION: For the injected projected partition column key, the WHERE"
                    " clause must contain only static equality conditions"
                ),
            ),
        ],
    ),
    Script(
        "json",
        [
            done(
                JSON,
                "CREATE EXTERNAL TABLE j (id int, name string, nested struct<a:array<int>>)"
                " ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION '{at}json/'",
            ),
            answers(JSON, "SELECT * FROM j", ("7", "x", "{a=[1, 2]}"), ("8", None, None)),
            answers(JSON, "SELECT nested.a[2] FROM j WHERE id = 7", ("2",)),
            done(
                JSON,
                "CREATE EXTERNAL TABLE broken (id int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
                " LOCATION '{at}broken/'",
            ),
            fails(TROUBLE, "SELECT * FROM broken", "HIVE_CURSOR_ERROR: Row is not a valid JSON Object"),
            done(
                JSON,
                "CREATE EXTERNAL TABLE forgiving (id int) ROW FORMAT SERDE"
                " 'org.openx.data.jsonserde.JsonSerDe'"
                " WITH SERDEPROPERTIES ('ignore.malformed.json'='true') LOCATION '{at}broken/'",
            ),
            answers(TROUBLE, "SELECT * FROM forgiving", ("1",), (None,)),
        ],
    ),
    Script(
        "csv",
        [
            done(
                CSV,
                "CREATE EXTERNAL TABLE quoted (id int, name string)"
                " ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION '{at}quoted/'"
                " TBLPROPERTIES ('skip.header.line.count'='1')",
            ),
            answers(CSV, "SELECT id, name FROM quoted WHERE id = 1", ("1", "a, b")),
            answers(CSV, "SELECT name FROM quoted WHERE id = 2", ('say "hi"',)),
            done(
                TEXT,
                "CREATE EXTERNAL TABLE plain (id int, name string, moment timestamp)"
                " ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION '{at}plain/'"
                " TBLPROPERTIES ('skip.header.line.count'='1')",
            ),
            answers(
                TEXT,
                "SELECT * FROM plain",
                ("1", "one", "2024-05-01 10:00:00.000"),
                (None, "two", None),
                ("3", None, None),
                ("4", "four", None),
            ),
            done(
                TEXT,
                "CREATE EXTERNAL TABLE nulls (id int, name string) ROW FORMAT DELIMITED FIELDS"
                " TERMINATED BY '\\t'"
                " LOCATION '{at}nulls/'",
            ),
            answers(TEXT, "SELECT * FROM nulls", ("1", None), ("2", "x")),
        ],
    ),
]
