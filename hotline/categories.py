"""The categories of report. The report form, priorities, two-person rules, the API, statistics and the demonstration read this table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise

# The length of the columns, here and in the topics of the awareness site.
MAX_CODE_LENGTH = 16


@dataclass(frozen=True, kw_only=True, eq=False)
class Category:
    """A category of report.

    `code` is part of public URLs, of the API and of the statistics, and never changes. `label` is the name for staff
    and in statistics. `title` and `about` are the texts of the report form. `title_child` and `about_child` are those
    in the words of an affected child. `helps` and `helps_child` replace help texts of fields of the form
    (`hotline/intake/web/form_texts.py`). `search_words` lead from the search of the site to the form. Without any, the
    search has only the page of all categories.

    `classification` is the usual answer of an assessment of illegal content of the category, "" for none
    (`hotline/seed/assessment_questions.yaml`). `to_police`: a routing rule of the category, or else the general rule,
    refers content to the police (`hotline/seed/routing_rules.yaml`). `xarf_types` are the types of XARF content that
    count as the category.

    `weight` is added to the priority of a report (`hotline/priority.py`), with the label `reason`. The code of the
    reason is that of the category. A child in danger now must come first, so the weight is limited
    (`tests/hotline/triage/test_services.py`).
    """

    code: str
    label: Text
    title: Text
    about: Text
    title_child: Text
    about_child: Text
    search_words: Text
    classification: str
    to_police: bool
    weight: int
    reason: Promise | None = None
    helps: Mapping[str, Text] = field(default_factory=dict)
    helps_child: Mapping[str, Text] = field(default_factory=dict)
    # Among the choices of an affected child on the start page.
    offered_to_children: bool = True
    takes_pictures: bool = True
    # Sexual abuse of a child: pictures are refused, help lines are always shown, and two people close a report.
    is_sexual_abuse: bool = False
    # A child in danger now raises the alert about a threat.
    is_threat: bool = False
    xarf_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", self.code) or len(self.code) > MAX_CODE_LENGTH:
            raise ValueError(f"{self.code}: a code has small letters and hyphens, at most {MAX_CODE_LENGTH}")
        if (self.weight == 0) != (self.reason is None):
            raise ValueError(f"{self.code}: a weight needs a reason, and a reason a weight")
        if self.is_sexual_abuse and self.takes_pictures:
            raise ValueError(f"{self.code}: it is an offence to possess pictures of sexual abuse")


CSAM = Category(
    code="csam",
    label=pgettext_lazy("category", "Child sexual abuse material"),
    title=_("Pictures of the sexual abuse of a child"),
    about=_(
        "Photos, videos, drawings or texts that show the sexual abuse or sexual depiction of a child, "
        "and people who offer or ask for them."
    ),
    title_child=_("Someone has or wants pictures of me"),
    about_child=_("Naked or private pictures or videos of you: someone asks for them, has them, shows them or threatens to."),
    helps={"what": _("A few words are enough. You do not have to describe the pictures.")},
    helps_child={
        "addresses": _(
            "The link of the page, the picture or the profile. Never screenshot or send the picture itself: the link is enough."
        ),
    },
    search_words=_("report pictures of the abuse of a child, report naked pictures of children"),
    classification="national_csam",
    to_police=True,
    weight=22,
    reason=pgettext_lazy("priority reason", "reported as sexual abuse of a child"),
    takes_pictures=False,
    is_sexual_abuse=True,
    xarf_types=("csam", "csem"),
)  # fmt: skip
CYBERBULLYING = Category(
    code="cyberbullying",
    label=pgettext_lazy("category", "Cyberbullying"),
    title=_("Cyberbullying"),
    about=_("Threats, insults, exclusion, blackmail, or sharing a person’s pictures or secrets without consent."),
    title_child=_("Someone hurts or threatens me"),
    about_child=_("Someone threatens you, mocks you, spreads your pictures or secrets, or will not stop."),
    search_words=_("report bullying, report threats, report insults, report blackmail"),
    classification="cyberbullying",
    to_police=False,
    weight=4,
    reason=pgettext_lazy("priority reason", "reported as cyberbullying"),
    is_threat=True,
)
HATE_SPEECH = Category(
    code="hate-speech",
    label=pgettext_lazy("category", "Hate speech"),
    title=_("Hate speech"),
    about=_(
        "Calls for hatred or violence against people because of their nationality, religion, skin colour, sex, "
        "sexual orientation or disability."
    ),
    title_child=_("Someone spreads hatred"),
    about_child=_("Calls for hatred or violence against people because of who they are."),
    search_words=_("report hatred, report calls for violence"),
    classification="hate_speech",
    to_police=True,
    weight=0,
    offered_to_children=False,
)  # fmt: skip
OTHER = Category(
    code="other",
    label=pgettext_lazy("category", "Something else"),
    title=_("Something else"),
    about=_("Anything else on the internet that endangers a child or seems to be against the law."),
    title_child=_("Something else"),
    about_child=_("Anything else on the internet that scares you or seems wrong."),
    search_words="",
    classification="",
    to_police=True,
    weight=0,
    xarf_types=(
        "phishing",
        "malware",
        "fraud",
        "brand_infringement",
        "exposed_data",
        "remote_compromise",
        "suspicious_registration",
    ),
)

# By code, in the order of all lists.
CATEGORIES: dict[str, Category] = {category.code: category for category in (CSAM, CYBERBULLYING, HATE_SPEECH, OTHER)}
SEXUAL_ABUSE = frozenset(category.code for category in CATEGORIES.values() if category.is_sexual_abuse)


def category_choices() -> list[tuple[str, Text]]:
    """Return the choices of a column. Migrations name this function, so that a new category needs none."""
    return [(category.code, category.label) for category in CATEGORIES.values()]
