"""The common data type of a report from any channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hotline.models import Channel, Digests, TextField
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.url_normalisation import Location


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One report before it is stored. `language` is a code of LANGUAGES, `receipt` the reporter's code.

    `texts` are encrypted, each a JSON object. `words` is {"what", "when_seen", "details", "addresses_as_typed", "app",
    "handle"}, all strings, and keys of the channel. `contact` is {"contact": text, "wants_answer": bool}.

    `uploads` are ids of unsent pictures. `files` are digests of other files, `own_pictures` unverified codes of the
    reporter's own pictures. `category_assumed`: no person chose the category. `in_child_words`: the form used the words
    for children. `in_flood`: the report is one of very many from one network.
    """

    channel: Channel
    category: str
    language: str
    receipt: str
    texts: Mapping[TextField, Mapping[str, Any]]
    locations: Sequence[Location] = ()
    danger_now: bool = False
    about_me: bool = False
    in_child_words: bool = False
    uploads: Sequence[UUID] = ()
    files: Sequence[FileDigest] = ()
    own_pictures: Sequence[Digests] = ()
    category_assumed: bool = False
    in_flood: bool = False
