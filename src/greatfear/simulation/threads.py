"""Kernels side by side: they let go of the interpreter lock, so that plain threads are enough."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from greatfear.draws._jit import threads_now


def in_blocks(work: Callable[[int, int], object], total: int, block: int) -> None:
    """Call ``work(first, last)`` for blocks of 0 to `total`, on as many threads as `use_threads` has set.

    The blocks must not depend on one another: then the result is the same for any number of threads.
    """
    starts = range(0, total, block)
    if threads_now() == 1 or len(starts) == 1:
        work(0, total)
    else:
        list(_pool(threads_now()).map(lambda first: work(first, min(first + block, total)), starts))


@functools.cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return the threads; they wait between two days."""
    return ThreadPoolExecutor(threads, thread_name_prefix="greatfear")
