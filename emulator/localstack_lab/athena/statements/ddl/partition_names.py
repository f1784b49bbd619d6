"""Partition folders: ``key=value`` with Hive's escaping.

https://github.com/apache/hive/blob/master/common/src/java/org/apache/hadoop/hive/common/FileUtils.java
"""

from collections.abc import Sequence

from localstack_lab.lake.hive_paths import escape, unescape

__all__ = ["NULL", "escape", "name_of", "unescape"]

NULL = "__HIVE_DEFAULT_PARTITION__"


def name_of(keys: Sequence[str], values: Sequence[str]) -> str:
    """``key=value/key=value``."""
    return "/".join(f"{key}={escape(value)}" for key, value in zip(keys, values, strict=True))
