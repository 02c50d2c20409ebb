"""What a page must not do while a test drives it."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request, Response

# A page that goes on to the next one cuts what it was still fetching; that is no fault of its.
CUT = "net::ERR_ABORTED"
# Some tests have no edge: pages then ask by themselves, which is what they are made for. Whether
# streams work where there is one is asked in test_live.
NO_EDGE = ("/streams/", "net::ERR_CONNECTION_REFUSED")


class Problems:
    """Console errors, breaches of the content security policy, failed and refused requests.

    A test that provokes one names a part of its text first: `problems.expect("404")`.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._expected: list[str] = []

    def expect(self, *parts: str) -> None:
        self._expected += parts

    def unexpected(self) -> list[str]:
        return [text for text in self.seen if not any(part in text for part in self._expected)]

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser's own note on a refused request comes without the request: _answered has it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.seen.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        stream, refused = NO_EDGE
        has_no_edge = stream in request.url and request.failure == refused
        if request.failure != CUT and not has_no_edge:
            self.seen.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            request = response.request
            self.seen.append(f"refused: {request.method} {request.url}: {response.status}")
