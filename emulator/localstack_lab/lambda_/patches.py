"""Everything that the lab changes in LocalStack's own Lambda code, each with its reason."""

import dataclasses
import functools
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from localstack.aws.api.lambda_ import (
    PackageType,
    ResourceConflictException,
    ServiceException,
    State,
    StateReasonCode,
    TooManyRequestsException,
)
from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.services.lambda_.event_source_mapping.pollers.dynamodb_poller import DynamoDBPoller
from localstack.services.lambda_.event_source_mapping.pollers.kinesis_poller import KinesisPoller
from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller
from localstack.services.lambda_.invocation.event_manager import LambdaEventManager, Poller, SQSInvocation
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import (
    EventInvokeConfig,
    FunctionVersion,
    Invocation,
    InvocationResult,
    VersionState,
)
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.logs import LogHandler
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.services.lambda_.provider import LambdaProvider
from localstack.utils.strings import to_str
from localstack.utils.xray.trace_header import TraceHeader

from localstack_lab.lambda_ import bisection, dead_letters, environment, request_checks, shards
from localstack_lab.lambda_.machinery import machinery

# Events of one function that run at the same time. LocalStack takes CPUs + 4, and what waits longer than the
# function's Timeout + 60 s would run twice.
ASYNC_WORKERS = 32


def install() -> None:
    """Apply all of them, once."""
    _replace(LambdaVersionManager, "start", _start_version)
    _replace(LambdaVersionManager, "invoke", _invoke_version)
    _replace(LogHandler, "start_subscriber", _start_subscriber)
    _replace(ExecutionEnvironment, "invoke", _invoke_environment)
    _replace(ExecutionEnvironment, "get_log_group_name", _log_group_name)
    _replace(ExecutionEnvironment, "get_log_stream_name", _log_stream_name)
    _replace(LambdaService, "get_lambda_version_manager", _get_version_manager)
    _replace(LambdaService, "update_version", _update_version)
    _replace(LambdaService, "stop_version", _stop_version)
    _replace(LambdaService, "invoke", _invoke_service)
    _replace(LambdaService, "stop", _stop_service)
    _replace(LambdaEventManager, "stop", _stop_event_manager)
    _replace(Poller, "__init__", _init_poller)
    _replace(Poller, "process_failure_destination", _pass_to_destination)
    _replace(Poller, "process_dead_letter_queue", _pass_to_dead_letters)
    _replace(EsmWorkerFactory, "get_esm_worker", bisection.tell_poller)
    _replace(StreamPoller, "get_records", shards.get_records)
    _replace(KinesisPoller, "initialize_shards", shards.initialize_shards)
    _replace(DynamoDBPoller, "initialize_shards", shards.initialize_shards)
    _replace(StreamPoller, "forward_events_to_target", bisection.forward)
    setattr(  # noqa: B010 - a static method, which `_replace` would bind
        LambdaProvider,
        "_verify_env_variables",
        staticmethod(functools.partial(_verify_variables, LambdaProvider._verify_env_variables)),
    )


def _replace(owner: type, name: str, replacement: Callable) -> None:
    """`replacement` gets the original function as its first argument."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def method(*args: object, **kwargs: object) -> object:
        return replacement(original, *args, **kwargs)

    setattr(owner, name, method)


def _start_version(original: Callable, self: LambdaVersionManager) -> VersionState:
    """A function that cannot run here is Failed from the start, with a sentence."""
    reason = environment.unsupported(self.function_version)
    if reason is None:
        return original(self)
    image = self.function_version.config.package_type == PackageType.Image
    code = StateReasonCode.InvalidImage if image else StateReasonCode.InvalidRuntime
    self.state = VersionState(state=State.Failed, code=code, reason=reason)
    return self.state


def _invoke_version(_: Callable, self: LambdaVersionManager, *, invocation: Invocation) -> InvocationResult:
    """LocalStack's own, without what the executor does better: logs and metrics do not hold up the answer."""
    version = self.function_version
    if self.shutdown_event.is_set():
        raise ServiceException(f"The version {version.qualified_arn} is being stopped or replaced")
    try:
        with (
            self.counting_service.get_invocation_lease(
                self.function, version, self.provisioned_state
            ) as lease,
            self.assignment_service.get_environment(self.id, version, lease) as execution_environment,
        ):
            result = execution_environment.invoke(invocation)
    except StatusErrorException as error:
        result = InvocationResult(invocation.request_id, error.payload, is_error=True, logs="")
    except TooManyRequestsException:
        machinery().delivery.add_metrics(
            version.id.account, version.id.region, version.id.function_name, {"Throttles": (1, "Count")}
        )
        raise
    result.executed_version = version.id.qualifier
    return result


def _start_subscriber(_: Callable, self: LogHandler) -> None:
    """LocalStack's log thread, one for each version, is not needed: see :mod:`.delivery`."""


