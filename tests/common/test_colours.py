"""Colour contrast: every pair of text and background is readable in every scheme, and more so with increased contrast."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

STYLES = Path(settings.BASE_DIR, "static", "css")
TOKENS, DESK = ((STYLES / name).read_text() for name in ("tokens.css", "staff/tokens.css"))
SCHEMES = {
    "light": (),
    "dark": ("(prefers-color-scheme: dark)",),
    "more contrast": ("(prefers-contrast: more)",),
    "more contrast, dark": (
        "(prefers-color-scheme: dark)",
        "(prefers-contrast: more)",
        "(prefers-contrast: more) and (prefers-color-scheme: dark)",
    ),
}
GROUNDS = ("paper", "card", "wash", "mint", "peach", "sky", "lilac")
# Foreground and background: running text, emphasised text, edges of controls and the focus (WCAG 1.4.3, 1.4.6, 1.4.11).
RUNNING = (*product(("ink", "soft"), GROUNDS), ("on-night", "night"), ("night-soft", "night"), ("paper", "ink"))
LABELS = (
    *product(("link", "teal", "danger"), GROUNDS),
    ("on-teal", "teal"),
    ("on-teal", "teal-hover"),
    ("on-sun", "sun"),
    ("on-sun", "sun-hover"),
    ("on-report", "report"),
    ("on-report", "report-hover"),
    ("sun", "night"),
)
EDGES = (*product(("edge", "focus"), GROUNDS),)

pytestmark = pytest.mark.texts


def colours(scheme: str) -> dict[str, str]:
    """Return every colour token in this scheme: later rules win, as in a browser."""
    blocks = re.findall(r"(?:@media ([^{]+?) \{\s*)?:root \{([^}]+)\}", TOKENS)
    found: dict[str, str] = {}
    for condition, rules in blocks:
        if not condition or condition in SCHEMES[scheme]:
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", rules))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2)."""
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("dark", "more"), [(False, False), (True, False), (False, True), (True, True)])
def test_staff_colours_have_enough_contrast(dark: bool, more: bool) -> None:
    palette: dict[str, str] = {}
    plain, high_contrast = DESK.split("@media (prefers-contrast: more)", 1)
    for rules in (plain, high_contrast) if more else (plain,):
        found = re.findall(r"--staff-([\w-]+): light-dark\((#\w+), (#\w+)\);", rules)
        palette |= {name: (on_dark if dark else on_light) for name, on_light, on_dark in found}
    words = (
        *product(("ink", "soft", "teal", "coral"), ("paper", "card", "wash")),
        *(("on-teal", ground) for ground in ("teal", "teal-hover")),
        ("on-coral", "coral"),
    )
    lowest = 7 if more else 4.5
    weak = {pair: ratio for pair in words if (ratio := round(contrast(palette[pair[0]], palette[pair[1]]), 2)) < lowest}
    assert weak == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_colours_have_enough_contrast(scheme: str) -> None:
    palette = colours(scheme)
    for pairs, least, least_of_more in ((RUNNING, 7, 10), (LABELS, 4.5, 7), (EDGES, 3, 4.5)):
        lowest = least_of_more if "more" in scheme else least
        ratios = {pair: round(contrast(palette[pair[0]], palette[pair[1]]), 2) for pair in pairs}
        assert {pair: ratio for pair, ratio in ratios.items() if ratio < lowest} == {}
