"""The parts that the parser makes of a statement: queries, relations, expressions. All know their place."""

from dataclasses import dataclass
from dataclasses import field as with_default

from localstack_lab.athena.sql.errors import Position
from localstack_lab.athena.sql.type_text import TypeText


@dataclass(slots=True, eq=False)
class Node:
    """Anything in a statement."""

    position: Position


# Expressions


@dataclass(slots=True, eq=False)
class Null(Node):
    """NULL."""


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A literal; `kind` is boolean, integer, decimal, double, string or binary."""

    kind: str
    value: str | bytes | bool


@dataclass(slots=True, eq=False)
class TypedLiteral(Node):
    """`DATE '2024-01-01'`: a type's name before a string."""

    type: str
    value: str


@dataclass(slots=True, eq=False)
class IntervalLiteral(Node):
    """`INTERVAL '2' DAY`."""

    value: str
    negative: bool
    start: str
    end: str | None


@dataclass(slots=True, eq=False)
class Parameter(Node):
    """`?`, counted from 0."""

    index: int


@dataclass(slots=True, eq=False)
class Identifier(Node):
    """A name by itself."""

    name: str
    quoted: bool = False


@dataclass(slots=True, eq=False)
class Dereference(Node):
    """`base.field`."""

    base: Node
    field: str


@dataclass(slots=True, eq=False)
class Subscript(Node):
    """`base[index]`."""

    base: Node
    index: Node


@dataclass(slots=True, eq=False)
class Lambda(Node):
    """`x -> …`."""

    parameters: list[str]
    body: Node


@dataclass(slots=True, eq=False)
class SortItem(Node):
    """An expression of ORDER BY. `nulls_first` is None where nothing is said."""

    expression: Node
    descending: bool
    nulls_first: bool | None


@dataclass(slots=True, eq=False)
class Bound(Node):
    """A bound of a frame; `kind` is such as UNBOUNDED PRECEDING, PRECEDING, CURRENT ROW."""

    kind: str
    value: Node | None = None


@dataclass(slots=True, eq=False)
class Frame(Node):
    """A window's frame."""

    unit: str
    start: Bound
    end: Bound | None


@dataclass(slots=True, eq=False)
class Window(Node):
    """OVER: a name, or a specification that may extend a named window."""

    name: str | None
    partition: list[Node]
    order: list[SortItem]
    frame: Frame | None
    bare: bool = False


@dataclass(slots=True, eq=False)
class Call(Node):
    """A function call; `star` is `count(*)`."""

    name: str
    arguments: list[Node]
    star: bool = False
    distinct: bool = False
    order: list[SortItem] | None = None
    filter: Node | None = None
    nulls: str | None = None
    over: Window | None = None


@dataclass(slots=True, eq=False)
class Cast(Node):
    """CAST, or TRY_CAST if `safe`."""

    value: Node
    type: TypeText
    safe: bool


@dataclass(slots=True, eq=False)
class Case(Node):
    """CASE, with an operand or searched."""

    operand: Node | None
    whens: list[tuple[Node, Node]]
    default: Node | None


@dataclass(slots=True, eq=False)
class Unary(Node):
    """`-x`, `+x`."""

    operator: str
    value: Node


@dataclass(slots=True, eq=False)
class Binary(Node):
    """`+ - * / % ||`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Comparison(Node):
    """`= <> < <= > >=`, or `IS DISTINCT FROM`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Quantified(Node):
    """`x = ANY (query)`."""

    operator: str
    quantifier: str
    value: Node
    query: "Query"


@dataclass(slots=True, eq=False)
class Between(Node):
    """`x BETWEEN a AND b`."""

    value: Node
    low: Node
    high: Node


@dataclass(slots=True, eq=False)
class InList(Node):
    """`x IN (a, b)`."""

    value: Node
    options: list[Node]


@dataclass(slots=True, eq=False)
class InQuery(Node):
    """`x IN (query)`."""

    value: Node
    query: "Query"


@dataclass(slots=True, eq=False)
class Like(Node):
    """`x LIKE pattern ESCAPE escape`."""

    value: Node
    pattern: Node
    escape: Node | None


@dataclass(slots=True, eq=False)
class IsNull(Node):
    """`x IS NULL`."""

    value: Node


@dataclass(slots=True, eq=False)
class Exists(Node):
    """`EXISTS (query)`."""

    query: "Query"


@dataclass(slots=True, eq=False)
class Logical(Node):
    """AND or OR over any number of terms."""

    operator: str
    terms: list[Node]


