"""What a running lab leaves in its home, so that another terminal finds it."""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LabState:
    """The contents of ``lab.json``.

    :ivar runtime: ``embedded`` or ``container``
    :ivar port: the gateway's port on 127.0.0.1
    :ivar pid: process id of LocalStack (0 for a container)
    :ivar created: when the operating system says that process was created, seconds since 1970; it tells our
        process from a later one that got the same id
    :ivar container: the container's id ("" when embedded)
    :ivar settings: LocalStack settings that were given on the command line
    """

    runtime: str
    port: int
    pid: int
    created: float
    container: str = ""
    settings: dict[str, str] = dataclasses.field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write the file in one step: a reader sees the old one or the new one, never half of it."""
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n", "utf-8")
        os.replace(draft, path)

    @classmethod
    def read(cls, path: Path) -> "LabState | None":
        """The state in `path`; None when there is none, or when it is not one that this version wrote."""
        try:
            fields = json.loads(path.read_text("utf-8"))
            return cls(**fields)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, TypeError):  # a damaged file tells no more than a missing one
            return None
