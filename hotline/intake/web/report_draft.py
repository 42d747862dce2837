"""A report on its way between the steps: what the form's sealed state holds, and what of it is kept in the end."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, open_state, seal_state
from hotline.intake.submission import Submission
from hotline.intake.web.address_suggestions import SuggestedAddress, suggest_addresses
from hotline.intake.web.form_texts import APPS, WHEN_SEEN
from hotline.models import Category, Channel, TextField
from hotline.triage.url_normalisation import Location, app_location, extract_locations

REPORT = "report"
PICTURES = "report pictures"


@dataclass(frozen=True)
class DraftPicture:
    """A picture that is stored sealed already: its upload's id, the name its sender knows it by, its size in bytes."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class ReportDraft:
    """Everything a reporter said, with the receipt it will be found by.

    `app` and `when_seen` are codes of `wording`; `language` a code of LANGUAGES; `child` the wording of the pages that follow;
    `trapped` says that the field which no person sees was filled in.
    """

    category: str
    language: str
    receipt: str
    addresses: str = ""
    app: str = ""
    handle: str = ""
    what: str = ""
    when_seen: str = ""
    details: str = ""
    danger_now: bool = False
    about_me: bool = False
    contact: str = ""
    wants_answer: bool = False
    pictures: list[DraftPicture] = field(default_factory=list)
    child: bool = False
    trapped: bool = False

    def seal(self) -> str:
        """The token in which this draft travels."""
        return seal_state(asdict(self), purpose=REPORT)

    @classmethod
    def open(cls, token: str) -> "ReportDraft":
        """The draft of a token. Raises StateInvalid or StateExpired."""
        state = open_state(token, purpose=REPORT)
        try:
            return cls(**state | {"pictures": [DraftPicture(**picture) for picture in state["pictures"]]})
        except (KeyError, TypeError) as error:
            # Sealed by another version of this code, on the day of an update.
            raise StateInvalid from error

    @property
    def app_label(self) -> str:
        """The app's name as the reporter chose it."""
        return str(dict(APPS).get(self.app, ""))

    @property
    def when_label(self) -> str:
        """When it was seen, as the reporter chose it."""
        return str(dict(WHEN_SEEN).get(self.when_seen, ""))

    @property
    def upload_ids(self) -> list[UUID]:
        """The ids of the pictures' uploads."""
        return [UUID(picture.id) for picture in self.pictures]

    @cached_property
    def locations(self) -> list[Location]:
        """The canonical places that the addresses and the app name, each once."""
        found = list(extract_locations(self.addresses).locations)
        if self.app and self.handle:
            # What is no handle is found in the sealed words.
            with suppress(ValueError):
                found.append(app_location(self.app, self.handle))
        return list(dict.fromkeys(found))

    def found(self) -> list[SuggestedAddress]:
        """The addresses among the words, which go along only where the reporter says so."""
        return suggest_addresses({"what": self.what, "details": self.details}, known=self.locations)

    def submission(self, *, also: Collection[Location] = ()) -> Submission:
        """The report to keep, with `also`, addresses that were found among the words."""
        texts: dict[TextField, dict[str, Any]] = {TextField.WORDS: self._words()}
        if self.contact:
            texts[TextField.CONTACT] = {"contact": self.contact, "wants_answer": self.wants_answer}
        return Submission(
            channel=Channel.WEB,
            category=Category(self.category),
            language=self.language,
            receipt=self.receipt,
            texts=texts,
            locations=[*self.locations, *also],
            danger_now=self.danger_now,
            about_me=self.about_me,
            uploads=self.upload_ids,
        )

    def _words(self) -> dict[str, str]:
        """The reporter's own words, the choices as the reporter read them."""
        return {
            "what": self.what,
            "when_seen": self.when_label,
            "details": self.details,
            "addresses_as_typed": self.addresses,
            "app": self.app_label,
            "handle": self.handle,
        }

    def as_initial(self) -> dict[str, Any]:
        """The form's fields, filled in."""
        return {name: value for name, value in asdict(self).items() if name not in {"category", "language", "receipt"}}


def seal_pictures(pictures: list[DraftPicture]) -> str:
    """The token in which accepted pictures travel while the rest of the form is put right."""
    return seal_state({"pictures": [asdict(picture) for picture in pictures]}, purpose=PICTURES)


def open_pictures(token: str) -> list[DraftPicture] | None:
    """The pictures of a token; None where it is too old or not ours."""
    try:
        state = open_state(token, purpose=PICTURES)
    except (StateExpired, StateInvalid):
        return None
    return [DraftPicture(**picture) for picture in state["pictures"]]
