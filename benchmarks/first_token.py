"""From Enter to the first word of the answer visible in Chromium, beside the ten-line script.

Both talk to the same emulator in the same run, in turns, each time on a freshly loaded page. Prints medians
and their ratio. `python -m benchmarks.first_token [--rounds 30]`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.serving import running_server
from tests.running import KEY, running_emulator

DEPLOYMENT: Final = "paced-60x10"
WARM_UP: Final = 3

WATCH: Final = """() => {
  const box = document.querySelector("[data-testid=stChatInputTextArea]")
  window.firstWord = new Promise((resolve) => {
    let asked = 0
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") asked = performance.now() }, true)
    new MutationObserver(() => {
      const messages = document.querySelectorAll("[data-testid=stChatMessage]")
      if (messages.length > 1 && messages[1].innerText.includes("This")) resolve(performance.now() - asked)
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
}"""


def measure(page: Page, address: str) -> float:
    """Milliseconds from Enter to the first word, on a new page."""
    page.goto(address)
    box = page.get_by_test_id("stChatInputTextArea")
    box.wait_for()
    page.wait_for_timeout(300)
    page.evaluate(WATCH)
    box.fill("Hello")
    box.press("Enter")
    milliseconds = float(page.evaluate("() => window.firstWord"))
    page.wait_for_timeout(900)
    return milliseconds


def _row(name: str, measured: list[float]) -> str:
    ordered = sorted(measured)
    p95 = ordered[round(0.95 * (len(ordered) - 1))]
    return f"| {name} | {statistics.median(ordered):.0f} | {ordered[0]:.0f} | {p95:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        emulator = stack.enter_context(running_emulator(speed=1.0))
        azure = {"AZURE_OPENAI_ENDPOINT": emulator.address, "AZURE_OPENAI_API_KEY": KEY}
        ours = stack.enter_context(running_server(folder / "a", **azure, AZURE_OPENAI_DEPLOYMENTS=DEPLOYMENT))
        ten_lines = stack.enter_context(
            running_server(folder / "b", "benchmarks/ten_lines.py", **azure, BENCH_DEPLOYMENT=DEPLOYMENT)
        )
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = browser.new_page()
        measured: dict[str, list[float]] = {ours: [], ten_lines: []}
        for number in range(WARM_UP + rounds):
            for address, times in measured.items():
                milliseconds = measure(page, address)
                if number >= WARM_UP:
                    times.append(milliseconds)
        browser.close()
        ratio = statistics.median(measured[ours]) / statistics.median(measured[ten_lines])
        print(f"From Enter to the first word visible, {rounds} rounds, milliseconds\n")
        print("| | median | least | p95 |\n|---|---:|---:|---:|")
        print(_row("Seseragi", measured[ours]))
        print(_row("ten-line script", measured[ten_lines]))
        print(f"\nratio of the medians: {ratio:.2f} (bar: at most 1.0)")


if __name__ == "__main__":
    main()
