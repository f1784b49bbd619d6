"""CREATE TABLE AS, INSERT INTO, UNLOAD: what they write is read again."""

from tests.emulator.athena.conformance.case import ANY, ATHENA, Script, answers, done, fails, lines

CTAS = f"{ATHENA}/ctas-examples.html"
CREATE_AS = f"{ATHENA}/create-table-as.html"
INSERT = f"{ATHENA}/insert-into.html"
UNLOAD = f"{ATHENA}/unload.html"
TROUBLE = f"{ATHENA}/troubleshooting-athena.html"
ENGINE_3 = f"{ATHENA}/engine-versions-reference-0003.html"
LONG_VARCHARS = "https://github.com/trinodb/trino/issues/17668"
NATIONS = "SELECT name, nationkey, regionkey FROM shop.nation"


def stored_as(format_: str) -> Script:
    """The same table in one of CTAS's formats, external and partitioned."""
    table = f"as_{format_.lower()}"
    return Script(
        table,
        [
            done(
                CTAS,
                f"CREATE TABLE {table} WITH (format = '{format_}', external_location = '{{at}}data/',"
                f" partitioned_by = ARRAY['regionkey']) AS {NATIONS}",
            ),
            answers(
                CTAS,
                f"SELECT count(*), count(DISTINCT regionkey), max(name) FROM {table}",
                ("25", "5", "VIETNAM"),
            ),
            answers(CTAS, f"SELECT count(*) FROM {table} WHERE regionkey = 3", ("5",)),
            answers(
                CTAS,
                f"SELECT count(*) FROM {table}"
                " WHERE strpos(\"$path\", '{at}data/regionkey=' || CAST(regionkey AS varchar)) = 1",
                ("25",),
            ),
            fails(
                CREATE_AS,
                f"CREATE TABLE again WITH (format = '{format_}', external_location ="
                f" '{{at}}data/') AS SELECT 1 AS a",
                "HIVE_PATH_ALREADY_EXISTS: Target directory for table",
            ),
        ],
    )


