"""What `lab doctor` looks at. Each check looks at one thing, and says what to do when it is not right."""

import os
import shutil
import socket
import sys
import tomllib
from dataclasses import dataclass
from enum import StrEnum

import psutil

from lab import processes
from lab.errors import EnvironmentUnfit
from lab.fitness import SETUP, installed, require_fit
from lab.health import answers
from lab.home import Home, base_folder, checkout
from lab.runtime import Phase, Runtime
from lab.runtimes import every_runtime, runtime

DISK_NEEDED = 1_000_000_000
MEMORY_NEEDED = 1_000_000_000
FILES_NEEDED = 1024
MUST_NOT_MOVE = {
    "boto3": "1.42.54",
    "botocore": "1.42.54",
    "cbor2": "5.8.0",
    "localstack-core": "4.14.0",
    "moto-ext": "5.1.24",
    "protobuf": "6.33.5",
    "pyopenssl": "25.3.0",
}
"""LocalStack 4.14.0's own versions of what is known to break it; a checkout states all of them."""


class Verdict(StrEnum):
    """How much it matters."""

    OK = "ok"
    WARN = "warn"  # the lab works; something around it may not
    FAIL = "fail"  # the lab cannot work


@dataclass(frozen=True)
class Check:
    """One line of `lab doctor`."""

    name: str
    verdict: Verdict
    text: str
    remedy: str = ""


def python() -> Check:
    """LocalStack 4.14.0 runs on Python 3.13 only: on others most services fail at their first call."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    try:
        require_fit()
    except EnvironmentUnfit as error:
        return Check("python", Verdict.FAIL, error.message, error.remedy)
    return Check("python", Verdict.OK, f"Python {version}, LocalStack and the emulator are installed")


def pins() -> dict[str, str]:
    """Distribution → the version that LocalStack was released with."""
    root = checkout()
    if root is None:
        return MUST_NOT_MOVE
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    constraints = project.get("tool", {}).get("uv", {}).get("constraint-dependencies", [])
    return {**MUST_NOT_MOVE, **dict(entry.split("==", 1) for entry in constraints if "==" in entry)}


def packages() -> Check:
    """Newer versions of some dependencies break LocalStack, without a word at start."""
    wanted = pins()
    moved = {
        name: found for name, version in wanted.items() if (found := installed(name)) not in (None, version)
    }
    if moved:
        named = ", ".join(
            f"{name} {found} instead of {wanted[name]}" for name, found in sorted(moved.items())
        )
        return Check("packages", Verdict.FAIL, f"not what LocalStack was released with: {named}", SETUP)
    return Check("packages", Verdict.OK, f"all of LocalStack's {len(wanted)} pins hold")


def _phase(lab: Runtime) -> Phase:
    """A container's phase is unknown without Docker; it is as good as stopped then."""
    try:
        return lab.status().phase
    except EnvironmentUnfit:
        return Phase.STOPPED


def port(number: int, home: Home) -> Check:
    """The lab's port: free, ours, or another's."""
    if _phase(runtime(number, home.root)) is Phase.RUNNING:
        return Check("port", Verdict.OK, f"{number} is this lab's, which runs")
    if not answers(number):
        return Check("port", Verdict.OK, f"{number} is free")
    owner = processes.port_owner(number)
    return Check(
        "port",
        Verdict.FAIL,
        f"{number} is taken by {owner}",
        "End that process, or give the lab another --port.",
    )


def disk(home: Home) -> Check:
    """S3 objects and function packages go to the lab's folder."""
    folder = home.root
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        return Check("disk", Verdict.FAIL, f"{folder} cannot be written to", "Choose a folder with --home.")
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free in {folder}"
    if free < DISK_NEEDED:
        return Check("disk", Verdict.WARN, text, "Make room, or choose a folder elsewhere with --home.")
    return Check("disk", Verdict.OK, text)


def memory() -> Check:
    """An idle lab takes 130 MB, a busy one 400 MB."""
    free = psutil.virtual_memory().available
    if free < MEMORY_NEEDED:
        return Check("memory", Verdict.WARN, f"only {free / 1e6:.0f} MB free", "Close what you do not need.")
    return Check("memory", Verdict.OK, f"{free / 1e9:.1f} GB free")


