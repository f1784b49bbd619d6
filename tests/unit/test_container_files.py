"""The container files agree with the rest of the project: what is tested in one is what runs in the other."""

import itertools
import re
import tomllib
from pathlib import Path

from lab.environment import FIXED_SETTINGS

ROOT = Path(__file__).parents[2]


LOCKED = {p["name"]: p for p in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]}


def needed(*wanted: tuple[str, tuple[str, ...]]) -> set[str]:
    """What the lock installs for packages, each with its extras, but for what only Windows needs."""
    todo, done = list(wanted), set()
    while todo:
        name, extras = one = todo.pop()
        if one in done:
            continue
        done.add(one)
        package = LOCKED[name]
        asked = [package.get("dependencies", [])]
        asked += [package["optional-dependencies"][extra] for extra in extras]
        todo += [
            (each["name"], tuple(each.get("extra", ())))
            for each in itertools.chain(*asked)
            if each.get("marker") != "sys_platform == 'win32'"
        ]
    return {name for name, _ in done}


def test_the_image_adds_the_versions_of_the_lock() -> None:
    """All that the emulator and the generator need and LocalStack's own image has not, and nothing else."""
    pins = dict(
        re.findall(r"^([a-z0-9-]+)==(.+)$", (ROOT / "container/constraints.txt").read_text("utf-8"), re.M)
    )
    image = needed(("localstack", ()), ("localstack-core", ("runtime",)))
    added = needed(("localstack-lab", ()), ("faker", ())) - image - {"localstack-lab"}

    assert added
    assert pins == {name: LOCKED[name]["version"] for name in added}


def test_the_image_starts_from_the_locked_localstack() -> None:
    assert f"localstack/localstack:{LOCKED['localstack-core']['version']}" in (ROOT / "Dockerfile").read_text(
        "utf-8"
    )


def test_the_image_has_the_settings_of_the_embedded_lab() -> None:
    outside_only = {"OVERRIDE_IN_DOCKER"}  # in the container LocalStack is in its own
    wanted = {name: value for name, value in FIXED_SETTINGS.items() if name not in outside_only}
    block = re.search(r"^ENV ((?:.+\\\n)*.+)$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    assert block
    given = dict(re.findall(r"([A-Z_0-9]+)=(\S+)", block[1]))
    assert wanted.items() <= given.items()


def test_the_compose_file_publishes_on_the_loopback_only_and_mounts_no_docker_socket() -> None:
    lines = [
        line
        for line in (ROOT / "docker-compose.yml").read_text("utf-8").splitlines()
        if not line.lstrip().startswith("#")
    ]
    published = [line for line in lines if re.search(r":\d+\"?$", line)]
    assert published
    assert all("127.0.0.1:" in line for line in published)
    assert "docker.sock" not in "\n".join(lines)
