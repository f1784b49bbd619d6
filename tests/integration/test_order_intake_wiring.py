"""Bootstrap converges and says what it did; teardown removes what bootstrap made and nothing else."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bootstrap import order_intake as wiring
from bootstrap.changes import Change
from bootstrap.errors import ForeignResource
from bootstrap.session import Session
from bootstrap.settings import Settings
from tests.support.order_intake import Intake, id_of, order

EVERYTHING = 16


@pytest.fixture
def session(intake_settings: Settings) -> Iterator[Session]:
    """A lab without the pipeline, before and after."""
    wiring.teardown(intake_settings)
    yield Session(intake_settings)
    wiring.teardown(intake_settings)


def inventory(session: Session) -> set[str]:
    """The names of all resources of the kinds that the pipeline uses."""
    sqs, logs = session.client("sqs"), session.client("logs")
    names = {f"bucket {b['Name']}" for b in session.client("s3").list_buckets()["Buckets"]}
    names |= {f"queue {url.rsplit('/', 1)[1]}" for url in sqs.list_queues().get("QueueUrls", [])}
    names |= {f"table {name}" for name in session.client("dynamodb").list_tables()["TableNames"]}
    names |= {f"function {f['FunctionName']}" for f in session.client("lambda").list_functions()["Functions"]}
    machines = session.client("stepfunctions").list_state_machines()["stateMachines"]
    names |= {f"machine {machine['name']}" for machine in machines}
    names |= {f"rule {rule['Name']}" for rule in session.client("events").list_rules()["Rules"]}
    names |= {f"role {role['RoleName']}" for role in session.client("iam").list_roles()["Roles"]}
    names |= {f"log group {group['logGroupName']}" for group in logs.describe_log_groups()["logGroups"]}
    return names


def actions(changes: list[Change]) -> dict[str, int]:
    return dict(Counter(change.action for change in changes))


def test_a_second_bootstrap_changes_nothing(session: Session) -> None:
    seen: list[Change] = []

    first = wiring.bootstrap(session.settings, seen.append)
    second = wiring.bootstrap(session.settings)

    assert seen == first
    assert actions(first) == {"created": EVERYTHING}
    assert actions(second) == {"unchanged": EVERYTHING}
    assert [(c.kind, c.name) for c in first] == [(c.kind, c.name) for c in second]


def test_teardown_leaves_nothing_of_its_own_and_all_of_the_others(
    session: Session, unique: Callable[[str], str]
) -> None:
    bucket, queue = unique("mine"), unique("mine")
    session.client("s3").create_bucket(Bucket=bucket)
    url = session.client("sqs").create_queue(QueueName=queue)["QueueUrl"]
    before = inventory(session)
    made = wiring.bootstrap(session.settings)
    intake = Intake(session.settings)
    intake.take([order(), None])
    intake.client("s3").delete_object(Bucket=wiring.BUCKET, Key="a-delete-marker-stays-in-a-versioned-bucket")

    removed = wiring.teardown(session.settings)

    assert inventory(session) == before
    assert actions(removed) == {"deleted": EVERYTHING - 3}  # targets and notifications go with their owner
    assert {change.name for change in removed} == {change.name for change in made}
    assert wiring.teardown(session.settings) == []
    session.client("s3").delete_bucket(Bucket=bucket)
    session.client("sqs").delete_queue(QueueUrl=url)


def _suspend_versioning(session: Session) -> None:
    session.client("s3").put_bucket_versioning(
        Bucket=wiring.BUCKET, VersioningConfiguration={"Status": "Suspended"}
    )


def _switch_notifications_off(session: Session) -> None:
    session.client("s3").put_bucket_notification_configuration(
        Bucket=wiring.BUCKET, NotificationConfiguration={}
    )


def _shorten_retention(session: Session) -> None:
    session.client("sqs").set_queue_attributes(
        QueueUrl=wiring.queue_url(session), Attributes={"MessageRetentionPeriod": "60"}
    )


def _change_code(session: Session) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("other.py", "def handler(event, context): return None\n")
    client = session.client("lambda")
    client.update_function_code(FunctionName=wiring.PROCESS_FUNCTION, ZipFile=buffer.getvalue())
    client.get_waiter("function_updated_v2").wait(
        FunctionName=wiring.PROCESS_FUNCTION, WaiterConfig={"Delay": 0.1}
    )


def _change_timeout(session: Session) -> None:
    client = session.client("lambda")
    client.update_function_configuration(FunctionName=wiring.SPLIT_FUNCTION, Timeout=1)
    client.get_waiter("function_updated_v2").wait(
        FunctionName=wiring.SPLIT_FUNCTION, WaiterConfig={"Delay": 0.1}
    )


def _change_definition(session: Session) -> None:
    arn = session.arn("states", f"stateMachine:{wiring.STATE_MACHINE}")
    end = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    session.client("stepfunctions").update_state_machine(stateMachineArn=arn, definition=end)


def _disable_rule(session: Session) -> None:
    session.client("events").disable_rule(Name=wiring.RULE)


def _take_target_off(session: Session) -> None:
    session.client("events").remove_targets(Rule=wiring.RULE, Ids=["state-machine"])


def _add_target(session: Session) -> None:
    arn = session.arn("sqs", wiring.QUEUE)
    session.client("events").put_targets(Rule=wiring.RULE, Targets=[{"Id": "other", "Arn": arn}])


def _change_policy(session: Session) -> None:
    session.client("iam").delete_role_policy(RoleName=wiring.STATES_ROLE, PolicyName="pipeline")


def _change_log_retention(session: Session) -> None:
    session.client("logs").put_retention_policy(
        logGroupName=f"/aws/lambda/{wiring.SPLIT_FUNCTION}", retentionInDays=1
    )


DRIFTS: dict[Callable[[Session], None], tuple[str, str, str]] = {
    _shorten_retention: ("updated", wiring.QUEUE, "MessageRetentionPeriod"),
    _change_policy: ("updated", wiring.STATES_ROLE, "policy"),
    _change_code: ("updated", wiring.PROCESS_FUNCTION, "code"),
    _change_log_retention: ("updated", f"/aws/lambda/{wiring.SPLIT_FUNCTION}", "retention"),
    _change_timeout: ("updated", wiring.SPLIT_FUNCTION, "Timeout"),
    _change_definition: ("updated", wiring.STATE_MACHINE, "definition"),
    _disable_rule: ("updated", wiring.RULE, "State"),
    _take_target_off: ("created", wiring.RULE, ""),
    _suspend_versioning: ("updated", wiring.BUCKET, "versioning"),
    _switch_notifications_off: ("created", wiring.BUCKET, ""),
}
"""What changes a resource behind the pipeline's back → the change that a bootstrap answers, in its order."""


