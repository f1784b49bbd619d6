"""Pipeline `order_intake`: S3 → EventBridge → Step Functions → Lambda → DynamoDB or, on failure, SQS.

`bootstrap` converges: it looks at each resource, changes what differs and says so; a second run answers
``unchanged`` throughout. `teardown` removes what carries this pipeline's tag and nothing else.

A delivery is an object's key and version. An order is known by its id, which is the table's key ``order_id``
however the file spells it (OrderId, orderId), and by the digest of its content, which the row keeps in
``intake``:

- an id that is new is stored, with the order as it was sent;
- the same id with the same content, from an event delivered twice or from another file, is stored already, so
  nothing is written;
- the same id with other content never replaces what is stored: it is a dead letter, ``conflicting_order``.

A small file runs through an inline Map, order by order. A large one is cut by `order-file-split` into
stretches of whole orders, by bytes, for a distributed Map: Step Functions' own ItemReader wants a list at the
top of the file (LocalStack 4.14 has no ItemsPointer), and could not say what is wrong with a file.
"""

import json
from typing import Any

from bootstrap.changes import Change, Progress, Report
from bootstrap.definitions import definition
from bootstrap.ensure import awslambda, dynamodb, events, iam, logs, s3, sqs, stepfunctions
from bootstrap.ensure.packages import zip_lambda
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from bootstrap.settings import Settings

SLUG = "order_intake"
BUCKET = "orders-data-input-yb"
RULE = "s3-orders-json-data"
FAILED_RULE = "sales-data-statemachine-failed"
STATE_MACHINE = "Sales-Data-StateMachine"
PROCESS_FUNCTION = "order-json-data-process"
SPLIT_FUNCTION = "order-file-split"
TABLE = "valid-orders-data"
TABLE_KEY = "order_id"
QUEUE = "order-data-dlq"
LAMBDA_ROLE = "order-intake-lambda"
STATES_ROLE = "order-intake-states"
EVENTS_ROLE = "order-intake-events"


def bootstrap(settings: Settings, progress: Progress | None = None) -> list[Change]:
    """Bring every resource of the pipeline to its wanted state.

    :param progress: called with each change as it happens
    :raises BootstrapError: names the resource and the reason; what was done stays, a second run goes on
    """
    session, report = Session(settings), Report.to(progress)
    report.add(sqs.queue(session, QUEUE, owner=SLUG, attributes=_queue_attributes(session)))
    report.add(dynamodb.table(session, TABLE, owner=SLUG, key=TABLE_KEY))
    for name, service, statements in _roles(session):
        report.add(iam.role(session, name, owner=SLUG, service=service, statements=statements))
    for function in _functions(session):
        report.add(logs.log_group(session, f"/aws/lambda/{function.name}", owner=SLUG))
        report.add(awslambda.function(session, function.name, owner=SLUG, wanted=function))
    report.add(
        stepfunctions.state_machine(
            session,
            STATE_MACHINE,
            owner=SLUG,
            definition=_definition(session),
            role_arn=session.arn("iam", f"role/{STATES_ROLE}", region=False),
        )
    )
    for name, pattern, description, target in _rules(session):
        report.add(events.rule(session, name, owner=SLUG, pattern=pattern, description=description))
        report.add(events.targets(session, name, wanted=[target]))
    # last, so that no file can arrive before everything behind it stands
    report.add(s3.bucket(session, BUCKET, owner=SLUG, versioned=True))
    report.add(s3.bucket_notifications(session, BUCKET))
    return report.changes


def teardown(settings: Settings, progress: Progress | None = None) -> list[Change]:
    """Remove every resource that this pipeline made, with the files, orders and messages in them."""
    session, report = Session(settings), Report.to(progress)
    for name in (RULE, FAILED_RULE):
        report.add(events.delete_rule(session, name, owner=SLUG))
    report.add(s3.delete_bucket(session, BUCKET, owner=SLUG))
    report.add(stepfunctions.delete_state_machine(session, STATE_MACHINE, owner=SLUG))
    for name in (PROCESS_FUNCTION, SPLIT_FUNCTION):
        report.add(awslambda.delete_function(session, name, owner=SLUG))
    report.add(dynamodb.delete_table(session, TABLE, owner=SLUG))
    report.add(sqs.delete_queue(session, QUEUE, owner=SLUG))
    for name in (LAMBDA_ROLE, STATES_ROLE, EVENTS_ROLE):
        report.add(iam.delete_role(session, name, owner=SLUG))
    # last: what a function wrote just before it was deleted would make its group anew
    for name in (PROCESS_FUNCTION, SPLIT_FUNCTION):
        report.add(logs.delete_log_group(session, f"/aws/lambda/{name}", owner=SLUG))
    return report.changes


