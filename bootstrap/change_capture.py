"""What the change-capture pipelines share: DynamoDB → its stream → pipe → Kinesis → Firehose + Lambda → S3 →
crawler → Athena.

Each pipeline states its names in a `ChangeCapture`. `bootstrap` converges: a second run answers ``unchanged``
throughout. `teardown` removes what carries the pipeline's tag and nothing else.
"""

from dataclasses import dataclass
from typing import Any

from bootstrap import lake as catalog
from bootstrap.changes import Change, Progress, Report
from bootstrap.ensure import awslambda, dynamodb, firehose, iam, kinesis, logs, pipes, s3, sqs
from bootstrap.ensure.packages import zip_lambda_with_shared
from bootstrap.errors import NotBootstrapped
from bootstrap.lake import Lake
from bootstrap.session import Session
from bootstrap.settings import Settings

DATA_PREFIX = "cdc/"
ERROR_PREFIX = "errors/"
_DAY_AND_HOUR = "!{timestamp:yyyy/MM/dd/HH}/"


@dataclass(frozen=True, slots=True)
class ChangeCapture:
    """The names and numbers of one pipeline.

    :param region: where it lives; None for the settings' own region
    :param key: the table's one key, a string
    :param stream: of Kinesis
    :param partition_key: a path into a stream record: records with the same value keep their order
    :param function_seconds: how long Firehose gathers records for one call of the function
    :param seconds: how long it gathers lines for one object in S3
    :param database: of the Glue Data Catalog; see `Lake` for this and the members after it
    """

    slug: str
    table: str
    key: str
    pipe: str
    partition_key: str
    stream: str
    delivery: str
    function: str
    bucket: str
    function_seconds: int
    seconds: int
    database: str
    crawler: str
    classifier: str
    columns: tuple[str, ...]
    table_prefix: str = ""
    changes_table: str = ""
    region: str | None = None

    @property
    def queue(self) -> str:
        """Where the pipe says which records it gave up."""
        return f"{self.pipe}-dlq"

    @property
    def log_group(self) -> str:
        return f"/aws/lambda/{self.function}"

    @property
    def lake(self) -> Lake:
        """What Athena needs to read the files."""
        return Lake(
            slug=self.slug,
            bucket=self.bucket,
            prefix=DATA_PREFIX,
            key=self.key,
            database=self.database,
            crawler=self.crawler,
            classifier=self.classifier,
            columns=self.columns,
            table_prefix=self.table_prefix,
            changes_table=self.changes_table,
        )

    def role(self, part: str) -> str:
        """The name of a role: of ``pipes``, ``firehose``, ``lambda`` or ``glue``; roles have no region."""
        return f"{self.slug.replace('_', '-')}-{part}"

    def session(self, settings: Settings) -> Session:
        """Clients in the pipeline's own region."""
        return Session(settings, region=self.region)


def bootstrap(spec: ChangeCapture, settings: Settings, progress: Progress | None = None) -> list[Change]:
    """Bring every resource of the pipeline to its wanted state.

    :param progress: called with each change as it happens
    :raises BootstrapError: names the resource and the reason; what was done stays, a second run goes on
    """
    session, report, owner = spec.session(settings), Report.to(progress), spec.slug
    report.add(dynamodb.table(session, spec.table, owner=owner, key=spec.key, stream="NEW_AND_OLD_IMAGES"))
    report.add(kinesis.stream(session, spec.stream, owner=owner))
    report.add(sqs.queue(session, spec.queue, owner=owner, attributes=_TWO_WEEKS))
    for part, statements in _roles(spec, session).items():
        service = f"{part}.amazonaws.com"
        report.add(iam.role(session, spec.role(part), owner=owner, service=service, statements=statements))
    report.add(logs.log_group(session, spec.log_group, owner=owner))
    report.add(awslambda.function(session, spec.function, owner=owner, wanted=_function(spec, session)))
    report.add(firehose.delivery_stream(session, spec.delivery, owner=owner, wanted=_delivery(spec, session)))
    report.add(pipes.pipe(session, spec.pipe, owner=owner, wanted=_pipe(spec, session)))
    role_arn = session.arn("iam", f"role/{spec.role('glue')}", region=False)
    catalog.bootstrap(spec.lake, session, report, role_arn)
    # last: the lab takes a pipeline for set up when its bucket is there; Firehose asks for it when it writes
    report.add(s3.bucket(session, spec.bucket, owner=owner))
    return report.changes


def teardown(spec: ChangeCapture, settings: Settings, progress: Progress | None = None) -> list[Change]:
    """Remove every resource that this pipeline made, with the orders, records and files in them."""
    session, report, owner = spec.session(settings), Report.to(progress), spec.slug
    catalog.teardown(spec.lake, session, report)
    report.add(pipes.delete_pipe(session, spec.pipe, owner=owner))
    report.add(firehose.delete_delivery_stream(session, spec.delivery, owner=owner))
    report.add(s3.delete_bucket(session, spec.bucket, owner=owner))
    report.add(awslambda.delete_function(session, spec.function, owner=owner))
    report.add(kinesis.delete_stream(session, spec.stream, owner=owner))
    report.add(dynamodb.delete_table(session, spec.table, owner=owner))
    report.add(sqs.delete_queue(session, spec.queue, owner=owner))
    for part in _PARTS:
        report.add(iam.delete_role(session, spec.role(part), owner=owner))
    # last: what a function wrote just before it was deleted would make its group anew
    report.add(logs.delete_log_group(session, spec.log_group, owner=owner))
    return report.changes


