"""From files in S3 to a table that Athena reads: database, classifier, crawler, work group, saved queries.

The crawler makes the table. It is started by whoever wants it (`lab run`, `lab crawl`), not by a schedule:
the files come when they come.
"""

import json
from dataclasses import dataclass
from typing import Any

from bootstrap.changes import Report
from bootstrap.ensure import athena, glue
from bootstrap.queries import queries
from bootstrap.session import Session

RESULTS_PREFIX = "athena/"

CONFIGURATION = json.dumps(
    {
        "Version": 1.0,
        # one table, whatever further attributes some orders have
        "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"},
        "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
    }
)


@dataclass(frozen=True, slots=True)
class Lake:
    """The names of one pipeline's part of the catalog.

    :param columns: those that the classifier takes from each line, in their order
    :param table: what the crawler makes of the files: the prefix in S3, after `table_prefix`
    :param changes_table: a table that knows each change's kind and number, for the saved queries; the
        crawler's own unless its classifier leaves them out
    """

    slug: str
    bucket: str
    prefix: str
    key: str
    database: str
    crawler: str
    classifier: str
    columns: tuple[str, ...]
    table_prefix: str = ""
    changes_table: str = ""

    @property
    def table(self) -> str:
        return self.table_prefix + self.prefix.strip("/").rpartition("/")[2]

    @property
    def changes(self) -> str:
        return self.changes_table or self.table

    @property
    def work_group(self) -> str:
        """Named like everything that is the pipeline's: by its slug."""
        return self.slug

    @property
    def location(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    @property
    def results(self) -> str:
        return f"s3://{self.bucket}/{RESULTS_PREFIX}"

    @property
    def json_path(self) -> str:
        return ",".join(f"$.{column}" for column in self.columns)


def bootstrap(lake: Lake, session: Session, report: Report, role_arn: str) -> None:
    """Bring the catalog's part to its wanted state.

    :param role_arn: the crawler's role
    """
    owner = lake.slug
    report.add(
        glue.database(session, lake.database, owner=owner, description=f"Tables of the pipeline {owner}")
    )
    report.add(glue.json_classifier(session, lake.classifier, json_path=lake.json_path))
    report.add(
        glue.crawler(session, lake.crawler, owner=owner, wanted=_crawler(lake, role_arn)),
    )
    if lake.changes_table:
        wanted = _changes_table(lake)
        report.add(glue.table(session, lake.changes_table, database=lake.database, wanted=wanted))
    description = f"Queries of the pipeline {owner}"
    report.add(
        athena.work_group(session, lake.work_group, owner=owner, output=lake.results, description=description)
    )
    for query in queries(table=lake.changes, key=lake.key):
        report.add(
            athena.named_query(
                session,
                query.name,
                work_group=lake.work_group,
                database=lake.database,
                text=query.text,
                description=query.description,
            )
        )


def teardown(lake: Lake, session: Session, report: Report) -> None:
    """Remove what `bootstrap` made, with the tables that the crawler made."""
    report.add(athena.delete_work_group(session, lake.work_group, owner=lake.slug))
    report.add(glue.delete_crawler(session, lake.crawler, owner=lake.slug))
    report.add(glue.delete_json_classifier(session, lake.classifier, json_path=lake.json_path))
    report.add(glue.delete_database(session, lake.database, owner=lake.slug))


def _crawler(lake: Lake, role_arn: str) -> glue.Crawler:
    return glue.Crawler(
        role_arn=role_arn,
        database=lake.database,
        path=lake.location,
        classifiers=(lake.classifier,),
        table_prefix=lake.table_prefix,
        configuration=CONFIGURATION,
        description=f"Makes a table of what lies in {lake.location}",
    )


def _changes_table(lake: Lake) -> dict[str, Any]:
    """Every column of a line, and partitions that no crawler needs to register.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
    """
    columns = [
        (lake.key, "string"),
        ("product_name", "string"),
        ("quantity", "int"),
        ("price", "double"),
        ("cdc_event_type", "string"),
        ("creation_datetime", "string"),
        ("cdc_sequence_number", "string"),
        ("cdc_event_id", "string"),
    ]
    return {
        "Name": lake.changes_table,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": "hour", "Type": "string"}],
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "json",
            "projection.enabled": "true",
            "projection.hour.type": "date",
            "projection.hour.format": "yyyy/MM/dd/HH",
            "projection.hour.range": "NOW-7DAYS,NOW+1HOURS",
            "projection.hour.interval": "1",
            "projection.hour.interval.unit": "HOURS",
            "storage.location.template": lake.location + "${hour}/",
        },
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": kind} for name, kind in columns],
            "Location": lake.location,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
        },
    }
