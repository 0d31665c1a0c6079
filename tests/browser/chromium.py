"""Finds a Chromium for the tests, and gets one where there is none: `python -m tests.browser.chromium`.

An installed one first, else Playwright's own, else the system's package manager. A machine without any is a
failure, not a skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Where a usable Chromium is: named by CHROMIUM, installed, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    installed = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    return installed or _playwrights_own()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _get_from_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _get_from_system() -> None:
    if shutil.which("apt-get") is None:
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        subprocess.run([*as_root, *command], check=False, env=environment)


def main() -> None:
    for get in (_get_from_playwright, _get_from_system):
        if find_chromium():
            break
        get()
    found = find_chromium()
    if found is None:
        sys.exit("The browser tests need a Chromium. Install one and name it in the variable CHROMIUM.")
    print(f"Chromium: {found}")


if __name__ == "__main__":
    main()
