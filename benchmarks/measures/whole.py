"""The emulator as a whole: its start, the demo, its memory."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import contestants
from benchmarks.contestants import Contestant, Lab, NotThere, free_port
from benchmarks.measures.base import Measure
from benchmarks.memory import tree_mib
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


def another_of(contestant: Contestant) -> Contestant:
    """A second instance, apart from the one that the other measurements use."""
    makers = {"lab": Lab, "ministack": contestants.ministack, "moto": contestants.moto_server}
    return makers[contestant.name]()


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
    """After everything else: RSS over the process tree, after each service of the suite was called, too."""

    name = "memory"
    title = "resident memory after all this (RSS, process tree)"
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

    def __init__(self) -> None:
        self.pss: dict[str, float] = {}

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        for service, operation in self.CALLS:
            getattr(clients(service), operation)()
        rss, self.pss[contestant.name] = tree_mib(contestant.pid)
        return rss

    def notes(self) -> str:
        """PSS, which counts shared pages once, as a sentence."""
        return json.dumps({name: round(value) for name, value in self.pss.items()})
