"""One Lambda execution environment, as LocalStack's runtime-executor contract asks for it.

The life of an environment follows
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the init phase (at most 10 s),
invocations, and after a time-out or a crash a reset, with the init repeated in the next invocation. An init
that fails is repeated in the first invocation, which reports it.
"""

import logging
import signal
import threading
import time
from collections.abc import Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from itertools import count

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from localstack_lab.lambda_ import environment, faults, layers
from localstack_lab.lambda_.environment_log import EnvironmentLog
from localstack_lab.lambda_.logs import now_ms
from localstack_lab.lambda_.machinery import machinery
from localstack_lab.lambda_.memory import MB, peak
from localstack_lab.lambda_.process import ForkServer, ForkServerGone
from localstack_lab.lambda_.report import Ending
from localstack_lab.lambda_.sandbox import Answer, Sandbox

LOG = logging.getLogger(__name__)

INIT_SECONDS = 10.0
_numbers = count(1)


class ProcessRuntimeExecutor(RuntimeExecutor):
    """Runs one environment of `function_version` in a process of its own."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self._config = function_version.config
        self._shared = machinery()
        self._sandbox: Sandbox | None = None
        self._proposed: Mapping[str, object] = {}
        self._log = EnvironmentLog(function_version, self._shared.delivery)
        self._init_ms: float | None = None
        self._init_failed = False
        self._out_of_memory = False
        self._busy = threading.Lock()
        self._stopped = False

    # LocalStack's contract

    def start(self, env_vars: Mapping[str, object]) -> None:
        """Run the init phase. A failure is kept for the first invocation, as on AWS.

        :param env_vars: what LocalStack proposes; against its own annotation, some values are numbers
        :raises StatusErrorException: when a provisioned environment fails its init
        """
        self._proposed = env_vars
        self._log.open(
            str(env_vars["AWS_LAMBDA_LOG_GROUP_NAME"]), str(env_vars["AWS_LAMBDA_LOG_STREAM_NAME"])
        )
        started = time.perf_counter()
        failure = self._init("init", INIT_SECONDS)
        if failure is None:
            self._init_ms = (time.perf_counter() - started) * 1000
        elif env_vars.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "provisioned-concurrency":
            raise StatusErrorException("The provisioned environment failed its init", payload=failure[1])

    def stop(self) -> None:
        """End the environment; a running invocation finishes first, unless LocalStack is stopping."""
        self._stopped = True
        if self._shared.stopping:
            self._end_sandbox()
        elif self._busy.acquire(blocking=False):
            try:
                self._end_sandbox()
            finally:
                self._busy.release()

    def invoke(self, payload: dict) -> InvocationResult:
        """Run one event.

        :param payload: ``invoke-id``, ``invoked-function-arn``, ``payload`` (JSON text), ``trace-id`` and,
        when the
            caller sent one, ``client-context`` (JSON text)
        """
        with self._busy:
            try:
                return self._invoke(payload)
            finally:
                if self._stopped:
                    self._end_sandbox()

    def get_address(self) -> str:
        """Functions are processes of this machine."""
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        """Where functions find LocalStack."""
        return config.HOSTNAME_FROM_LAMBDA or "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        """Only LocalStack's container init would call this address."""
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    def get_logs(self) -> str:
        """The last lines of this environment."""
        return self._log.tail()

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code and its layers, start the interpreter's fork server, byte-compile in the
        background.

        :raises LambdaRuntimeException: with the sentence that becomes the function's StateReason
        """
        reason = environment.unsupported(function_version)
        if reason is not None:
            raise LambdaRuntimeException(reason)
        function = function_version.config
        code = layers.code_of(function)
        code.prepare_for_execution()
        try:
            server = cls._server(function.runtime or "")
        except ForkServerGone as error:
            raise LambdaRuntimeException(str(error)) from error
        layers.merged(function.layers, server.view.parent)
        if not code.is_hot_reloading():
            archives = [code, *(layers.code_of(layer) for layer in function.layers)]
            server.compile([str(archive.get_unzipped_code_location()) for archive in archives])

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """LocalStack removes the code itself; versions may share it."""

    @classmethod
    def validate_environment(cls) -> bool:
        """Nothing is needed from the machine."""
        return True

    # The life of the environment

    @staticmethod
    def _server(runtime: str) -> ForkServer:
        return machinery().servers.get(environment.interpreter_for(runtime))

    def _init(self, phase: str, seconds: float, request_id: str | None = None) -> tuple[str, bytes] | None:
        """Start a process and wait until it asks for work; on failure return the error's type and payload."""
        self._end_sandbox()
        self._out_of_memory = False
        server = self._server(self._config.runtime or "")
        job_id = f"{self.id}-{next(_numbers)}"
        self._log.init_started(server.version, str(self._proposed["AWS_LAMBDA_INITIALIZATION_TYPE"]))
        started = time.perf_counter()
        sandbox = self._sandbox = Sandbox(
            self._shared.loop,
            server,
            lambda address: environment.make_job(
                self.function_version, self._proposed, server, job_id, address
            ),
            lambda events: self._log.take(events, self._resume_logs),
        )
        try:
            answer = sandbox.ready.result(seconds)
        except FutureTimeoutError:
            answer = None
        took = (time.perf_counter() - started) * 1000
        self._init_failed = answer is None or answer.kind != "ready"
        if not self._init_failed:
            self._check_peak(sandbox)
            return None
        self._kill(sandbox)
        if answer is None:
            self._log.report.init_failed(phase, "timeout", "", took)
            fault = faults.timed_out(request_id or "", seconds)
            return fault.type, fault.payload()
        if answer.kind == "error":
            self._log.report.init_failed(phase, "error", answer.error_type, took)
            return answer.error_type, answer.body
        fault = self._exit_fault(request_id, answer)
        if request_id is not None:
            self._log.exited(request_id, fault)
        self._log.report.init_failed(phase, "error", fault.type, took)
        return fault.type, fault.payload()

    def _invoke(self, payload: dict) -> InvocationResult:
        request_id = payload["invoke-id"]
        self._log.clear_tail()
        started = time.perf_counter()
        deadline_ms = now_ms() + self._config.timeout * 1000
        init_ms, self._init_ms = self._init_ms, None
        failure = None
        if self._sandbox is None or self._init_failed or self._sandbox.ended.is_set():
            failure = self._init("invoke", self._config.timeout, request_id)
        self._log.report.start(request_id)
        if failure is not None:
            error_type, body = failure
            status = "timeout" if error_type == "Sandbox.Timedout" else "failure"
            if status == "timeout":
                self._log.timed_out(request_id)
            return self._finish(request_id, started, status, body, error_type=error_type)
        sandbox = self._sandbox
        if sandbox is None:  # LocalStack is stopping, and ended the environment just now
            fault = faults.exited(request_id, -signal.SIGKILL)
            return self._finish(request_id, started, "failure", fault.payload(), error_type=fault.type)
        headers = {
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": payload["invoked-function-arn"],
            "Lambda-Runtime-Trace-Id": payload["trace-id"],
        }
        if payload.get("client-context"):
            headers["Lambda-Runtime-Client-Context"] = payload["client-context"]
        left = self._config.timeout - (time.perf_counter() - started)
        limit = self._config.memory_size * MB
        with self._shared.memory.watching(sandbox.pid, limit, lambda held: self._exceeded(sandbox)):
            answer_later = sandbox.invoke(request_id, payload["payload"].encode(), headers)
            try:
                answer = answer_later.result(max(left, 0.001))
            except FutureTimeoutError:
                answer = None
        return self._conclude(request_id, started, sandbox, answer, init_ms)

    def _conclude(
        self, request_id: str, started: float, sandbox: Sandbox, answer: Answer | None, init_ms: float | None
    ) -> InvocationResult:
        peak_bytes = peak(sandbox.pid) if answer is None or answer.kind != "exited" else answer.peak_kb * 1024
        if answer is None:
            self._kill(sandbox)
            self._log.timed_out(request_id)
            fault, status = faults.timed_out(request_id, self._config.timeout), "timeout"
        elif answer.kind == "exited" or peak_bytes > self._config.memory_size * MB:
            # A peak between two looks of the memory watch would have been the end on AWS as well.
            self._out_of_memory = self._out_of_memory or peak_bytes > self._config.memory_size * MB
            self._kill(sandbox)
            fault, status = self._exit_fault(request_id, answer), "failure"
            self._log.exited(request_id, fault)
        elif answer.kind == "too-large":
            self._kill(
                sandbox
            )  # AWS's client gives up after a refused response, and would fail the next event
            fault, status = faults.too_large(), "error"
        else:
            ok = answer.kind == "response"
            error_type = "" if ok else answer.error_type
            return self._finish(
                request_id,
                started,
                "success" if ok else "error",
                answer.body,
                error_type=error_type,
                init_ms=init_ms,
                peak_bytes=peak_bytes,
            )
        return self._finish(
            request_id,
            started,
            status,
            fault.payload(),
            error_type=fault.type,
            init_ms=init_ms,
            peak_bytes=peak_bytes,
        )

    def _finish(
        self,
        request_id: str,
        started: float,
        status: str,
        body: bytes,
        *,
        error_type: str = "",
        init_ms: float | None = None,
        peak_bytes: int = 0,
    ) -> InvocationResult:
        duration = (time.perf_counter() - started) * 1000
        if status == "timeout":
            duration = max(duration, self._config.timeout * 1000)
        used = min(-(-peak_bytes // MB), self._config.memory_size)
        self._log.report.end(request_id, Ending(status, duration, used, error_type, init_ms))
        version = self.function_version.id
        self._shared.delivery.add_metrics(
            version.account,
            version.region,
            version.function_name,
            {
                "Invocations": (1, "Count"),
                "Errors": (0 if status == "success" else 1, "Count"),
                "Duration": (duration, "Milliseconds"),
            },
        )
        return InvocationResult(request_id, body, is_error=status != "success", logs=self._log.tail())

    # Ends and faults

    def _exceeded(self, sandbox: Sandbox) -> None:
        self._out_of_memory = True
        sandbox.kill()

    def _check_peak(self, sandbox: Sandbox) -> None:
        """An init that took more memory than there is ends like an invocation that does."""
        if peak(sandbox.pid) > self._config.memory_size * MB:
            self._exceeded(sandbox)
            sandbox.ended.wait(2)

    def _exit_fault(self, request_id: str | None, answer: Answer) -> faults.Fault:
        if self._out_of_memory:
            return faults.out_of_memory(request_id)
        return faults.exited(request_id, answer.code)

    def _kill(self, sandbox: Sandbox) -> None:
        sandbox.kill()
        if not sandbox.ended.wait(5):
            LOG.warning("The process %s of a Lambda environment does not end", sandbox.pid)

    def _resume_logs(self) -> None:
        if self._sandbox is not None:
            self._sandbox.resume_logs()

    def _end_sandbox(self) -> None:
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.close()
