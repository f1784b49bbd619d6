"""The emulator as a whole: its start, the demo, its memory."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import contestants
from benchmarks.contestants import Contestant, Lab, NotThere, free_port
from benchmarks.measures.base import Measure
from benchmarks.memory import tree_mib, tree_size
from benchmarks.workload import Clients

ROOT = Path(__file__).parents[2]


class Start(Measure):
    name = "start"
    title = "up to healthy, warm cache"
    unit = "s"
    goal = 3.0

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        another = another_of(contestant)
        try:
            return another.start()
        finally:
            another.stop()


def another_of(contestant: Contestant, settings: dict[str, str] | None = None) -> Contestant:
    """A second instance, apart from the one that the other measurements use.

    :param settings: for the lab; a peer has none of them
    """
    if contestant.name == "lab":
        return Lab(settings)
    return {"ministack": contestants.ministack, "moto": contestants.moto_server}[contestant.name]()


class Demo(Measure):
    name = "demo"
    title = "make demo when set up"
    unit = "s"
    goal = 20.0

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        if contestant.name != "lab":
            raise NotThere("it has no demo")
        with tempfile.TemporaryDirectory(prefix="lab-bench-demo-") as folder:
            place = ["--port", str(free_port()), "--home", f"{folder}/home"]
            began = time.monotonic()
            done = self._lab("demo", *place)
            seconds = time.monotonic() - began
            self._lab("down", *place, "--purge")
        if done.returncode != 0:
            raise NotThere(f"the demo ended with {done.returncode}: {done.stderr.strip()[-200:]}")
        return seconds

    @staticmethod
    def _lab(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "lab", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )


class Memory(Measure):
    """After everything else, each service of the suite called, and its functions deleted as tests do.

    A warm Lambda environment is a process that is kept for a while; what all weighs with them is in the
    notes.
    """

    name = "memory"
    title = "resident memory after all this, functions deleted (RSS, process tree)"
    unit = "MiB"
    goal = 400.0
    rounds = 1

    CALLS = (
        ("sts", "get_caller_identity"),
        ("iam", "list_roles"),
        ("s3", "list_buckets"),
        ("events", "list_rules"),
        ("stepfunctions", "list_state_machines"),
        ("lambda", "list_functions"),
        ("dynamodb", "list_tables"),
        ("kinesis", "list_streams"),
        ("sqs", "list_queues"),
        ("logs", "describe_log_groups"),
        ("cloudwatch", "list_metrics"),
    )
    SETTLED = 2.0
    """Seconds without an end of any process."""

    def __init__(self) -> None:
        self.weighed: dict[str, dict[str, int]] = {}

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        for service, operation in self.CALLS:
            getattr(clients(service), operation)()
        warm_rss, warm_pss = tree_mib(contestant.pid)
        functions = clients("lambda")
        for page in functions.get_paginator("list_functions").paginate():
            for function in page["Functions"]:
                functions.delete_function(FunctionName=function["FunctionName"])
        self._settle(contestant.pid)
        rss, pss = tree_mib(contestant.pid)
        self.weighed[contestant.name] = {
            "PSS": round(pss),
            "RSS with warm functions": round(warm_rss),
            "PSS with warm functions": round(warm_pss),
        }
        return rss

    def _settle(self, pid: int) -> None:
        count, since = tree_size(pid), time.monotonic()
        while time.monotonic() - since < self.SETTLED:
            time.sleep(0.1)
            if (now := tree_size(pid)) != count:
                count, since = now, time.monotonic()

    def notes(self) -> list[str]:
        """PSS, which counts shared pages once, and what there was before the functions were deleted."""
        return [
            f"{name}: " + ", ".join(f"{what} {value} MiB" for what, value in figures.items())
            for name, figures in self.weighed.items()
        ]
