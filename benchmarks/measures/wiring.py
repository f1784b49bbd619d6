"""The project's own bootstrap, run against whoever is measured."""

from benchmarks.contestants import NotThere
from bootstrap import change_capture, order_intake
from bootstrap.change_capture import ChangeCapture
from bootstrap.errors import BootstrapError
from bootstrap.settings import Settings

WIRED: dict[tuple[str, str], str] = {}
"""(endpoint, pipeline) → "" or why the pipeline cannot be wired there."""


def wire(endpoint: str, what: ChangeCapture | None = None) -> Settings:
    """Set a pipeline up, once per endpoint: one that captures changes, or else order_intake.

    :raises NotThere: when that fails, or when `unfit` was called for it
    """
    settings = Settings(endpoint_url=endpoint)
    name = _name(what)
    if (endpoint, name) not in WIRED:
        try:
            if what is None:
                order_intake.bootstrap(settings)
            else:
                change_capture.bootstrap(what, settings)
            WIRED[endpoint, name] = ""
        except BootstrapError as e:
            WIRED[endpoint, name] = f"the pipeline cannot be wired: {e}"
        except KeyError as e:
            WIRED[endpoint, name] = f"the pipeline cannot be wired: an answer lacks {e}"
    if WIRED[endpoint, name]:
        raise NotThere(WIRED[endpoint, name])
    return settings


def unfit(endpoint: str, why: NotThere, what: ChangeCapture | None = None) -> None:
    """Wired, but it carries nothing: larger measurements of it need not be tried."""
    WIRED[endpoint, _name(what)] = f"wired, but {why}"


def _name(what: ChangeCapture | None) -> str:
    return what.table if what else order_intake.TABLE
