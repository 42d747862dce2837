"""What every way in hands over: one report, as the web form, a message, a partner or an analyst at the telephone brought it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hotline.models import Category, Channel, TextField
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.url_normalisation import Location


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One report before it is kept. `language` is a code of LANGUAGES, `receipt` the code it will be found by.

    `texts` are sealed, each a JSON object: `words` is {"what", "when_seen", "details", "addresses_as_typed", "app", "handle"}, all text,
    to which a channel may add keys of its own; `contact` is {"contact": text, "wants_answer": bool}. `uploads` are ids of unsent pictures;
    `files` are the digests of what came otherwise. `category_assumed`: nobody has chosen the category.
    """

    channel: Channel
    category: Category
    language: str
    receipt: str
    texts: Mapping[TextField, Mapping[str, Any]]
    locations: Sequence[Location] = ()
    danger_now: bool = False
    about_me: bool = False
    uploads: Sequence[UUID] = ()
    files: Sequence[FileDigest] = ()
    category_assumed: bool = False
