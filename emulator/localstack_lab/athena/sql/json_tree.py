"""The functions of SQL/JSON as the parser makes them of a statement.

https://trino.io/docs/current/functions/json.html
"""

from dataclasses import dataclass, field

from localstack_lab.athena.sql.tree import Literal, Node
from localstack_lab.athena.sql.type_text import TypeText


@dataclass(slots=True, eq=False)
class JsonInput(Node):
    """`value FORMAT JSON ENCODING …`; `format` is JSON, UTF8, UTF16, UTF32 or None for no FORMAT."""

    value: Node
    format: str | None = None


@dataclass(slots=True, eq=False)
class SqlJson(Node):
    """JSON_EXISTS, JSON_QUERY, JSON_VALUE, JSON_ARRAY or JSON_OBJECT with the clauses that are written.

    `inputs` are the document and what is passed under `names`, or the elements; a clause that is not written
    is None or empty.
    """

    name: str
    inputs: list[JsonInput]
    names: list[str] = field(default_factory=list)
    keys: list[Node] = field(default_factory=list)
    path: Literal | None = None
    returning: TypeText | None = None
    output: str | None = None
    wrapper: str = ""
    quotes: str = ""
    empty: str = ""
    error: str = ""
    empty_default: Node | None = None
    error_default: Node | None = None
    nulls: str = ""
    unique: bool = False
