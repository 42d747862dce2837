"""Documents set by typst: tagged, with language, title and outline (PDF/UA-1, ISO 14289-1), in the portal's own faces."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

# Rubik, regular and bold; see the README beside them.
FONTS: Final = Path(__file__).parent / "fonts"


class TypstError(Exception):
    """What was to be set cannot be, such as a letter that the typeface lacks."""


def compile_pdf(layout: Path, data: Mapping[str, Any], *, made_at: datetime | None = None) -> bytes:
    """The file of `layout`, a `.typ` that reads `data` as JSON from `sys.inputs.data` and may use what lies in its folder.

    With `made_at` the same data gives the same bytes. Raises TypstError.
    """
    return _compile(
        layout,
        root=layout.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=made_at and made_at.replace(microsecond=0),
    )


def compile_png(svg: str, *, pixels_per_point: float) -> bytes:
    """A drawing, seven centimetres wide, for programs that know no SVG. Raises TypstError."""
    source = (
        b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.map), format: "svg", width: 7cm)'
    )
    return _compile(source, format="png", ppi=72 * pixels_per_point, sys_inputs={"map": svg})


def _compile(source: Path | bytes, **options: Any) -> bytes:
    import typst  # noqa: PLC0415 - 5 MB of every process, most of which set nothing all day

    try:
        made: bytes = typst.compile(source, **options)
    except typst.TypstError as error:
        raise TypstError(str(error)) from error
    return made
