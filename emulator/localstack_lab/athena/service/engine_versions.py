"""Engine versions.

https://docs.aws.amazon.com/athena/latest/ug/engine-versions.html
"""

from localstack.aws.api import RequestContext, handler

from localstack_lab.api.service import LabProvider, Members
from localstack_lab.athena import paging
from localstack_lab.athena.service.work_groups import ENGINE_VERSIONS
from localstack_lab.athena.store import AUTO


class EngineVersions(LabProvider):
    """Version 3 alone; Spark is not here, so that it is not listed."""

    @handler("ListEngineVersions", expand=False)
    def list_engine_versions(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/athena/latest/APIReference/API_ListEngineVersions.html"""
        versions = [AUTO | {"SelectedEngineVersion": version} for version in ENGINE_VERSIONS]
        return paging.answer("EngineVersions", versions, request, 10)
