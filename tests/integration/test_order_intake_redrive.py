"""Failures of services: retried, then a dead letter with the error, then redriven once the cause is gone."""

import json
from typing import Any

import pytest

from bootstrap import order_intake as wiring
from bootstrap.settings import Settings
from lab.pipelines import pipeline as pipeline_of
from lab.pipelines.base import RedriveReport, Verification
from lab.pipelines.order_intake.letters import Queue
from tests.support.order_intake import Intake, id_of, order
from tests.support.waiting import eventually


@pytest.fixture
def redrive(intake_settings: Settings) -> Any:
    def call() -> RedriveReport:
        return pipeline_of("order_intake").redrive(intake_settings)

    return call


@pytest.fixture
def verify(intake_settings: Settings) -> Any:
    def call() -> Verification:
        return pipeline_of("order_intake").verify(intake_settings)

    return call


def test_a_throttled_order_is_retried_until_it_is_stored(intake: Intake) -> None:
    intake.throttle()
    sent = order()
    file = intake.put([sent])
    execution = eventually(lambda: intake.machine.find(file), expecting="the execution")
    eventually(lambda: intake.events_of(execution, "TaskFailed"), expecting="a throttled invocation")

    intake.unthrottle()

    assert intake.ended(execution) == "SUCCEEDED"
    assert intake.item(id_of(sent)) is not None
    assert intake.letters(file) == []


def test_what_stays_throttled_is_a_dead_letter_and_is_stored_by_a_redrive(
    intake: Intake, redrive: Any, verify: Any
) -> None:
    intake.throttle()
    sent = [order(), order()]
    file = intake.take(sent)
    letters = intake.letters(file)
    assert [[reason["code"] for reason in letter.reasons] for letter in letters] == [["service_error"]] * 2
    assert json.loads(letters[0].body)["error"]["Error"] == "Lambda.TooManyRequestsException"
    assert [entry.order for letter in letters for entry in letter.entries] == sent
    assert verify().ok, "an order in the dead-letter queue is accounted for"

    intake.unthrottle()
    report = redrive()

    assert report.counts["orders stored"] == 2
    assert report.ok
    assert intake.letters(file) == []
    found = [intake.item(id_of(each)) for each in sent]
    assert [(item.order, item.origin) for item in found if item] == [
        (sent[0], (file, 0)),
        (sent[1], (file, 1)),
    ]
    assert verify().counts["stored"] == 2


def test_an_order_that_is_still_wrong_comes_back(intake: Intake, redrive: Any, verify: Any) -> None:
    file = intake.take([{"order-info": order()["order-info"]}, order()])
    [before] = intake.letters(file)

    report = redrive()

    assert report.counts["orders that came back"] == 1
    [after] = intake.letters(file)
    assert after.message_id != before.message_id
    assert (after.entries, after.reasons) == (before.entries, before.reasons)
    assert verify().ok


def test_a_bad_file_comes_back_and_a_second_redrive_changes_nothing_more(
    intake: Intake, redrive: Any
) -> None:
    file = intake.take(b"no json")

    for _ in range(2):
        report = redrive()
        assert report.counts["files run again"] == 1
        assert intake.codes(file) == [["not_json"]]


def test_a_stretch_of_a_large_file_that_cannot_be_validated_leaves_the_file_for_a_redrive(
    intake: Intake, redrive: Any, verify: Any
) -> None:
    intake.throttle()
    file = intake.put([order() for _ in range(220)])
    intake.done(file, within=120)
    assert intake.codes(file) == [["service_error"]] * 5, "a letter for each stretch"
    assert all(letter.entries == () for letter in intake.letters(file))

    intake.unthrottle()
    report = redrive()

    assert report.counts["files run again"] == 1
    assert intake.letters(file) == []
    assert verify().counts["stored"] == 220


def test_an_execution_that_is_stopped_leaves_a_letter_and_is_made_good(
    intake: Intake, redrive: Any, verify: Any
) -> None:
    intake.throttle()
    sent = order()
    file = intake.put([sent])
    execution = eventually(lambda: intake.machine.find(file), expecting="the execution")
    eventually(lambda: intake.events_of(execution, "TaskFailed"), expecting="a throttled invocation")
    intake.client("stepfunctions").stop_execution(executionArn=execution, cause="a test")
    [letter] = eventually(lambda: intake.letters(file), expecting="the letter about the execution")
    assert letter.why.startswith("The execution ended")
    assert verify().ok

    intake.unthrottle()
    redrive()

    assert intake.item(id_of(sent)) is not None
    assert intake.letters(file) == []


def test_a_file_that_eventbridge_never_delivered_is_missed_and_made_good(
    intake: Intake, redrive: Any, verify: Any
) -> None:
    intake.client("events").disable_rule(Name=wiring.RULE)
    sent = order()
    file = intake.put([sent])
    verification = verify()
    assert [difference.key for difference in verification.differences] == [f"{file} order {id_of(sent)}"]
    assert "neither stored nor in the dead-letter queue" in verification.differences[0].problem
    wiring.bootstrap(intake.settings)

    report = redrive()

    assert report.counts["lost files run again"] == 1
    assert intake.item(id_of(sent)) is not None
    assert verify().ok


def test_a_redrive_cut_off_before_it_deletes_loses_and_doubles_nothing(
    intake: Intake, redrive: Any, verify: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake.throttle()
    sent, bad = order(), {"order-info": order()["order-info"]}
    file = intake.take([sent])
    intake.unthrottle()
    intake.take([bad])

    def cut_off(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Queue, "delete", cut_off)
        with pytest.raises(KeyboardInterrupt):
            redrive()
    assert len(intake.letters(file)) == 1, "the letter is back at once, not only when its hold ends"

    redrive()

    assert intake.item(id_of(sent)) is not None
    assert intake.letters(file) == []
    verification = verify()
    assert verification.ok
    assert verification.counts["dead letters"] == 1
    assert verification.counts["in the dead-letter queue"] == 1


def test_a_message_that_nobody_understands_stays_and_is_reported(
    intake: Intake, redrive: Any, verify: Any
) -> None:
    sqs = intake.client("sqs")
    sqs.send_message(QueueUrl=wiring.queue_url(intake.session), MessageBody="hello")

    report = redrive()

    assert not report.ok
    assert "hello" in report.left[0].problem
    assert [letter.body for letter in intake.queue.peek()] == ["hello"]
    assert any("hello" in note for note in verify().notes)


def test_verify_sees_an_order_that_was_altered_or_removed_behind_the_pipelines_back(
    intake: Intake, verify: Any
) -> None:
    altered, removed = order(), order()
    file = intake.take([altered, removed])
    assert verify().ok
    dynamodb = intake.client("dynamodb")
    dynamodb.update_item(
        TableName=wiring.TABLE,
        Key={"order_id": {"S": id_of(altered)}},
        UpdateExpression="SET #c = :c",
        ExpressionAttributeNames={"#c": "contact-info"},
        ExpressionAttributeValues={":c": {"S": "gone"}},
    )
    dynamodb.delete_item(TableName=wiring.TABLE, Key={"order_id": {"S": id_of(removed)}})

    problems = {difference.key: difference.problem for difference in verify().differences}

    assert problems == {
        f"{file} order {id_of(altered)}": "the table holds it with another content than the file",
        f"{file} order {id_of(removed)}": "it is neither stored nor in the dead-letter queue",
    }
