"""What no page may do in a browser: break a rule of accessibility, run over its edge, have a target too small for a finger."""

import json
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    # axe would copy imported style sheets into inline ones, which the content security policy refuses.
    "preload": False,
}
WIDTHS: Final = (360, 1280)
LANGUAGES: Final = ("sr", "sr-latn", "en")
# Width of the window, and whether it is dark.
DISPLAYS: Final = tuple((width, dark) for dark in (False, True) for width in WIDTHS)
TOO_SMALL = """[...document.querySelectorAll('a, button, summary')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && box.height < 43.5 && getComputedStyle(element).display !== 'inline';
}).map(element => element.outerHTML.slice(0, 160))"""
WIDER = """(() => {
    const edge = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= edge) return [];
    const over = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > edge + 1);
    return (over.length ? over : [document.body]).slice(0, 3).map(e => e.outerHTML.slice(0, 160));
})()"""
# Colours on their way from light to dark are neither. The name of an icon is text until its font is loaded.
SETTLED = """async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    await document.fonts.ready;
    const endless = animation => animation.effect.getComputedTiming().endTime === Infinity;
    const moving = document.getAnimations().filter(
        a => a.playState === 'running' && a.timeline === document.timeline && !endless(a));
    const still = Promise.all(moving.map(animation => animation.finished.catch(() => {})));
    await Promise.race([still, new Promise(resolve => setTimeout(resolve, 1000))]);
}"""
RUN = f"""async () => {{
    // What a sticky bar covers can be scrolled into view; axe sees one position only.
    const bars = [...document.querySelectorAll('body *')].filter(e => getComputedStyle(e).position === 'sticky');
    for (const bar of bars) bar.style.position = 'static';
    // The page below an open dialog is inert.
    const {{violations}} = await axe.run(document.querySelector('dialog:modal') ?? document, {json.dumps(RULES)});
    for (const bar of bars) bar.style.position = '';
    return violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.target.join(' '), node.html.slice(0, 200),
        [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ').slice(0, 240)]));
}}"""


def faults(page: Page, *, fingers: bool = True) -> list[tuple[str, str]]:
    """What is wrong with the page as it is now shown: (rule, where and why). With `fingers` targets of 44 pixels are asked for."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE_SCRIPT)
    found = [(rule, f"{target}: {why} {html}") for rule, target, html, why in page.evaluate(RUN)]
    found += [("runs over its edge", html) for html in page.evaluate(WIDER)]
    if fingers:
        found += [("target under 44 pixels", html) for html in page.evaluate(TOO_SMALL)]
    return found


def set_display(page: Page, *, width: int, dark: bool) -> None:
    """Show the page that is open in a window of this width, light or dark."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.evaluate(SETTLED)


def unfold(page: Page) -> None:
    """Open all folded sections and rows of a staff form."""
    page.evaluate("document.querySelectorAll('#content-main form details').forEach(box => { box.open = true; })")
