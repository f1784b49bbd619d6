"""What LocalStack loads for ``LAMBDA_RUNTIME_EXECUTOR=process``."""

import threading

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

_installing = threading.Lock()
_installed = False


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):
    """Answers the executor class, and changes LocalStack's Lambda service when it is first asked for it."""

    name = "process"

    def load(self, *args: object, **kwargs: object) -> type[RuntimeExecutor]:
        """Called by LocalStack for each environment it makes."""
        from localstack_lab.lambda_ import patches
        from localstack_lab.lambda_.executor import ProcessRuntimeExecutor

        global _installed
        with _installing:
            if not _installed:
                patches.install()
                _installed = True
        return ProcessRuntimeExecutor
