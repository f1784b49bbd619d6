"""The saved queries of the pipelines: a file of SQL each, with the table's and the key's name left open."""

from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it is saved.

    :param description: its first line, the comment
    """

    name: str
    text: str
    description: str


def queries(*, table: str, key: str) -> list[Query]:
    """Every query for one pipeline, by name.

    :param table: in which each line is one change of an order
    :param key: its column with the order's id
    """
    found = []
    for file in sorted(resources.files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            text = file.read_text("utf-8").format(table=table, key=key).strip()
            description = text.partition("\n")[0].removeprefix("-- ")
            found.append(Query(file.name.removesuffix(".sql"), text, description))
    return found
