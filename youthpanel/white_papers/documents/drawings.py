"""Drawings of an edition as SVG or PNG: charts of results, QR codes, the mark and the cover picture."""

import io
from textwrap import wrap
from typing import Any, Final

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clicksafely.common.documents import typst

MARK: Final = "img/favicon.svg"
COVER_PICTURE: Final = "img/klik-asks.svg"
WIDTH: Final = 320
# Letters of a line of a label, which leave space for the count.
_LINE_LENGTH: Final = 36
_LINE, _BAR, _GAP, _BASELINE = 16, 8, 8, 13
_PIXELS_PER_POINT: Final = 3.0


def chart_svg(rows: list[dict[str, Any]]) -> SafeString:
    """Bars below their whole labels, each with its figure; `rows` as in the block "chart" of `layout.LayoutSection`.

    Presentation attributes are for documents; pages override them by class.
    """
    texts: list[tuple[str, float, float, str, str]] = []
    bars: list[tuple[str, float, float, str]] = []
    top = 0
    for row in rows:
        lines = wrap(row["label"], _LINE_LENGTH) or [""]
        texts += [("start", 0, top + number * _LINE + _BASELINE, "400", line) for number, line in enumerate(lines)]
        texts.append(("end", WIDTH, top + (len(lines) - 1) * _LINE + _BASELINE, "700", row["text"]))
        top += len(lines) * _LINE + 2
        bars.append(("result-track", top, WIDTH, "#e9e2d6"))
        if row["share"]:
            bars.append(("result-bar", top, round(max(2, WIDTH * row["share"]), 2), "#0b5563"))
        top += _BAR + _GAP
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="result-chart" viewBox="0 0 {width} {height}" width="{width}" '
        'height="{height}" font-family="Rubik" font-size="13" fill="#1b1f3b">{bars}{texts}</svg>',
        width=WIDTH,
        height=max(1, top - _GAP),
        bars=format_html_join(
            "",
            '<rect class="{}" x="0" y="{}" width="{}" height="{}" rx="3" fill="{}"/>',
            ((name, y, width, _BAR, colour) for name, y, width, colour in bars),
        ),
        texts=format_html_join("", '<text text-anchor="{}" x="{}" y="{}" font-weight="{}">{}</text>', texts),
    )


def qr_svg(address: str) -> str:
    """Return the QR code of an address, without a margin."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=0, scale=4, xmldecl=False, nl=False)
    return drawn.getvalue().decode()


def qr_png(address: str) -> bytes:
    """Return the QR code with its margin, for programs without SVG."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="png", border=2, scale=8)
    return drawn.getvalue()


def svg_to_png(svg: str) -> bytes:
    """Return a drawing as PNG, for programs without SVG. Raises TypstError."""
    return typst.compile_png(svg, pixels_per_point=_PIXELS_PER_POINT)
