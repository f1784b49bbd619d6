"""What the template imports after the first statement on an Iceberg table, so that later ones need not."""

import pyarrow.parquet
import pyiceberg.io.pyarrow

from localstack_lab.athena.iceberg import (
    changes,
    commits,
    creating,
    dropping,
    evolving,
    maintenance,
    tables,
    writing,
)

WARM = (
    *(changes, commits, creating, dropping, evolving, maintenance, tables, writing),
    *(pyarrow.parquet, pyiceberg.io.pyarrow),
)
