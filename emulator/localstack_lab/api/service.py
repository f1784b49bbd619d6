"""A service that LocalStack does not know: its operations come from botocore's model.

An operation that the provider does not have answers with an error that names it; nothing is answered in its
place.
"""

from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, ServiceException
from localstack.aws.skeleton import create_dispatch_table
from localstack.aws.spec import load_service
from localstack.services.plugins import Service

from localstack_lab.api import constraints

type Members = dict[str, Any]
"""A request or an answer, with members as in the API."""


class LabProvider:
    """Subclasses mark methods with ``@handler(operation, expand=False)``; each takes the context and the
    request's members.

    `service` is the name that botocore gives the service. A request that does not fit the API's model is
    refused before a method sees it.
    """

    service: str


def service_of(provider: LabProvider) -> Service:
    """What LocalStack registers for `provider`."""
    factory: Any = dispatch_table
    return Service.for_provider(provider, dispatch_table_factory=factory)


def dispatch_table(provider: LabProvider) -> dict[str, Callable[[RequestContext, Any], Any]]:
    """Operation → function of the context and the request, for every operation of the API."""
    own = create_dispatch_table(provider)
    names = load_service(provider.service).operation_names
    return {
        name: _checked(provider.service, name, own[name]) if name in own else _missing(provider.service, name)
        for name in names
    }


def _checked(service: str, operation: str, method: Any) -> Callable[[RequestContext, Any], Any]:
    def call(context: RequestContext, request: Any) -> Any:
        constraints.check(service, operation, request or {})
        return method(context, request)

    return call


def _missing(service: str, operation: str) -> Callable[[RequestContext, Any], Any]:
    def refuse(context: RequestContext, request: Any) -> Any:
        raise CommonServiceException(
            "NotImplementedException",
            f"{operation} of {service} is not available in this emulator; nothing was done.",
            status_code=501,
        )

    return refuse


def refusal(code: str, message: str, *, status: int = 400, **members: Any) -> ServiceException:
    """An error of the API, such as ``refusal("EntityNotFoundException", "Database x not found.")``.

    :param members: further members of the error's shape
    """
    error = CommonServiceException(code, message, status_code=status, sender_fault=status < 500)
    for name, value in members.items():
        setattr(error, name, value)
    return error
