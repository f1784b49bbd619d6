"""Objects in a bucket → the tables that Glue's crawler makes of them.

Each layout names the page of AWS's, or the published output of a real crawler, that its tables come from.
"""

import pytest

from tests.emulator.glue.crawling.layouts.folders import FOLDERS
from tests.emulator.glue.crawling.layouts.formats import FORMATS
from tests.emulator.glue.crawling.layouts.layout import Layout
from tests.emulator.glue.crawling.layouts.real import REAL
from tests.emulator.glue.crawling.support import Lab, columns, keys

LAYOUTS = [*FOLDERS, *FORMATS, *REAL]


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_layout(layout: Layout) -> None:
    lab = Lab(layout.objects)
    lab.crawl(layout.path, **layout.settings)
    found = {
        name: (columns(table), keys(table), set(lab.partitions(name)) if table["PartitionKeys"] else set())
        for name, table in lab.tables().items()
    }
    wanted = {
        name: table if isinstance(table, tuple) else (table, [], set())
        for name, table in layout.tables.items()
    }
    assert found == wanted


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_a_second_crawl_changes_nothing(layout: Layout) -> None:
    lab = Lab(layout.objects)
    lab.crawl(layout.path, **layout.settings)
    before = lab.tables()
    again = lab.crawl(layout.path, **layout.settings)
    assert again.changes == {}
    assert lab.tables() == before