def _invoke_environment(_: Callable, self: ExecutionEnvironment, invocation: Invocation) -> InvocationResult:
    """LocalStack does not pass the client context on."""
    trace = (invocation.trace_context or {}).get("aws_trace_header") or TraceHeader().ensure_root_exists()
    trace.ensure_sampled_exists()
    trace.ensure_parent_exists()
    payload: dict[str, Any] = {
        "invoke-id": invocation.request_id,
        "invoked-function-arn": invocation.invoked_arn,
        "payload": to_str(invocation.payload),
        "trace-id": trace.to_header_str(),
        "client-context": request_checks.client_context(
            invocation.client_context, invocation.invocation_type
        ),
    }
    return self.runtime_executor.invoke(payload)


def _log_group_name(original: Callable, self: ExecutionEnvironment) -> str:
    """LoggingConfig names it: see monitoring-cloudwatchlogs-loggroups.html in AWS's guide."""
    return (self.function_version.config.logging_config or {}).get("LogGroup") or original(self)


def _log_stream_name(original: Callable, self: ExecutionEnvironment) -> str:
    """In a log group of the user's choice, the stream's name also tells the function."""
    name = original(self)
    version = self.function_version.id
    if self.get_log_group_name() == f"/aws/lambda/{version.function_name}":
        return name
    day, _, rest = name.rpartition("/")
    return f"{day}/{version.function_name}{rest}"


def _stored_version(arn: str) -> FunctionVersion | None:
    _, _, _, region, account, _, name, qualifier = arn.split(":")
    function = lambda_stores[account][region].functions.get(name)
    return function.versions.get(qualifier) if function else None


def _get_version_manager(original: Callable, self: LambdaService, function_arn: str) -> LambdaVersionManager:
    """Invoking a Failed function answers the reason, where LocalStack recommends a Docker socket."""
    version = None if function_arn in self.lambda_running_versions else _stored_version(function_arn)
    if version is not None and version.config.state.state == State.Failed and version.config.state.reason:
        raise ResourceConflictException(
            "The operation cannot be performed at this time. The function is currently in the "
            f"following state: Failed. {version.config.state.reason}",
            Type="User",
        )
    return original(self, function_arn)


def _update_version(original: Callable, self: LambdaService, new_version: FunctionVersion) -> Future[None]:
    """A Failed function can be repaired by an update; LocalStack answers an internal error."""
    if new_version.qualified_arn not in self.lambda_running_versions:
        return self.create_function_version(new_version)
    return original(self, new_version)


def _stop_version(original: Callable, self: LambdaService, qualified_arn: str) -> None:
    """A Failed function can be deleted; LocalStack answers an internal error, and keeps it."""
    if qualified_arn in self.lambda_running_versions or qualified_arn in self.lambda_starting_versions:
        original(self, qualified_arn)


def _verify_variables(original: Callable, names: dict[str, str]) -> None:
    """Names that are Lambda's own are refused, too."""
    request_checks.variables(names)
    original(names)


def _invoke_service(original: Callable, self: LambdaService, **request: Any) -> InvocationResult | None:
    """Requests that AWS refuses are refused here, before anything runs."""
    request["payload"] = request_checks.payload(request["payload"], request["invocation_type"])
    request_checks.client_context(request["client_context"], request["invocation_type"])
    return original(self, **request)


def _stop_service(original: Callable, self: LambdaService) -> None:
    """Processes end first, so that nothing waits for a running function."""
    machinery().stop()
    original(self)


def _stop_event_manager(original: Callable, self: LambdaEventManager) -> None:
    """When LocalStack stops, do not wait up to two seconds for each function's queue."""
    if machinery().stopping and self.poller is not None:
        self.stopped.set()
        self.poller.stop()
    else:
        original(self)


def _init_poller(
    original: Callable, self: Poller, version_manager: LambdaVersionManager, event_queue_url: str
) -> None:
    """More events of a function may run at the same time."""
    original(self, version_manager, event_queue_url)
    self.invoker_pool.shutdown(wait=False)
    name = version_manager.function_version.id.function_name
    self.invoker_pool = ThreadPoolExecutor(ASYNC_WORKERS, thread_name_prefix=f"lambda-events-{name}")


def _pass_to_destination(
    original: Callable,
    self: Poller,
    sqs_invocation: SQSInvocation,
    result: InvocationResult,
    event_invoke_config: EventInvokeConfig | None,
    failure_cause: str,
) -> None:
    """An event throttled until it is too old has no response; LocalStack fails on that and loses it."""
    if result.payload is None:
        result = dataclasses.replace(result, payload=b"null")
    original(self, sqs_invocation, result, event_invoke_config, failure_cause)


def _pass_to_dead_letters(
    _: Callable, self: Poller, sqs_invocation: SQSInvocation, result: InvocationResult
) -> None:
    """See :mod:`.dead_letters`."""
    dead_letters.send(self.version_manager.function_version, sqs_invocation.invocation, result)
