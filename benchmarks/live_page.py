"""A page in Chromium that notes when its pixels change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, ViewportSize, sync_playwright

from config.local.browser import find_browser

# Which video stands there in which revision and states.
SHOWN = """
() => [...document.querySelectorAll("main tr[data-asset]")].map((row) => [
  row.dataset.asset,
  row.dataset.r ?? "",
  ...[...row.querySelectorAll("[data-state]")].map((cell) => cell.dataset.state),
  ...[...row.querySelectorAll("td")].map((cell) => cell.className.replace("changed", "").trim()),
].join()).join("\\n")
"""
OPEN_SECONDS = 90.0
# So high that every video of `live.py` is in sight: what is not, changes no pixel.
VIEWPORT: ViewportSize = {"width": 1440, "height": 1300}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# `seen`: when a changed cell's words stood on the screen, as Chromium itself reports it (Element
# Timing: the moment at which the frame with them was presented). `moves`: each change of anything.
# All in milliseconds since 1970.
WATCH = """
() => {
  window.seen = [];
  window.moves = [];
  window.tell = null;
  const now = () => performance.timeOrigin + performance.now();
  const states = () => [...document.querySelectorAll("main [data-state], main td")]
    .map((cell) => cell.dataset.state ?? cell.className.replace("changed", "").trim()).join();
  let before = states();
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.seen.push(performance.timeOrigin + one.renderTime);
    window.tell?.(window.seen[0]);
  }).observe({ type: "element" });
  new MutationObserver((records) => {
    if (records.every((one) => one.target.parentElement?.closest("time, #live-sign"))) return;
    // What one answer changes comes in several pieces.
    if (!(now() - window.moves.at(-1) < 100)) window.moves.push(now());
    const after = states();
    if (after === before) return;
    before = after;
    // Before they are painted: this runs at the end of the task that put them in.
    for (const node of records.flatMap((one) => [...one.addedNodes])) {
      if (!(node instanceof Element)) continue;
      for (const part of [node, ...node.querySelectorAll("*")]) {
        part.setAttribute("elementtiming", "changed");
      }
    }
  }).observe(document.querySelector("main"),
    { subtree: true, childList: true, attributes: true, characterData: true });
}
"""
# Not asked again and again: that would cost the page, and the machine, a part of what is measured.
NEXT = """
(milliseconds) => new Promise((tell) => {
  if (window.seen.length) tell(window.seen[0]);
  window.tell = tell;
  setTimeout(() => tell(null), milliseconds);
})
"""


class Watched:
    def __init__(self, page: Page) -> None:
        self.page = page

    def forget(self) -> None:
        self.page.evaluate("() => { window.seen = []; window.moves = []; window.tell = null; }")

    def next_change(self, *, seconds: float) -> float | None:
        """Unix time at which it stood on the screen; None: there was none for so long."""
        seen = self.page.evaluate(NEXT, seconds * 1000)
        return None if seen is None else float(seen) / 1000

    def rows_address(self) -> str:
        """Of the matrix's rows, in its own columns; ids are to be added."""
        rows, query, codes = self.page.evaluate(
            "() => { const { rowsUrl, query, codes } = document.getElementById('matrix').dataset;"
            " return [rowsUrl, query, codes]; }"
        )
        return f"{rows}?{query}&codes={codes}"

    def most_moves_in_a_second(self) -> int:
        moves = self.page.evaluate("() => window.moves")
        return max((sum(at <= other < at + 1000 for other in moves) for at in moves), default=0)

    def is_exact(self) -> bool:
        """Whether it shows the same as when it is loaded anew."""
        before = self.page.evaluate(SHOWN)
        self.page.reload()
        return bool(self.page.evaluate(SHOWN) == before)


@contextmanager
def watched_page(url: str, *, cookie: str) -> Iterator[Watched]:
    """Open, signed in, with its stream up."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        try:
            context = browser.new_context(viewport=VIEWPORT)
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
            context.set_default_timeout(OPEN_SECONDS * 1000)
            page = context.new_page()
            page.goto(url)
            page.locator("#live-sign[data-stream=up]").wait_for(state="attached")
            page.wait_for_timeout(1500)
            page.evaluate(WATCH)
            yield Watched(page)
        finally:
            browser.close()
