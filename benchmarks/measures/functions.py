"""Lambda: a function that is warm, and one that never ran."""

import statistics

from benchmarks.contestants import Contestant
from benchmarks.measures.base import Measure
from benchmarks.workload import Clients, create_function, invoke, timed


class LambdaWarm(Measure):
    name = "lambda-warm"
    title = "Lambda warm invoke, p50"
    unit = "ms"
    goal = 10.0
    CALLS = 40

    def __init__(self) -> None:
        self._functions: dict[str, str] = {}

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        self._functions[contestant.name] = name = create_function(clients)
        for _ in range(5):
            invoke(clients, name)

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        name = self._functions[contestant.name]
        return statistics.median(timed(lambda: invoke(clients, name)) for _ in range(self.CALLS))


class LambdaCold(Measure):
    name = "lambda-cold"
    title = "Lambda cold start (first invoke)"
    unit = "ms"
    goal = 300.0
    FUNCTIONS = 3

    def prepare(self, contestant: Contestant, clients: Clients) -> None:
        name = create_function(clients)
        invoke(clients, name)  # what is loaded once per emulator is not a function's
        clients("lambda").delete_function(FunctionName=name)

    def sample(self, contestant: Contestant, clients: Clients, number: int) -> float:
        times = []
        for _ in range(self.FUNCTIONS):
            name = create_function(clients)
            times.append(timed(lambda name=name: invoke(clients, name)))
            clients("lambda").delete_function(FunctionName=name)  # or its environment would be weighed later
        return statistics.median(times)