def open_files() -> Check:
    """Each connection and each Lambda process takes some."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit < FILES_NEEDED:
        return Check("open files", Verdict.WARN, f"at most {limit}", f"Run `ulimit -n {FILES_NEEDED}` first.")
    return Check("open files", Verdict.OK, f"up to {limit}")


def localhost() -> Check:
    """Queue URLs name `localhost`. Nothing else is ever looked up, so the lab needs no name server."""
    try:
        addresses = {entry[4][0] for entry in socket.getaddrinfo("localhost", None, socket.AF_INET)}
    except OSError:
        addresses = set()
    if "127.0.0.1" not in addresses:
        return Check(
            "names",
            Verdict.WARN,
            "`localhost` does not mean 127.0.0.1",
            "Add the line `127.0.0.1 localhost` to /etc/hosts.",
        )
    return Check("names", Verdict.OK, "`localhost` is 127.0.0.1; no other name is needed, and no network")


def proxies() -> Check:
    """The lab's own clients ignore proxies; awslocal, curl and the user's own boto3 code do not."""
    variables = {name.lower(): value for name, value in os.environ.items()}
    proxy = [name for name in ("http_proxy", "https_proxy", "all_proxy") if variables.get(name)]
    if not proxy:
        return Check("proxies", Verdict.OK, "none in the environment")
    spared = {entry.strip() for entry in variables.get("no_proxy", "").split(",")}
    if "*" in spared or {"127.0.0.1", "localhost"} <= spared:
        return Check("proxies", Verdict.OK, f"{', '.join(proxy)} is set and spares the lab")
    return Check(
        "proxies",
        Verdict.WARN,
        f"{', '.join(proxy)} is set, and NO_PROXY does not name the lab",
        "For awslocal, curl and code of your own: export NO_PROXY=127.0.0.1,localhost",
    )


def aws_variables() -> Check:
    """The lab reads none of them, but a plain `aws` or boto3 beside it does."""
    present = sorted(name for name in os.environ if name.startswith("AWS_"))
    risky = [
        name
        for name in present
        if name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE")
        or name.startswith("AWS_ENDPOINT_URL")
    ]
    if risky:
        return Check(
            "AWS variables",
            Verdict.WARN,
            f"{', '.join(risky)} set: the lab never reads them, but `aws` and boto3 in this shell do",
            "Use `awslocal` for the lab, or unset them in this shell.",
        )
    return Check("AWS variables", Verdict.OK, "none that could point a client at real AWS")


def localstack_variables() -> Check:
    """LocalStack's settings in the environment are not taken over; `lab up --set` is."""
    present = sorted(
        name for name in os.environ if name.startswith(("LOCALSTACK_", "PROVIDER_OVERRIDE_", "GATEWAY_"))
    )
    if present:
        return Check(
            "LocalStack variables",
            Verdict.WARN,
            f"{', '.join(present)} set, and not passed on",
            "Give LocalStack settings with `lab up --set NAME=VALUE`.",
        )
    return Check("LocalStack variables", Verdict.OK, "none in the environment")


def leftovers() -> Check:
    """Labs that died, and what they may have left running."""
    dead = [one for one in every_runtime() if _phase(one) in (Phase.DEAD, Phase.UNHEALTHY)]
    orphans = []
    if base_folder().is_dir():
        for folder in sorted(base_folder().iterdir()):
            home = Home(folder)
            if folder.name.isdigit() and processes.lab_process_at(home) is None:
                orphans += processes.orphans(home)
    if not dead and not orphans:
        return Check("leftovers", Verdict.OK, "no dead lab, no stray process")
    parts = [f"a dead lab on port {one.port}" for one in dead]
    parts += [f"process {process.pid} of a lab that is gone" for process in orphans]
    return Check("leftovers", Verdict.WARN, "; ".join(parts), "`lab down --all` clears them away.")


def docker() -> Check:
    """Only `lab up --container` needs it."""
    from docker import DockerClient
    from docker.errors import DockerException

    absent = Check("docker", Verdict.OK, "not there, and not needed (only `lab up --container` uses it)")
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if host.startswith("unix://") and not _socket_answers(host.removeprefix("unix://")):
        return absent
    client = DockerClient.from_env(timeout=2, version="1.41")  # a version, or it asks before it can be closed
    try:
        version = client.api.version(api_version=False)["Version"]
    except (DockerException, OSError):  # requests' errors are OSErrors
        return absent
    finally:
        client.close()
    return Check("docker", Verdict.OK, f"Docker Engine {version}, for those who want `lab up --container`")


def _socket_answers(path: str) -> bool:
    """Asked before the SDK is: that does not close a socket to which it cannot connect."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(path) == 0


def all_checks(number: int, home: Home) -> list[Check]:
    """Every check, in the order in which a person would look."""
    return [
        python(),
        packages(),
        port(number, home),
        disk(home),
        memory(),
        open_files(),
        localhost(),
        proxies(),
        aws_variables(),
        localstack_variables(),
        leftovers(),
        docker(),
    ]
