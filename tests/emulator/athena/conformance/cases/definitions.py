"""Data definition, SHOW and DESCRIBE, each in a database of its own.

The lines of SHOW and DESCRIBE are laid out as on their pages: names padded to 20 characters, fields parted
by tabs.
"""

from tests.emulator.athena.conformance.case import ANY, ATHENA, Script, answers, done, fails, lines

CREATE_DATABASE = f"{ATHENA}/create-database.html"
CREATE_TABLE = f"{ATHENA}/create-table.html"
DESCRIBE = f"{ATHENA}/describe-table.html"
SHOW_COLUMNS = f"{ATHENA}/show-columns.html"
SHOW_TABLES = f"{ATHENA}/show-tables.html"
SHOW_PARTITIONS = f"{ATHENA}/show-partitions.html"
SHOW_PROPERTIES = f"{ATHENA}/show-tblproperties.html"
SHOW_DATABASES = f"{ATHENA}/show-databases.html"
VIEW = f"{ATHENA}/create-view.html"
ADD_COLUMNS = f"{ATHENA}/alter-table-add-columns.html"
ADD_PARTITION = f"{ATHENA}/alter-table-add-partition.html"
DROP_PARTITION = f"{ATHENA}/alter-table-drop-partition.html"
CATALOG = f"{ATHENA}/querying-glue-catalog.html"

NO_COMMENT = " " * 20


def described(name: str, type_: str, comment: str = "") -> str:
    return f"{name:<20}\t{type_:<20}\t{comment:<20}"


