"""`make test-container`: the compose file for real, and the integration suite against it.

``python -m tests.container [pytest arguments…]`` builds the image, brings the lab up under a project name and
a port of its own, runs ``tests/integration``, takes it down again and fails if anything of it is left.
"""

import os
import subprocess
import sys
import uuid
from pathlib import Path

from lab.health import free_port
from tests.support.settings import SUITE_SETTINGS

ROOT = Path(__file__).parents[1]
NEEDS_THE_LABS_OWN_PROCESS = "not embedded"


def compose(project: str, port: int, *arguments: str) -> int:
    """Run ``docker compose`` on the project's file; its output is shown as it comes."""
    command = ["docker", "compose", "--project-name", project, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | SUITE_SETTINGS | {"LAB_PORT": str(port)}
    ).returncode


def left_over(project: str) -> list[str]:
    """Containers, volumes and networks that still carry the project's label."""
    label = f"label=com.docker.compose.project={project}"
    found = []
    for kind, listing in (
        ("container", ["ps", "--all", "--format", "{{.Names}}"]),
        ("volume", ["volume", "ls", "--format", "{{.Name}}"]),
        ("network", ["network", "ls", "--format", "{{.Name}}"]),
    ):
        answer = subprocess.run(
            ["docker", *listing, "--filter", label], capture_output=True, text=True, check=True
        )
        found += [f"{kind} {name}" for name in answer.stdout.split()]
    return found


def main(arguments: list[str]) -> int:
    """Answers pytest's exit code, or 1 when the container does not come up or leaves something behind."""
    project, port = f"sales-data-lab-test-{uuid.uuid4().hex[:8]}", free_port()
    try:
        if compose(project, port, "up", "--build", "--detach", "--wait"):
            compose(project, port, "logs", "--tail", "60")
            sys.stderr.write("The container did not become healthy.\n")
            return 1
        suite = [sys.executable, "-m", "pytest", "tests/integration", "-m", NEEDS_THE_LABS_OWN_PROCESS]
        environment = os.environ | {"LAB_TEST_ENDPOINT": f"http://127.0.0.1:{port}"}
        tested = subprocess.run([*suite, *arguments], cwd=ROOT, env=environment).returncode
        if tested:
            compose(project, port, "logs", "--tail", "60")
    finally:
        compose(project, port, "down", "--volumes")
    left = left_over(project)
    if left:
        sys.stderr.write(f"docker compose down -v left: {', '.join(left)}\n")
    return tested or int(bool(left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
