"""The Data Catalog in this process, for crawlers, Athena and Firehose: no HTTP between."""

from localstack_lab.glue.functions import Functions
from localstack_lab.glue.indexes import Indexes
from localstack_lab.glue.search import Search
from localstack_lab.glue.statistics import Statistics
from localstack_lab.glue.versions import Versions


class Catalog(Indexes, Statistics, Versions, Search, Functions):
    """The catalog of one account and region.

    Methods are the API's operations by boto3's names, with boto3's keywords, answers and exceptions (their
    `code` and `message`); lists come whole unless MaxResults is given. Times are aware datetimes.
    """


def catalog(account: str, region: str, caller: str = "") -> Catalog:
    """The catalog of an account in a region, such as ``catalog("000000000000", "us-east-1")``.

    :param caller: the ARN that tables are CreatedBy
    """
    return Catalog(account, region, caller)


PAGES = {
    "GetDatabases": 100,
    "GetTables": 100,
    "GetPartitions": 1000,
    "GetTableVersions": 100,
    "SearchTables": 100,
    "GetUserDefinedFunctions": 100,
}
"""How many entries a page has over HTTP where the request does not say."""
