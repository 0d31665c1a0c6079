"""Waiting for something to be so, in tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def until(is_so: Callable[[], object], seconds: float = 20, every: float = 0.01) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(every)


def finish(work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` comes to, on a loop in a thread of its own: in this thread Playwright's may be running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
