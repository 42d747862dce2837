"""Draft of a report between the form steps, in an encrypted token."""

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
from hotline.models import Channel, TextField
from hotline.priority import is_urgent, reported_reasons
from hotline.triage.hash_lists.own_pictures import parse_code
from hotline.triage.url_normalisation import Location, app_location, extract_locations

REPORT = "report"
PICTURES = "report pictures"


@dataclass(frozen=True)
class DraftPicture:
    """A picture that is already stored: upload id, original file name, size in bytes. `waiting`: it is unchecked."""

    id: str
    name: str
    size: int
    waiting: bool = False


@dataclass(frozen=True)
class ReportDraft:
    """The reporter's input with the receipt of the future report.

    `own_pictures` are valid codes of own pictures. `app` and `when_seen` are codes of `form_texts`, `language` is a code of LANGUAGES.
    `child` selects the texts for children. `trapped` is set if the honeypot field was filled in.
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
    own_pictures: list[str] = field(default_factory=list)
    child: bool = False
    trapped: bool = False

    def seal(self) -> str:
        """Return the encrypted token of this draft."""
        return seal_state(asdict(self), purpose=REPORT)

    @classmethod
    def open(cls, token: str) -> "ReportDraft":
        """Return the draft of a token. Raises StateInvalid or StateExpired."""
        state = open_state(token, purpose=REPORT)
        try:
            return cls(**state | {"pictures": [DraftPicture(**picture) for picture in state["pictures"]]})
        except (KeyError, TypeError) as error:
            # The token is from another version of the code, on the day of an update.
            raise StateInvalid from error

    @property
    def is_urgent(self) -> bool:
        """Whether this will be an urgent report."""
        return is_urgent(reported_reasons(self.category, danger_now=self.danger_now, about_me=self.about_me))

    @property
    def app_label(self) -> str:
        """The label of the chosen app."""
        return str(dict(APPS).get(self.app, ""))

    @property
    def when_label(self) -> str:
        """The label of the chosen time."""
        return str(dict(WHEN_SEEN).get(self.when_seen, ""))

    @property
    def upload_ids(self) -> list[UUID]:
        """The ids of the uploads."""
        return [UUID(picture.id) for picture in self.pictures]

    @cached_property
    def locations(self) -> list[Location]:
        """The distinct canonical locations of the addresses and the app."""
        found = list(extract_locations(self.addresses).locations)
        if self.app and self.handle:
            # A handle that cannot be parsed stays in the encrypted text only.
            with suppress(ValueError):
                found.append(app_location(self.app, self.handle))
        return list(dict.fromkeys(found))

    def found(self) -> list[SuggestedAddress]:
        """Return the addresses in the free text. They are added only if the reporter confirms them."""
        return suggest_addresses({"what": self.what, "details": self.details}, known_locations=self.locations)

    def submission(self, *, also: Collection[Location] = (), in_flood: bool = False) -> Submission:
        """Return the submission. `also` are the confirmed addresses from the free text."""
        texts: dict[TextField, dict[str, Any]] = {TextField.WORDS: self._words()}
        if self.contact:
            texts[TextField.CONTACT] = {"contact": self.contact, "wants_answer": self.wants_answer}
        return Submission(
            channel=Channel.WEB,
            category=self.category,
            language=self.language,
            receipt=self.receipt,
            texts=texts,
            locations=[*self.locations, *also],
            danger_now=self.danger_now,
            about_me=self.about_me,
            in_child_words=self.child,
            uploads=self.upload_ids,
            own_pictures=[parse_code(code) for code in self.own_pictures],
            in_flood=in_flood,
        )

    def _words(self) -> dict[str, str]:
        """Return the text fields, with choices as the labels that the reporter saw."""
        return {
            "what": self.what,
            "when_seen": self.when_label,
            "details": self.details,
            "addresses_as_typed": self.addresses,
            "app": self.app_label,
            "handle": self.handle,
        }

    def as_initial(self) -> dict[str, Any]:
        """Return the initial values of the form."""
        return {name: value for name, value in asdict(self).items() if name not in {"category", "language", "receipt"}}


def seal_pictures(pictures: list[DraftPicture]) -> str:
    """Return the token that carries accepted pictures while other fields are corrected."""
    return seal_state({"pictures": [asdict(picture) for picture in pictures]}, purpose=PICTURES)


def open_pictures(token: str) -> list[DraftPicture] | None:
    """Return the pictures of a token, or None if it is invalid or expired."""
    try:
        state = open_state(token, purpose=PICTURES)
    except (StateExpired, StateInvalid):
        return None
    return [DraftPicture(**picture) for picture in state["pictures"]]
