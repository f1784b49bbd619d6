"""What all execution environments of one LocalStack share."""

import logging
import threading

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


_machinery: Machinery | None = None
_lock = threading.Lock()


def machinery() -> Machinery:
    """The one machinery of this process."""
    global _machinery
    with _lock:
        if _machinery is None:
            _machinery = Machinery()
        return _machinery


def begin_stop() -> None:
    """From now on an environment that is stopped does not finish its invocation first."""
    if _machinery is not None:
        _machinery.stopping = True


def finish_stop() -> None:
    """Send the last logs, then end every process and remove their folders. Later functions start afresh."""
    global _machinery
    with _lock:
        shared, _machinery = _machinery, None
    if shared is None:
        return
    if not shared.delivery.flush():
        LOG.warning("The last Lambda logs did not reach CloudWatch in time")
    shared.servers.close()
