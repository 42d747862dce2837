"""Documents set by typst: tagged, with language, title and outline (PDF/UA-1, ISO 14289-1), in the portal's own faces."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

# Rubik, regular and bold; see the README beside them.
FONTS: Final = Path(__file__).parent / "fonts"

TypstError = typst.TypstError


def as_pdf(layout: Path, data: Mapping[str, Any], *, made_at: datetime | None = None) -> bytes:
    """The file of `layout`, a `.typ` that reads `data` as JSON from `sys.inputs.data` and may use what lies in its folder.

    With `made_at` the same data gives the same bytes. Raises TypstError where it cannot be set, such as for a letter that the typeface lacks.
    """
    made: bytes = typst.compile(
        layout,
        root=layout.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=made_at and made_at.replace(microsecond=0),
    )
    return made
