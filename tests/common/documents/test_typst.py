"""Typesetting, and its error messages."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clicksafely.common.documents.typst import TypstError, compile_pdf, compile_png


def test_untypesettable_document_raises(tmp_path: Path) -> None:
    layout = tmp_path / "broken.typ"
    layout.write_text("#nothing-like-it")
    with pytest.raises(TypstError, match="unknown variable"):
        compile_pdf(layout, {})
    with pytest.raises(TypstError):
        compile_png("no drawing", pixels_per_point=1)


def test_the_time_zone_of_the_creation_changes_no_byte(tmp_path: Path) -> None:
    layout = tmp_path / "page.typ"
    layout.write_text('#set document(title: "x")\n#set text(lang: "sr")\n#title()')
    created_at = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Belgrade"))
    pdf = compile_pdf(layout, {}, created_at=created_at)
    assert pdf == compile_pdf(layout, {}, created_at=created_at.astimezone(UTC))