SCRIPTS = [
    *(stored_as(format_) for format_ in ("PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE")),
    Script(
        "ctas",
        [
            done(CTAS, f"CREATE TABLE new_table AS {NATIONS} WHERE regionkey = 0"),
            answers(CTAS, "SELECT count(*), min(name) FROM new_table", ("5", "ALGERIA")),
            done(CTAS, "CREATE TABLE empty_copy AS SELECT * FROM new_table WITH NO DATA"),
            answers(CTAS, "SELECT * FROM empty_copy", columns=("name", "nationkey", "regionkey")),
            done(
                CTAS,
                "CREATE TABLE packed WITH (format = 'Parquet', write_compression = 'SNAPPY') AS"
                " SELECT 1 AS i, BIGINT '2' AS b, 3e0 AS d, DECIMAL '4.50' AS m, 'five' AS s, true AS t,"
                " DATE '2024-05-01' AS day, TIMESTAMP '2024-05-01 10:00:00.123' AS at, ARRAY[1, NULL] AS a,"
                " MAP(ARRAY['k'], ARRAY[1]) AS map, CAST(ROW(1, 'x') AS ROW(n integer, x varchar)) AS r",
            ),
            answers(
                CTAS,
                "SELECT * FROM packed",
                (
                    *("1", "2", "3.0", "4.50", "five", "true", "2024-05-01", "2024-05-01 10:00:00.123"),
                    *("[1, null]", "{k=1}", "{n=1, x=x}"),
                ),
                columns=("i", "b", "d", "m", "s", "t", "day", "at", "a", "map", "r"),
            ),
            fails(CREATE_AS, "CREATE TABLE new_table AS SELECT 1 AS a", ANY),
            fails(
                ENGINE_3,
                "CREATE TABLE uuid_test AS SELECT uuid() AS myuuid",
                "NOT_SUPPORTED: Unsupported Hive type: uuid",
            ),
            done(ENGINE_3, "CREATE TABLE uuid_testv3 AS SELECT cast(uuid() AS varchar) as myuuid"),
            fails(
                LONG_VARCHARS,
                "CREATE TABLE long AS SELECT replace(s, 'a', s) s FROM (SELECT CAST('' AS varchar(300)) s)",
                "NOT_SUPPORTED: Unsupported Hive type: varchar(90600)."
                " Supported VARCHAR types: VARCHAR(<=65535), VARCHAR.",
            ),
            fails(
                LONG_VARCHARS,
                "CREATE TABLE long AS SELECT CAST('a' AS char(256)) AS s",
                "NOT_SUPPORTED: Unsupported Hive type: char(256). Supported CHAR types: CHAR(<=255).",
            ),
            fails(
                CREATE_AS,
                "CREATE TABLE unnamed AS SELECT 1",
                "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1",
            ),
            fails(
                TROUBLE,
                (
                    "CREATE TABLE many WITH (partitioned_by = ARRAY['p']) AS SELECT 1 AS a, p FROM"
                    " UNNEST(sequence(1, 101)) AS t(p)"
                ),
                "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions",
            ),
            lines(f"{ATHENA}/show-tables.html", "SHOW TABLES '*many*'"),
        ],
    ),
    Script(
        "insert",
        [
            done(
                INSERT,
                "CREATE EXTERNAL TABLE cities (id int, city string, state string, state_motto string)"
                " STORED AS PARQUET LOCATION '{at}cities/'",
            ),
            done(
                INSERT,
                "INSERT INTO cities VALUES (1,'Lansing','MI','Si quaeris peninsulam amoenam circumspice')",
            ),
            done(
                INSERT,
                "INSERT INTO cities VALUES (1,'Lansing','MI','Si quaeris peninsulam amoenam circumspice'),"
                " (3,'Boise','ID','Esto perpetua')",
            ),
            answers(
                INSERT,
                "SELECT id, city, count(*) FROM cities GROUP BY 1, 2",
                ("1", "Lansing", "2"),
                ("3", "Boise", "1"),
            ),
            done(INSERT, "INSERT INTO cities (city, state) SELECT 'Salem', 'OR'"),
            answers(INSERT, "SELECT * FROM cities WHERE city = 'Salem'", (None, "Salem", "OR", None)),
            answers(INSERT, 'SELECT count(DISTINCT "$path") FROM cities', ("3",)),
            fails(
                INSERT,
                "INSERT INTO cities VALUES ('one', 'a', 'b', 'c')",
                "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types:",
            ),
            done(
                INSERT,
                "CREATE EXTERNAL TABLE by_day (id int) PARTITIONED BY (day string)"
                " ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION '{at}by_day/'",
            ),
            done(INSERT, "INSERT INTO by_day VALUES (1, '2024-05-01'), (2, '2024-05-02'), (3, '2024-05-02')"),
            answers(
                INSERT,
                "SELECT day, count(*) FROM by_day GROUP BY day",
                ("2024-05-01", "1"),
                ("2024-05-02", "2"),
            ),
            answers(INSERT, "SHOW PARTITIONS by_day", ("day=2024-05-01",), ("day=2024-05-02",)),
        ],
    ),
    Script(
        "unload",
        [
            done(UNLOAD, f"UNLOAD ({NATIONS}) TO '{{at}}out/' WITH (format = 'PARQUET')"),
            done(
                UNLOAD,
                "CREATE EXTERNAL TABLE unloaded (name string, nationkey bigint, regionkey bigint)"
                " STORED AS PARQUET LOCATION '{at}out/'",
            ),
            answers(UNLOAD, "SELECT count(*), sum(nationkey) FROM unloaded", ("25", "300")),
            fails(
                UNLOAD,
                "UNLOAD (SELECT 1 AS a) TO '{at}out/' WITH (format = 'PARQUET')",
                "HIVE_PATH_ALREADY_EXISTS: Target directory",
            ),
            done(
                UNLOAD,
                f"UNLOAD ({NATIONS}) TO '{{at}}text/' WITH (format = 'TEXTFILE', field_delimiter = ',',"
                " compression = 'gzip', partitioned_by = ARRAY['regionkey'])",
            ),
        ],
    ),
]
