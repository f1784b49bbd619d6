"""Step Functions: a Map runs its items on as many threads as help, and any number of items.

Slow upstream: without MaxConcurrency a Map starts one thread per item, all at once; a thousand of them
fight for one processor. With MaxConcurrency a worker calls itself for the next item, so that a Map with
more than some 900 items per worker ends in a RecursionError.

Same answers: an inline Map on AWS runs up to 40 items at a time
(https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html), and so does this one. A
distributed Map runs up to 10,000; here it starts with 40 and doubles whenever no item has ended for a
moment, so that items that wait for one another, or only for the clock, still all run at the same time. A
loop takes the place of the recursion.
"""

from types import ModuleType
from typing import Any

from localstack_lab.tuning.patch import Patch, TargetChanged
from localstack_lab.tuning.state_threads import Unregistered

UNLIMITED = 0
INLINE_LIMIT = 40
DISTRIBUTED_LIMIT = 10_000
PATIENCE = 0.25
"""Seconds without an end of any item after which more workers are started."""


def loop_over_jobs(upstream: Any) -> Any:
    """``_eval_pool(job, worker_frame)`` that takes the next job in a loop.

    Upstream's function does one job, and calls ``self._eval_pool`` for the next one as the last thing it
    does. During such a call of upstream's, ``self._eval_pool`` only notes what it was asked for.
    """

    def eval_pool(self: Any, job: Any, worker_frame: Any) -> None:
        asked: list[tuple[Any, Any]] = [(job, worker_frame)]

        def note(job: Any, worker_frame: Any) -> None:
            asked.append((job, worker_frame))

        self._eval_pool = note
        try:
            while asked:
                upstream(self, *asked.pop())
        finally:
            del self._eval_pool

    return eval_pool


def _change_loop(class_name: str) -> Any:
    def change(patch: Patch, module: ModuleType) -> None:
        worker = module.__dict__.get(class_name)
        if worker is None:
            raise TargetChanged(f"{module.__name__} has no '{class_name}'")
        patch.replace(worker, "_eval_pool", loop_over_jobs)

    return change


def staff(component: Any, env: Any, eval_input: Any, pool: Any, wanted: int, first: int) -> None:
    """Start ``first`` workers, and more up to ``wanted`` as long as no item ends, until all items have."""
    started = 0
    target = min(wanted, first)
    done = -1
    while True:
        for _ in range(target - started):
            component._launch_worker(env=env, eval_input=eval_input, job_pool=pool)
        started = target
        if started >= wanted:
            pool.await_jobs()
            return
        if pool._is_terminated() or pool._termination_event.wait(PATIENCE):
            return
        ended = len(pool._closed_jobs)
        if ended == done:
            target = min(wanted, started * 2)
        done = ended


def outputs_of(pool: Any) -> list[Any]:
    """The outputs in the order of the items; raises what ended a worker."""
    error = pool.get_worker_exception()
    if error is not None:
        raise error
    return [closed.job_output for closed in pool.get_closed_jobs()]


def _change_inline(patch: Patch, module: ModuleType) -> None:
    component = module.__dict__.get("InlineIterationComponent")
    if component is None or "DEFAULT_MAX_CONCURRENCY_VALUE" not in module.__dict__:
        raise TargetChanged(f"{module.__name__} iterates in another way")

    def eval_body(self: Any, env: Any) -> None:
        given = env.stack.pop()
        pool = module.JobPool(job_program=self._get_iteration_program(), job_inputs=given.input_items)
        limit = given.max_concurrency if given.max_concurrency != UNLIMITED else INLINE_LIMIT
        wanted = min(limit, INLINE_LIMIT, len(given.input_items))
        staff(self, env, given, pool, wanted, wanted)
        env.stack.append(outputs_of(pool))

    patch.replace(component, "_eval_body", lambda _: eval_body)
    patch.replace(module, "TMP_THREADS", lambda _: Unregistered())


def _change_distributed(patch: Patch, module: ModuleType) -> None:
    component = module.__dict__.get("DistributedIterationComponent")
    if component is None or "DEFAULT_MAX_CONCURRENCY_VALUE" not in module.__dict__:
        raise TargetChanged(f"{module.__name__} iterates in another way")

    def map_run(self: Any, env: Any, eval_input: Any) -> None:
        items = env.stack.pop()
        pool = module.JobPool(job_program=self._get_iteration_program(), job_inputs=items)
        limit = eval_input.map_run_record.max_concurrency
        wanted = min(limit if limit != UNLIMITED else DISTRIBUTED_LIMIT, DISTRIBUTED_LIMIT, len(items))
        staff(self, env, eval_input, pool, wanted, INLINE_LIMIT)
        env.stack.append(outputs_of(pool))

    patch.replace(component, "_map_run", lambda _: map_run)


_ITERATION = "localstack.services.stepfunctions.asl.component.state.state_execution.state_map.iteration"

PATCHES = [
    Patch("inline Map's workers", f"{_ITERATION}.inline_iteration_component", _change_inline),
    Patch("distributed Map's workers", f"{_ITERATION}.distributed_iteration_component", _change_distributed),
    Patch("Map's loop", f"{_ITERATION}.iteration_worker", _change_loop("IterationWorker")),
    Patch(
        "distributed Map's loop",
        f"{_ITERATION}.itemprocessor.distributed_item_processor_worker",
        _change_loop("DistributedItemProcessorWorker"),
    ),
    Patch(
        "distributed iterator's loop",
        f"{_ITERATION}.iterator.distributed_iterator_worker",
        _change_loop("DistributedIteratorWorker"),
    ),
]
