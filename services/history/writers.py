"""Which server writes an answer, and whether that server still lives.

By heartbeat among machines; on the same machine the process table tells at once, so that a server that was
killed and started again finds its own dead replies without waiting.
"""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.history.records import new_id

SILENT_S: Final = 15.0
"""A server that has not been heard of for so long is taken for dead."""
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_PIDS: Final = Path("/proc/self/ns/pid")


def name_host() -> str:
    """This machine since it was started, and this container of it."""
    parts = [socket.gethostname()]
    if _BOOT_ID.exists():
        parts.append(_BOOT_ID.read_text().strip())
    if _PIDS.exists():
        parts.append(str(_PIDS.stat().st_ino))
    return ":".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """One server process."""

    id: str = field(default_factory=new_id)
    host: str = field(default_factory=name_host)
    pid: int = field(default_factory=os.getpid)


def is_dead(other: Writer, beat_at: float, me: Writer, now: float) -> bool:
    """Whether `other`, last heard of at `beat_at`, writes no more."""
    if other.id == me.id:
        return False
    if now - beat_at > SILENT_S:
        return True
    if other.host != me.host or sys.platform == "win32":
        return False
    return other.pid == me.pid or not _is_running(other.pid)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