SCRIPTS = [
    Script(
        "tables",
        [
            done(
                CREATE_TABLE,
                "CREATE EXTERNAL TABLE IF NOT EXISTS orders (id int COMMENT 'the order', `price` double,"
                " tags array<string>, extra map<string,string>, place struct<city:string,zip:int>)"
                " PARTITIONED BY (day string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"
                " LOCATION '{at}orders/' TBLPROPERTIES ('owner_team'='sales')",
            ),
            done(CREATE_TABLE, "CREATE EXTERNAL TABLE IF NOT EXISTS orders (id int) LOCATION '{at}orders/'"),
            fails(
                CREATE_TABLE,
                "CREATE EXTERNAL TABLE orders (id int) LOCATION '{at}orders/'",
                "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask.",
            ),
            lines(SHOW_TABLES, "SHOW TABLES", "orders"),
            lines(
                DESCRIBE,
                "DESCRIBE orders",
                described("id", "int", "the order"),
                described("price", "double"),
                described("tags", "array<string>"),
                described("extra", "map<string,string>"),
                described("place", "struct<city:string,zip:int>"),
                described("day", "string"),
                "\t \t ",
                "# Partition Information\t \t ",
                "# col_name            \tdata_type           \tcomment             ",
                "\t \t ",
                described("day", "string"),
            ),
            lines(
                SHOW_COLUMNS,
                "SHOW COLUMNS IN orders",
                *(f"{name:<20}" for name in ("id", "price", "tags", "extra", "place", "day")),
            ),
            lines(
                SHOW_COLUMNS,
                "SHOW COLUMNS FROM orders IN {db}",
                *(f"{n:<20}" for n in ("id", "price", "tags", "extra", "place", "day")),
            ),
            lines(SHOW_PROPERTIES, "SHOW TBLPROPERTIES orders('owner_team')", "sales"),
            done(ADD_COLUMNS, "ALTER TABLE orders ADD COLUMNS (note string)"),
            answers(
                CATALOG,
                "SELECT column_name, ordinal_position, data_type FROM information_schema.columns"
                " WHERE table_schema = '{db}' AND table_name = 'orders' ORDER BY ordinal_position",
                ("id", "1", "integer"),
                ("price", "2", "double"),
                ("tags", "3", "array(varchar)"),
                ("extra", "4", "map(varchar, varchar)"),
                ("place", "5", "row(city varchar, zip integer)"),
                ("note", "6", "varchar"),
                ("day", "7", "varchar"),
            ),
            answers(
                CATALOG,
                (
                    "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE"
                    " table_schema = '{db}'"
                ),
                ("{db}", "orders", "BASE TABLE"),
            ),
            done(f"{ATHENA}/drop-table.html", "DROP TABLE orders"),
            done(f"{ATHENA}/drop-table.html", "DROP TABLE IF EXISTS orders"),
            fails(
                f"{ATHENA}/drop-table.html",
                "DROP TABLE orders",
                "FAILED: SemanticException [Error 10001]: Table not found",
            ),
            lines(SHOW_TABLES, "SHOW TABLES"),
        ],
    ),
    Script(
        "listing",
        [
            *(
                done(CREATE_TABLE, f"CREATE EXTERNAL TABLE {name} (id int) LOCATION '{{at}}{name}/'")
                for name in ("alb_logs", "elb_logs", "flights_2016", "flights_parquet")
            ),
            lines(
                SHOW_TABLES, "SHOW TABLES IN {db}", "alb_logs", "elb_logs", "flights_2016", "flights_parquet"
            ),
            lines(SHOW_TABLES, "SHOW TABLES IN {db} '*flights*'", "flights_2016", "flights_parquet"),
            lines(SHOW_TABLES, "SHOW TABLES IN {db} '*logs'", "alb_logs", "elb_logs"),
            lines(SHOW_DATABASES, "SHOW DATABASES LIKE '{db}'", "{db}"),
            answers(
                CATALOG,
                "SELECT schema_name FROM information_schema.schemata WHERE schema_name = '{db}'",
                ("{db}",),
            ),
        ],
    ),
    Script(
        "databases",
        [
            done(
                CREATE_DATABASE,
                "CREATE DATABASE IF NOT EXISTS {db}_two COMMENT 'another' LOCATION '{at}two/'",
            ),
            fails(CREATE_DATABASE, "CREATE DATABASE {db}_two", "FAILED: Execution Error, return code 1 from"),
            lines(SHOW_DATABASES, "SHOW SCHEMAS LIKE '{db}_two'", "{db}_two"),
            done(CREATE_TABLE, "CREATE EXTERNAL TABLE {db}_two.t (id int) LOCATION '{at}two/t/'"),
            fails(
                f"{ATHENA}/drop-database.html",
                "DROP DATABASE {db}_two",
                "FAILED: Execution Error, return code 1 from",
            ),
            done(f"{ATHENA}/drop-database.html", "DROP DATABASE {db}_two CASCADE"),
            done(f"{ATHENA}/drop-database.html", "DROP DATABASE IF EXISTS {db}_two"),
            lines(SHOW_DATABASES, "SHOW DATABASES LIKE '{db}_two'"),
        ],
    ),
    Script(
        "views",
        [
            done(VIEW, "CREATE VIEW numbers AS SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS t (n, name)"),
            answers(VIEW, "SELECT name FROM numbers WHERE n = 2", ("two",)),
            lines(f"{ATHENA}/describe-view.html", "DESCRIBE numbers", "n\tinteger", "name\tvarchar(3)"),
            lines(f"{ATHENA}/show-views.html", "SHOW VIEWS", "numbers"),
            fails(VIEW, "CREATE VIEW numbers AS SELECT 1 AS n", ANY),
            done(VIEW, "CREATE OR REPLACE VIEW numbers AS SELECT 3 AS n"),
            answers(VIEW, "SELECT * FROM numbers", ("3",), columns=("n",)),
            done(VIEW, "CREATE VIEW doubled AS SELECT n * 2 AS d FROM numbers"),
            answers(VIEW, "SELECT d FROM doubled", ("6",)),
            done(f"{ATHENA}/drop-view.html", "DROP VIEW doubled"),
            done(f"{ATHENA}/drop-view.html", "DROP VIEW IF EXISTS doubled"),
        ],
    ),
    Script(
        "partitions",
        [
            done(
                ADD_PARTITION,
                "CREATE EXTERNAL TABLE sales (id int) PARTITIONED BY (country string, day date)"
                " ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION '{at}sales/'",
            ),
            lines(SHOW_PARTITIONS, "SHOW PARTITIONS sales"),
            done(
                ADD_PARTITION,
                "ALTER TABLE sales ADD PARTITION (country = 'uk', day = '2024-05-01') LOCATION"
                " '{at}elsewhere/uk/'"
                " PARTITION (country = 'de', day = '2024-05-01')",
            ),
            fails(
                ADD_PARTITION,
                "ALTER TABLE sales ADD PARTITION (country = 'uk', day = '2024-05-01')",
                "FAILED: Execution Error, return code 1 from",
            ),
            done(
                ADD_PARTITION,
                "ALTER TABLE sales ADD IF NOT EXISTS PARTITION (country = 'uk', day = '2024-05-01')",
            ),
            answers(
                SHOW_PARTITIONS,
                "SHOW PARTITIONS sales",
                ("country=uk/day=2024-05-01",),
                ("country=de/day=2024-05-01",),
            ),
            answers(
                SHOW_PARTITIONS,
                'SELECT * FROM "sales$partitions" ORDER BY country',
                ("de", "2024-05-01"),
                ("uk", "2024-05-01"),
            ),
            done(DROP_PARTITION, "ALTER TABLE sales DROP PARTITION (country = 'de', day = '2024-05-01')"),
            lines(SHOW_PARTITIONS, "SHOW PARTITIONS sales", "country=uk/day=2024-05-01"),
            fails(
                SHOW_PARTITIONS,
                "SHOW PARTITIONS nothing",
                "FAILED: SemanticException [Error 10001]: Table not found",
            ),
        ],
    ),
    Script(
        "mistakes",
        [
            fails(
                CREATE_TABLE,
                "CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (a string) LOCATION '{at}t/'",
                "FAILED: ",
            ),
            fails(CREATE_TABLE, "CREATE EXTERNAL TABLE t (a nothing) LOCATION '{at}t/'", ANY),
            fails(CREATE_TABLE, "CREATE EXTERNAL TABLE t (a int) LOCATION 'file:///etc/'", ANY),
            fails(
                CREATE_TABLE,
                "CREATE TABLE t (a int)",
                "No location was specified for table. An S3 location must be specified",
            ),
            fails(f"{ATHENA}/ddl-reference.html", "UPDATE t SET a = 1", ANY),
        ],
    ),
]