@dataclass(slots=True, eq=False)
class Not(Node):
    """NOT."""

    value: Node


@dataclass(slots=True, eq=False)
class AtTimeZone(Node):
    """`x AT TIME ZONE zone`."""

    value: Node
    zone: Node


@dataclass(slots=True, eq=False)
class Extract(Node):
    """`EXTRACT(field FROM x)`."""

    field: str
    value: Node


@dataclass(slots=True, eq=False)
class RowOf(Node):
    """`ROW(a, b)` or `(a, b)`."""

    items: list[Node]


@dataclass(slots=True, eq=False)
class ArrayOf(Node):
    """`ARRAY[a, b]`."""

    items: list[Node]


@dataclass(slots=True, eq=False)
class Subquery(Node):
    """A query as a value."""

    query: "Query"


@dataclass(slots=True, eq=False)
class Special(Node):
    """CURRENT_DATE and its like; `precision` where one is given."""

    name: str
    precision: int | None = None


@dataclass(slots=True, eq=False)
class Grouping(Node):
    """`GROUPING(a, b)`."""

    columns: list[Node]


# Relations


@dataclass(slots=True, eq=False)
class Period(Node):
    """`FOR TIMESTAMP AS OF value`, or VERSION: `kind`."""

    kind: str
    value: Node


@dataclass(slots=True, eq=False)
class Table(Node):
    """A table by its name, of one to three parts."""

    parts: list[str]
    period: Period | None = None


@dataclass(slots=True, eq=False)
class Derived(Node):
    """A query in FROM; LATERAL lets it see what stands before it."""

    query: "Query"
    lateral: bool = False


@dataclass(slots=True, eq=False)
class Unnest(Node):
    """UNNEST of arrays and maps."""

    items: list[Node]
    ordinality: bool


@dataclass(slots=True, eq=False)
class Aliased(Node):
    """`relation AS name (columns)`."""

    relation: Node
    name: str
    columns: list[str] | None


@dataclass(slots=True, eq=False)
class Sampled(Node):
    """`relation TABLESAMPLE BERNOULLI (10)`."""

    relation: Node
    method: str
    percentage: Node


@dataclass(slots=True, eq=False)
class Join(Node):
    """`kind` is CROSS, IMPLICIT (a comma), INNER, LEFT, RIGHT or FULL."""

    kind: str
    left: Node
    right: Node
    on: Node | None = None
    using: list[str] | None = None
    using_positions: list[Position] | None = None


# Queries


@dataclass(slots=True, eq=False)
class SelectItem(Node):
    """An expression of the select list."""

    expression: Node
    alias: str | None


@dataclass(slots=True, eq=False)
class AllColumns(Node):
    """`*`, `t.*`, or the fields of a row `expression.* AS (a, b)`."""

    target: Node | None
    aliases: list[str] | None = None


@dataclass(slots=True, eq=False)
class GroupElement(Node):
    """One element of GROUP BY: `kind` is SIMPLE, ROLLUP, CUBE or SETS; `sets` its lists of expressions."""

    kind: str
    sets: list[list[Node]]


@dataclass(slots=True, eq=False)
class Select(Node):
    """SELECT … FROM … WHERE … GROUP BY … HAVING … WINDOW …"""

    distinct: bool
    items: list[Node]
    source: Node | None
    where: Node | None
    group: list[GroupElement] | None
    group_distinct: bool
    having: Node | None
    windows: list[tuple[str, Window]]


@dataclass(slots=True, eq=False)
class SetOperation(Node):
    """UNION, INTERSECT, EXCEPT."""

    operator: str
    all: bool
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Values(Node):
    """VALUES rows; each is one expression, a row for several columns."""

    rows: list[Node]


@dataclass(slots=True, eq=False)
class TableBody(Node):
    """`TABLE name`."""

    table: Table


@dataclass(slots=True, eq=False)
class Named(Node):
    """A query of WITH; `column_positions` are those of `columns`."""

    name: str
    columns: list[str] | None
    query: "Query"
    column_positions: list[Position] = with_default(default_factory=list)


@dataclass(slots=True, eq=False)
class Query(Node):
    """A whole query. `limit` is None for none (also LIMIT ALL); `fetch` tells FETCH FIRST from LIMIT.

    `clauses` says where ORDER, OFFSET and LIMIT (also FETCH) stand.
    """

    with_: list[Named]
    recursive: bool
    body: Node
    order: list[SortItem]
    offset: Node | None = None
    limit: Node | None = None
    fetch: bool = False
    ties: bool = False
    clauses: dict[str, Position] = with_default(default_factory=dict)
