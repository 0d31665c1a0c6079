"""What a piece of work costs, in tests that compare costs: only this thread's, and no collection of others' garbage."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object]) -> float:
    """Seconds of computing. In a whole run a single full collection takes longer than what is measured."""
    gc.collect()
    gc.disable()
    try:
        began = time.thread_time()
        work()
        return time.thread_time() - began
    finally:
        gc.enable()
