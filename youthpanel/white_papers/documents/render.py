"""Renders any file of an edition."""

from youthpanel.models import EditionFormat
from youthpanel.white_papers.content import EditionContent
from youthpanel.white_papers.documents.pdf import render_pdf
from youthpanel.white_papers.layout import EditionInfo, lay_out


def render_file(content: EditionContent, about: EditionInfo, *, language: str, form: EditionFormat) -> bytes:
    """One file of the edition. Raises TypstError."""
    laid = lay_out(content, about, language)
    if form == EditionFormat.PDF:
        return render_pdf(laid)
    from youthpanel.white_papers.documents.docx import render_docx  # noqa: PLC0415 - its library takes 4 MB of memory

    return render_docx(laid)
