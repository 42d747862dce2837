"""The file formats of an edition, without importing the renderers."""

from itertools import product
from typing import Final

from django.conf import settings

from youthpanel.models import EditionFormat

FILE_VARIANTS: Final = tuple(product([code for code, _name in settings.LANGUAGES], EditionFormat))
MEDIA_TYPES: Final = {
    EditionFormat.PDF: "application/pdf",
    EditionFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
