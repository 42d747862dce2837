"""How a material of the demonstration is written down."""

from typing import Literal, NamedTuple

from awareness.library.vocabulary import AccessibilityFeature, ResourceKind
from awareness.topics.demonstration.sheets import Sheet
from awareness.topics.subjects.shape import Both

Form = Literal["pdf", "docx"]


class Material(NamedTuple):
    """A resource and its sheet. `steps` is how to use it in class; `forms` the documents that are made, in both languages; `days`: so many ago it came."""

    slug: str
    kind: ResourceKind
    sheet: Sheet
    summary: Both
    about: tuple[Both, ...]
    steps: tuple[Both, ...]
    teaches: Both
    keywords: Both
    topics: tuple[str, ...]
    audiences: tuple[str, ...]
    ages: tuple[str, ...]
    levels: tuple[str, ...]
    minutes: int
    days: int
    forms: tuple[Form, ...] = ("pdf",)
    parts: tuple[str, ...] = ()
    features: tuple[str, ...] = (AccessibilityFeature.TAGGED, AccessibilityFeature.NAVIGATION)
