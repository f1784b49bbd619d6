"""What all execution environments of one LocalStack share."""

import logging
import threading

from localstack.runtime import events

from localstack_lab.lambda_.delivery import Delivery
from localstack_lab.lambda_.loop import Loop
from localstack_lab.lambda_.memory import MemoryWatch
from localstack_lab.lambda_.process import ForkServers

LOG = logging.getLogger(__name__)


class Machinery:
    """Made when the first function is prepared; its threads sleep while nothing runs."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.servers = ForkServers(self.loop)
        self.memory = MemoryWatch()
        self.delivery = Delivery()
        self.stopping = False
        threading.Thread(target=self._stop_with_localstack, name="lab-lambda-stop", daemon=True).start()

    def stop(self) -> None:
        """End every process, remove their folders, send the last logs; twice does no harm."""
        self.stopping = True
        self.servers.close()
        if not self.delivery.flush():
            LOG.warning("The last Lambda logs did not reach CloudWatch in time")

    def _stop_with_localstack(self) -> None:
        """LocalStack's server waits for running requests before it stops the services: do not let it wait."""
        events.infra_stopping.wait()
        self.stop()


_machinery: Machinery | None = None
_lock = threading.Lock()


def machinery() -> Machinery:
    """The one machinery of this process."""
    global _machinery
    with _lock:
        if _machinery is None:
            _machinery = Machinery()
        return _machinery
