"""Measures a page: bytes transferred, requests, layout shift, and largest contentful paint on a slow phone."""

from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
# Lighthouse's slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms round trip; a quarter of the processor speed.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 768_000 / 8}
SLOWER = 4
OBSERVE = """
window.auditShift = 0;
window.auditPaint = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.auditShift += entry.value;
}).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.auditPaint = entry.startTime;
}).observe({type: 'largest-contentful-paint', buffered: true});
"""


class Wire:
    """Counts the transferred bytes and the requests of a page."""

    def __init__(self, page: Page) -> None:
        self.forget()
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._record_request)
        self.session.on("Network.loadingFinished", self._record_size)

    def forget(self) -> None:
        """Reset the counts."""
        self.bytes = 0
        self.addresses: list[str] = []

    def _record_request(self, event: dict[str, Any]) -> None:
        self.addresses.append(event["request"]["url"])

    def _record_size(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])


def weigh(browser: Browser, url: str, site: str) -> tuple[list[tuple[str, str]], dict[str, float]]:
    """Open `url` twice as a phone. Return the values over their bars, and all figures."""
    context = browser.new_context(**PHONE)
    faults: list[tuple[str, str]] = []
    figures: dict[str, float] = {}
    page = context.new_page()
    page.add_init_script(OBSERVE)
    wire = Wire(page)
    for visit, most in (("first", 120), ("repeat", 20)):
        wire.forget()
        # A reload requests the page again, although a browser may cache it for a minute.
        page.goto(url, wait_until="networkidle") if visit == "first" else page.reload(wait_until="networkidle")
        kilobytes = round(wire.bytes / 1024, 1)
        figures |= {f"{visit} KB": kilobytes, f"{visit} requests": len(wire.addresses)}
        if kilobytes > most:
            faults.append((f"{visit} visit", f"{kilobytes} KB of {most}"))
        faults += [
            ("third party", address) for address in wire.addresses if not address.startswith((site, "data:", "blob:"))
        ]
        shift = page.evaluate("window.auditShift")
        figures["shift"] = max(figures.get("shift", 0), round(shift, 4))
    if figures["shift"] > 0.001:
        faults.append(("layout shift", str(figures["shift"])))
    faults += [("cookie", str(cookie["name"])) for cookie in context.cookies()]
    context.close()
    return faults, figures


def paint(browser: Browser, url: str) -> float:
    """Return the milliseconds to the largest contentful paint on a slow phone, first visit."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.add_init_script(OBSERVE)
    wire = Wire(page)
    wire.session.send("Network.emulateNetworkConditions", SLOW)
    wire.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="networkidle")
    painted: float = page.evaluate("window.auditPaint")
    context.close()
    return painted
