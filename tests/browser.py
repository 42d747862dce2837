"""pytest plugin: finds the browser of the tests; without one, prints the skipped tests at the end of a run."""

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

NO_BROWSER = "no browser is installed"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = """\
To run them, install Chromium (Debian: apt-get install chromium), or name one with CHROMIUM=/path/to/chromium, or let `bin/browser fetch`
download one. Then run `make test` again.
"""


def find_browser(own: str) -> str | None:
    """Return the path of CHROMIUM, otherwise of a browser on the PATH or of Playwright's `own`.

    `make test` sets CHROMIUM to an empty string if `bin/browser` found none that runs.
    """
    if "CHROMIUM" in os.environ:
        return os.environ["CHROMIUM"] or None
    return next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else None)


def skipped_modules(reports: Iterable[pytest.TestReport]) -> Counter[str]:
    """Return the number of tests skipped for lack of a browser, by the path of their module."""
    return Counter(
        report.nodeid.partition("::")[0]
        for report in reports
        if isinstance(report.longrepr, tuple) and NO_BROWSER in report.longrepr[2]
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the skipped tests after all other output."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    modules = skipped_modules(reporter.stats.get("skipped", []))
    if modules:
        reporter.write_line(
            f"\nNOT RUN: {modules.total()} browser tests, because {NO_BROWSER}:", yellow=True, bold=True
        )
        for module, count in sorted(modules.items()):
            reporter.write_line(f"  {module}: {count}")
        reporter.write(REMEDY)