@pytest.mark.parametrize(
    "drifts", [DRIFTS, {_add_target: ("updated", wiring.RULE, "")}], ids=["everything", "one target more"]
)
def test_what_drifted_is_put_right_and_nothing_else_is_touched(
    wired_intake: Intake, drifts: dict[Callable[[Session], None], tuple[str, str, str]]
) -> None:
    wiring.bootstrap(wired_intake.settings)
    for drift in drifts:
        drift(wired_intake.session)

    changes = wiring.bootstrap(wired_intake.settings)

    changed = [change for change in changes if change.action != "unchanged"]
    assert [(change.action, change.name, change.detail) for change in changed] == list(drifts.values())
    assert actions(wiring.bootstrap(wired_intake.settings)) == {"unchanged": EVERYTHING}


def test_the_pipeline_works_after_it_was_put_right(wired_intake: Intake) -> None:
    for drift in (_change_code, _change_definition, _switch_notifications_off):
        drift(wired_intake.session)
    wiring.bootstrap(wired_intake.settings)
    sent = order()

    wired_intake.take([sent])

    assert wired_intake.item(id_of(sent)) is not None


def _own_queue(session: Session) -> Callable[[], Any]:
    url = session.client("sqs").create_queue(QueueName=wiring.QUEUE)["QueueUrl"]
    return lambda: session.client("sqs").delete_queue(QueueUrl=url)


def _own_bucket(session: Session) -> Callable[[], Any]:
    session.client("s3").create_bucket(Bucket=wiring.BUCKET)
    return lambda: session.client("s3").delete_bucket(Bucket=wiring.BUCKET)


@pytest.mark.parametrize(("make", "name"), [(_own_queue, wiring.QUEUE), (_own_bucket, wiring.BUCKET)])
def test_a_resource_that_someone_else_made_is_neither_changed_nor_removed(
    session: Session, make: Callable[[Session], Callable[[], Any]], name: str
) -> None:
    remove = make(session)

    with pytest.raises(ForeignResource, match=f"'{name}': exists, but does not carry this pipeline's tag"):
        wiring.bootstrap(session.settings)
    kept = [change for change in wiring.teardown(session.settings) if change.action != "deleted"]

    assert [(change.action, change.name) for change in kept] == [("unchanged", name)]
    remove()
