"""Makes any file of an edition."""

from youthpanel.models import EditionFormat
from youthpanel.papers.content import Content
from youthpanel.papers.documents.docx import as_docx
from youthpanel.papers.documents.pdf import as_pdf
from youthpanel.papers.laying import About, lay_out


def make_file(content: Content, about: About, *, language: str, form: EditionFormat) -> bytes:
    """One file of the edition. Raises typst.TypstError."""
    laid = lay_out(content, about, language)
    return as_pdf(laid) if form == EditionFormat.PDF else as_docx(laid)