def queue_url(session: Session) -> str:
    """The address of the dead-letter queue.

    :raises NotBootstrapped: there is no such queue yet
    """
    url = sqs.queue_url(session, QUEUE)
    if url is None:
        raise NotBootstrapped(SLUG, f"The queue {QUEUE}")
    return url


def _definition(session: Session) -> str:
    return definition(
        "order_intake.asl.json",
        {
            "process_function": session.arn("lambda", f"function:{PROCESS_FUNCTION}"),
            "split_function": session.arn("lambda", f"function:{SPLIT_FUNCTION}"),
            "table": TABLE,
            "queue_url": queue_url(session),
        },
    )


def _functions(session: Session) -> list[awslambda.Function]:
    package = zip_lambda(SLUG)
    role = session.arn("iam", f"role/{LAMBDA_ROLE}", region=False)
    return [
        awslambda.Function(
            name=PROCESS_FUNCTION,
            handler=f"{SLUG}.order_json_data_process.lambda_handler",
            package=package,
            role_arn=role,
            environment={"ORDERS_TABLE": TABLE},
        ),
        awslambda.Function(
            name=SPLIT_FUNCTION,
            handler=f"{SLUG}.order_file_split.lambda_handler",
            package=package,
            role_arn=role,
            timeout=300,  # it reads a file of 100 MB to its end
        ),
    ]


def _queue_attributes(session: Session) -> dict[str, str]:
    """Two weeks to look at a failure; EventBridge may send what a rule could not deliver."""
    rules = [session.arn("events", f"rule/{name}") for name in (RULE, FAILED_RULE)]
    statement = {
        "Sid": "EventBridge",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": session.arn("sqs", QUEUE),
        "Condition": {"ArnEquals": {"aws:SourceArn": rules}},
    }
    return {
        "MessageRetentionPeriod": str(14 * 24 * 3600),
        "VisibilityTimeout": "60",
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    }


def _rules(session: Session) -> list[tuple[str, dict[str, Any], str, dict[str, Any]]]:
    """(name, pattern, description, target): a file starts an execution; an execution that fails is kept."""
    queue = session.arn("sqs", QUEUE)
    machine = session.arn("states", f"stateMachine:{STATE_MACHINE}")
    new_file = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [BUCKET]}},
    }
    failed = {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"stateMachineArn": [machine], "status": ["FAILED", "TIMED_OUT", "ABORTED"]},
    }
    start = {
        "Id": "state-machine",
        "Arn": machine,
        "RoleArn": session.arn("iam", f"role/{EVENTS_ROLE}", region=False),
        "RetryPolicy": {"MaximumRetryAttempts": 8, "MaximumEventAgeInSeconds": 3600},
        "DeadLetterConfig": {"Arn": queue},
    }
    keep = {"Id": "dead-letter-queue", "Arn": queue}
    return [
        (RULE, new_file, "A new order file starts the state machine", start),
        (FAILED_RULE, failed, "An execution that ends badly leaves its input in the dead-letter queue", keep),
    ]


def _roles(session: Session) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """(name, service, statements) of each role: what its holder needs and nothing more."""
    functions = [
        session.arn("lambda", f"function:{name}{suffix}")
        for name in (PROCESS_FUNCTION, SPLIT_FUNCTION)
        for suffix in ("", ":*")
    ]
    machine = session.arn("states", f"stateMachine:{STATE_MACHINE}")
    read_files: dict[str, Any] = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:GetObjectVersion"],
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    write_logs: dict[str, Any] = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [
            session.arn("logs", f"log-group:/aws/lambda/{name}:*")
            for name in (PROCESS_FUNCTION, SPLIT_FUNCTION)
        ],
    }
    states: list[dict[str, Any]] = [
        read_files,
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": functions},
        {
            "Effect": "Allow",
            "Action": ["dynamodb:PutItem", "dynamodb:GetItem"],
            "Resource": session.arn("dynamodb", f"table/{TABLE}"),
        },
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": session.arn("sqs", QUEUE)},
        # a distributed Map starts executions of its own state machine, and stops them when one fails
        {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine},
        {
            "Effect": "Allow",
            "Action": ["states:DescribeExecution", "states:StopExecution"],
            "Resource": session.arn("states", f"execution:{STATE_MACHINE}/*"),
        },
    ]
    start = [{"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine}]
    return [
        (LAMBDA_ROLE, "lambda.amazonaws.com", [read_files, write_logs]),
        (STATES_ROLE, "states.amazonaws.com", states),
        (EVENTS_ROLE, "events.amazonaws.com", start),
    ]
