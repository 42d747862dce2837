"""Typesetting with typst: tagged PDF with language, title and outline (PDF/UA-1, ISO 14289-1), in the portal's own fonts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

# Rubik, regular and bold; see the README in the same folder.
FONTS: Final = Path(__file__).parent / "fonts"


class TypstError(Exception):
    """The document cannot be typeset, for example because the font lacks a letter."""


def compile_pdf(layout: Path, data: Mapping[str, Any], *, created_at: datetime | None = None) -> bytes:
    """Return the PDF of `layout`, a `.typ` file that reads `data` as JSON from `sys.inputs.data`.

    The layout may use files of its folder. With `created_at`, a datetime with any time zone, the same data gives the
    same bytes. Raises TypstError.
    """
    return _compile(
        layout,
        root=layout.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=created_at and created_at.astimezone(UTC).replace(microsecond=0),
    )


def compile_png(svg: str, *, pixels_per_point: float) -> bytes:
    """Return an SVG drawing as PNG, seven centimetres wide, without a background, for programs without SVG support. Raises TypstError."""
    source = b'#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image(bytes(sys.inputs.map), format: "svg", width: 7cm)'
    return _compile(
        source,
        format="png",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        ppi=72 * pixels_per_point,
        sys_inputs={"map": svg},
    )


def _compile(source: Path | bytes, **options: Any) -> bytes:
    import typst  # noqa: PLC0415 - 5 MB, rarely used

    try:
        output: bytes = typst.compile(source, **options)
    except typst.TypstError as error:
        raise TypstError(str(error)) from error
    return output