def table_stream_arn(spec: ChangeCapture, session: Session) -> str:
    """The ARN of the table's stream.

    :raises NotBootstrapped: there is no such table, or its stream is off
    """
    dynamodb_client = session.client("dynamodb")
    try:
        table = dynamodb_client.describe_table(TableName=spec.table)["Table"]
    except dynamodb_client.exceptions.ResourceNotFoundException as error:
        raise NotBootstrapped(spec.slug, f"The table {spec.table}") from error
    if not table.get("StreamSpecification", {}).get("StreamEnabled"):
        raise NotBootstrapped(spec.slug, f"The stream of the table {spec.table}")
    return table["LatestStreamArn"]


_PARTS = ("pipes", "firehose", "lambda", "glue")
_TWO_WEEKS = {"MessageRetentionPeriod": str(14 * 24 * 3600)}


def _function(spec: ChangeCapture, session: Session) -> awslambda.Function:
    return awslambda.Function(
        name=spec.function,
        handler=f"handlers.lambdas.{spec.slug}.stream_transformation.lambda_handler",
        package=zip_lambda_with_shared(spec.slug, shared="change_capture"),
        role_arn=session.arn("iam", f"role/{spec.role('lambda')}", region=False),
        timeout=60,  # the least that Firehose recommends
    )


def _delivery(spec: ChangeCapture, session: Session) -> firehose.Delivery:
    return firehose.Delivery(
        stream_arn=session.arn("kinesis", f"stream/{spec.stream}"),
        role_arn=session.arn("iam", f"role/{spec.role('firehose')}", region=False),
        bucket=spec.bucket,
        prefix=DATA_PREFIX + _DAY_AND_HOUR,
        error_prefix=ERROR_PREFIX + "!{firehose:error-output-type}/" + _DAY_AND_HOUR,
        function=session.arn("lambda", f"function:{spec.function}:$LATEST"),
        function_seconds=spec.function_seconds,
        function_megabytes=1,  # an answer of Lambda holds 6 MB, and base64 and both images swell a record
        seconds=spec.seconds,
        megabytes=5,
    )


def _pipe(spec: ChangeCapture, session: Session) -> pipes.Pipe:
    return pipes.Pipe(
        source=table_stream_arn(spec, session),
        target=session.arn("kinesis", f"stream/{spec.stream}"),
        role_arn=session.arn("iam", f"role/{spec.role('pipes')}", region=False),
        description=f"Changes of {spec.table} to Kinesis",
        source_parameters={
            "DynamoDBStreamParameters": {
                "StartingPosition": "TRIM_HORIZON",  # what was written before the pipe ran counts, too
                "BatchSize": 500,  # PutRecords' own limit
                "MaximumRetryAttempts": 100,
                "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
                "DeadLetterConfig": {"Arn": session.arn("sqs", spec.queue)},
            }
        },
        target_parameters={"KinesisStreamParameters": {"PartitionKey": spec.partition_key}},
    )


def _roles(spec: ChangeCapture, session: Session) -> dict[str, list[dict[str, Any]]]:
    """The statements of each part's role: what it needs and nothing more."""
    function = session.arn("lambda", f"function:{spec.function}")
    stream = session.arn("kinesis", f"stream/{spec.stream}")
    bucket = f"arn:aws:s3:::{spec.bucket}"
    read_changes = [f"dynamodb:{verb}" for verb in ("DescribeStream", "GetRecords", "GetShardIterator")]
    read_stream = [
        f"kinesis:{verb}" for verb in ("DescribeStream", "GetRecords", "GetShardIterator", "ListShards")
    ]
    to_bucket = ("GetBucketLocation", "ListBucket", "ListBucketMultipartUploads")
    to_objects = ("AbortMultipartUpload", "GetObject", "PutObject")
    return {
        "pipes": [
            _allow(read_changes, session.arn("dynamodb", f"table/{spec.table}/stream/*")),
            _allow(["dynamodb:ListStreams"], "*"),
            _allow(["kinesis:PutRecord", "kinesis:PutRecords"], stream),
            _allow(["sqs:SendMessage"], session.arn("sqs", spec.queue)),
        ],
        "firehose": [
            _allow(read_stream, stream),
            _allow(["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"], [function, f"{function}:*"]),
            _allow([f"s3:{verb}" for verb in to_bucket], bucket),
            _allow([f"s3:{verb}" for verb in to_objects], f"{bucket}/*"),
        ],
        "lambda": [
            _allow(
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                session.arn("logs", f"log-group:{spec.log_group}:*"),
            )
        ],
        "glue": _crawling(spec, session),
    }


def _crawling(spec: ChangeCapture, session: Session) -> list[dict[str, Any]]:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html"""
    bucket, tables = f"arn:aws:s3:::{spec.bucket}", f"table/{spec.database}/*"
    verbs = (
        *("GetDatabase", "GetTable", "GetTables", "CreateTable", "UpdateTable"),
        *("GetPartitions", "BatchGetPartition", "BatchCreatePartition", "CreatePartition", "UpdatePartition"),
    )
    in_catalog = [session.arn("glue", name) for name in ("catalog", f"database/{spec.database}", tables)]
    return [
        _allow(["s3:GetBucketLocation", "s3:ListBucket"], bucket),
        _allow(["s3:GetObject"], f"{bucket}/{DATA_PREFIX}*"),
        _allow([f"glue:{name}" for name in verbs], in_catalog),
        _allow(["glue:GetClassifier", "glue:GetCrawler"], "*"),
        _allow(
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            session.arn("logs", "log-group:/aws-glue/crawlers:*"),
        ),
    ]


def _allow(actions: list[str], resource: str | list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}
