"""Send one order file through the pipeline, follow it to its end, and say where each order went."""

import time

from bootstrap import order_intake as wiring
from bootstrap.errors import NotBootstrapped
from bootstrap.session import Session
from bootstrap.settings import Settings
from generator import orders as invented
from lab.errors import ServiceFailed, UsageError
from lab.pipelines.base import Progress, RunReport, RunRequest, Step, Verification, quiet
from lab.pipelines.order_intake.accounts import (
    Account,
    Letters,
    account_for,
    can_be_key,
    order_ids,
    orders_of,
)
from lab.pipelines.order_intake.executions import POLL_SECONDS, SUCCEEDED, Machine
from lab.pipelines.order_intake.letters import FileVersion, Queue
from lab.pipelines.order_intake.verifying import some_items

_START_SECONDS = 30.0


def run(settings: Settings, request: RunRequest, progress: Progress = quiet) -> RunReport:
    """Put the file, wait for its execution, and account for its orders.

    :raises UsageError: the file cannot be read, or the request's numbers cannot be meant
    :raises NotBootstrapped: the pipeline's resources are not there
    :raises ServiceFailed: no execution started, or it did not end in time
    """
    key, body = _file(request)
    session = Session(settings)
    machine, queue = Machine(session), Queue(session)
    progress(Step(f"putting {key} ({len(body):,} bytes)"))
    started = time.monotonic()
    file = _put(session, key, body)
    execution = _await_start(machine, file, progress)
    status = machine.follow(
        execution, progress, timeout=request.timeout, what="Step Functions is at work on the orders"
    )
    seconds = time.monotonic() - started
    progress(Step("looking where each order went"))
    account = _account(session, queue, file, body)
    notes = [] if status == SUCCEEDED else [f"The execution ended {status}: {execution}"]
    verification = Verification(account.counts(), account.differences, notes)
    return RunReport(str(file), seconds, account.fates, verification)


def _file(request: RunRequest) -> tuple[str, bytes]:
    """(key, bytes) of what is to be sent."""
    if request.rate is not None or request.duration is not None or request.shares:
        raise UsageError(
            "order_intake takes files, not a flow of changes: it has no rate, time or shares of changes.",
            "Use --records, --invalid or --input.",
        )
    if request.input is not None:
        try:
            return request.input.name, request.input.read_bytes()
        except OSError as error:
            raise UsageError(f"{request.input} cannot be read: {error.strerror}.") from error
    try:
        body = invented.order_file(request.records, seed=request.seed, invalid=request.invalid)
    except ValueError as error:
        raise UsageError(f"Such orders cannot be made: {error}.") from error
    return f"orders-{request.records}-seed-{request.seed}.json", body


def _put(session: Session, key: str, body: bytes) -> FileVersion:
    s3 = session.client("s3")
    try:
        answer = s3.put_object(Bucket=wiring.BUCKET, Key=key, Body=body, ContentType="application/json")
    except s3.exceptions.NoSuchBucket as error:
        raise NotBootstrapped(wiring.SLUG, f"The bucket {wiring.BUCKET}") from error
    return FileVersion(wiring.BUCKET, key, answer.get("VersionId", "null"))


def _await_start(machine: Machine, file: FileVersion, progress: Progress) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while (execution := machine.find(file)) is None:
        if time.monotonic() > deadline:
            raise ServiceFailed(
                f"No execution started for {file} within {_START_SECONDS:g} s.",
                f"Is the rule {wiring.RULE} enabled? `lab bootstrap {wiring.SLUG}` mends it.",
            )
        progress(Step("waiting for EventBridge to start the state machine"))
        time.sleep(POLL_SECONDS)
    return execution


def _account(session: Session, queue: Queue, file: FileVersion, body: bytes) -> Account:
    named = {order_id for order in orders_of(body) or [] for order_id in order_ids(order)}
    ids = sorted(filter(can_be_key, named))
    account = Account()
    account_for(account, file, body, some_items(session, ids), Letters(queue.peek()))
    return account
