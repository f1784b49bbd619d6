"""LocalStack's side of a worker's call on one of its objects."""

import errno
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import ServiceException

from localstack_lab.lake.workers.errors import DISK_FULL

LOG = logging.getLogger(__name__)


def answer(
    host: Mapping[str, object], target: str, method: str, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """``{"answer": …}``, ``{"refused": [code, message]}`` or ``{"fault": text}``.

    Only public methods of the objects in `host` can be called. A full disk is refused as ``DiskFull``.
    """
    function = None if method.startswith("_") else getattr(host.get(target), method, None)
    if not callable(function):
        return {"fault": f"Nothing named {target}.{method} can be called from a worker."}
    fault = _Fault(f"{target}.{method}")
    with fault:
        try:
            given = function(**arguments)
            return {"answer": given if isinstance(given, dict | list | str | None) else _plain(given)}
        except ServiceException as error:
            return {"refused": [error.code, error.message]}
        except ClientError as error:
            told = error.response.get("Error", {})
            return {"refused": [told.get("Code", "Unknown"), told.get("Message", str(error))]}
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            LOG.warning("%s found no room on the disk for a worker: %s", f"{target}.{method}", error)
            return {"refused": [DISK_FULL, str(error.strerror)]}
    return {"fault": fault.text}


def _plain(given: Any) -> Any:
    return list(given) if hasattr(given, "__next__") else given


class _Fault:
    """Keeps whatever else a method raised as a text for the worker, and logs it whole: the fault is ours.

    The text goes to whoever asked, who has no business with our files, so the traceback stays in the log.
    """

    def __init__(self, name: str) -> None:
        self.text = ""
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.text = f"{type(error).__name__}: {error}"
        LOG.error("%s failed for a worker", self._name, exc_info=error)
        return True
