"""Help lines and picture removal services as printed materials show them, with hours and cost from the founding data."""

from typing import Any, Final, NamedTuple

from awareness.topics.content import help_lines, removal_services
from awareness.topics.models import Signpost
from awareness.topics.subjects.shape import Both

FREE: Final = Both("бесплатно", "free")
AROUND_THE_CLOCK: Final = Both("дан и ноћ", "day and night")


class PrintedLine(NamedTuple):
    """One help line: its number, and its name with cost and hours."""

    number: Both
    about: Both

    @property
    def in_short(self) -> Both:
        """Number, name, cost and hours in one line."""
        return Both(f"{self.number.sr}: {self.about.sr}", f"{self.number.en}: {self.about.en}")


def _printed(facts: dict[str, Any]) -> PrintedLine:
    number = Signpost(phone=facts["phone"]).phone_shown
    hours = (
        AROUND_THE_CLOCK if facts["around_the_clock"] else Both(facts.get("hours_sr", ""), facts.get("hours_en", ""))
    )
    meta = [text for text in (FREE if facts["free"] else Both("", ""), hours) if text.sr]
    return PrintedLine(
        Both(number, number),
        Both(
            ", ".join([facts["title_sr"], *(text.sr for text in meta)]),
            ", ".join([facts["title_en"], *(text.en for text in meta)]),
        ),
    )


# In the order of the founding data: the police, the National Contact Centre, the child helpline, missing children.
HELP_LINES: Final = tuple(_printed(facts) for facts in help_lines() if not facts["crisis"])
CRISIS_LINES: Final = tuple(_printed(facts) for facts in help_lines() if facts["crisis"])
REMOVAL_SERVICES: Final = tuple(
    Both(
        f"{facts['title']} ({facts['url']}): {facts['description_sr']}",
        f"{facts['title']} ({facts['url']}): {facts['description_en']}",
    )
    for facts in removal_services()
)
