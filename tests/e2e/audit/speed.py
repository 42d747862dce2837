"""Measures the weight of every kind of public page, and the speed of five, with nothing else running."""

import json
import os
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.audit.crawling import Crawl
from tests.e2e.audit.installing import lighthouse
from tests.e2e.audit.result_file import ResultFile
from tests.e2e.audit.templates import first_of_each, keys_of, template_of
from tests.e2e.audit.weighing import paint, weigh
from tests.live_portal import Site

ATTEMPTS = 3
FIVE = ("home", "topic", "resource", "quiz", "report-form")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
MIN_SCORE = 98
LATEST_PAINT = 1200
# Forms are excluded from search engines on purpose.
HIDDEN = "is-crawlable"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"


@pytest.fixture(scope="module")
def firsts(public: Crawl) -> dict[str, str]:
    """Return {template: its first page in Serbian}."""
    shown = (path for path in public.pages() if path.startswith("/sr/") and not public.answers[path].is_file)
    return first_of_each(path for path in shown if template_of(path) and not keys_of(path))


def test_weights(
    site: Site, browser: Browser, firsts: dict[str, str], result_file: ResultFile, checks: set[str]
) -> None:
    if "weight" not in checks:
        pytest.skip("not selected")
    for template, path in firsts.items():
        if not result_file.is_clean("weight", template):
            faults, figures = weigh(browser, site.url + path, site.url)
            result_file.write("weight", template, faults, template=path, figures=figures)


@pytest.mark.parametrize("template", FIVE)
def test_paint(
    site: Site, browser: Browser, firsts: dict[str, str], result_file: ResultFile, checks: set[str], template: str
) -> None:
    if "paint" not in checks:
        pytest.skip("not selected")
    if result_file.is_clean("paint", template):
        return
    milliseconds = round(median(paint(browser, site.url + firsts[template]) for _turn in range(3)))
    faults = [("largest paint", f"{milliseconds} ms of {LATEST_PAINT}")] if milliseconds > LATEST_PAINT else []
    result_file.write("paint", template, faults, template=firsts[template], figures={"ms": milliseconds})


@pytest.mark.parametrize("template", FIVE)
def test_lighthouse(
    site: Site,
    chromium: str,
    firsts: dict[str, str],
    result_file: ResultFile,
    checks: set[str],
    tools: Path,
    template: str,
) -> None:
    if "lighthouse" not in checks:
        pytest.skip("not selected")
    if result_file.is_clean("lighthouse", template):
        return
    # The canonical address names localhost.
    url = site.url.replace("127.0.0.1", "localhost") + firsts[template]
    runs = [_run(url, chromium, tools) for _turn in range(3)]
    figures = {name: round(100 * median(_score(run, name) for run in runs)) for name in CATEGORIES}
    faults = [
        (name, f"{score} of {MIN_SCORE}: {', '.join(_failing(runs[0], name))}")
        for name, score in figures.items()
        if score < MIN_SCORE
    ]
    result_file.write("lighthouse", template, faults, template=firsts[template], figures=figures)


def _run(url: str, chromium: str, tools: Path) -> dict[str, Any]:
    """Run Lighthouse, again if it lost its browser."""
    command = [
        *lighthouse(tools),
        url,
        "--output=json",
        "--quiet",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={FLAGS}",
    ]
    error = ""
    for _attempt in range(ATTEMPTS):
        result = subprocess.run(
            command, check=False, capture_output=True, text=True, env=os.environ | {"CHROME_PATH": chromium}
        )
        if result.returncode == 0:
            report: dict[str, Any] = json.loads(result.stdout)
            if "runtimeError" not in report:
                return report
            error = str(report["runtimeError"])
        else:
            error = result.stderr[-500:]
    raise AssertionError(f"Lighthouse broke off {ATTEMPTS} times: {error}")


def _score(run: dict[str, Any], category: str) -> float:
    """Return the weighted score, 0 to 1."""
    whole = parts = 0.0
    for ref in run["categories"][category]["auditRefs"]:
        audit = run["audits"][ref["id"]]
        if audit["score"] is None or (ref["id"] == HIDDEN and audit["score"] == 0):
            continue
        whole += ref["weight"]
        parts += ref["weight"] * audit["score"]
    return parts / whole


def _failing(run: dict[str, Any], category: str) -> list[str]:
    refs = [ref["id"] for ref in run["categories"][category]["auditRefs"] if ref["weight"]]
    return [
        f"{name} ({run['audits'][name].get('displayValue', '')})"
        for name in refs
        if (run["audits"][name]["score"] or 1) < 0.9 or run["audits"][name]["score"] == 0
    ]
