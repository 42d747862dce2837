"""Makes any file of an edition."""

from youthpanel.models import EditionFormat
from youthpanel.white_papers.content import Content
from youthpanel.white_papers.documents.pdf import as_pdf
from youthpanel.white_papers.layout import About, lay_out


def make_file(content: Content, about: About, *, language: str, form: EditionFormat) -> bytes:
    """One file of the edition. Raises typesetting.TypesettingError."""
    laid = lay_out(content, about, language)
    if form == EditionFormat.PDF:
        return as_pdf(laid)
    from youthpanel.white_papers.documents.docx import as_docx  # noqa: PLC0415 - its library takes 4 MB of whatever loads it

    return as_docx(laid)
