"""The variables of the wording of notices: which there are, whether a wording uses them rightly, and how they are filled in. Pure.

Not Django's templates: a wording is written by supervisors, and may say and leak no more than these few words of each notice.
"""

import difflib
import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.script import in_script
from hotline.models.notices import NoticeGroup, NoticeKind

# What each stands for, for whoever writes a wording.
MEANINGS: dict[str, Promise] = {
    "addresses": _("the exact addresses, one a line"),
    "hosting": _("where they are: addresses of the internet, network, country"),
    "category": _("what they were found to be"),
    "count": _("how many addresses"),
    "reference": _("the number of the notice"),
    "date": _("today"),
    "contact": _("the name of whoever is written to"),
    "first_sent": _("the day on which the first message went out"),
    "repeat": _("which reminder it is"),
    "notifier_name": _("the name of the hotline"),
    "notifier_email": _("the address for answers"),
}
_IN_SUBJECT = frozenset({"reference", "count"})
_NOTIFIER = frozenset({"notifier_name", "notifier_email"})
_LATER = frozenset({"first_sent", "repeat"})
_VARIABLE = re.compile(r"\{\{[ \t]*([^{}\n]*?)[ \t]*\}\}")
_BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


def allowed(*, kind: str, group: str) -> list[str]:
    """The variables that the text of a message may hold. Nobody is named in a notice about CSAM (DSA, article 16(2)(c))."""
    refused = _NOTIFIER if group == NoticeGroup.CSAM else frozenset()
    refused |= _LATER if kind == NoticeKind.FIRST else frozenset()
    refused |= frozenset({"repeat"}) if kind == NoticeKind.ESCALATION else frozenset()
    return [name for name in MEANINGS if name not in refused]


def required(*, group: str) -> list[str]:
    """Those without which a text would be no notice: the exact address; who gives it, except about CSAM (DSA, article 16(2))."""
    return ["addresses"] if group == NoticeGroup.CSAM else ["addresses", *sorted(_NOTIFIER)]


def check_subject(subject: str) -> None:
    """Raises ValidationError, which names what cannot stand in a subject."""
    _check(subject, [name for name in MEANINGS if name in _IN_SUBJECT])


def check_body(body: str, *, kind: str, group: str) -> None:
    """Raises ValidationError, which names every variable that is unknown, out of place or missing."""
    used = _check(body, allowed(kind=kind, group=group))
    if missing := [name for name in required(group=group) if name not in used]:
        names = ", ".join(f"{{{{ {name} }}}}" for name in missing)
        raise ValidationError(_("Without %(names)s this is no notice."), params={"names": names})


def fill(text: str, values: Mapping[str, str], *, language: str) -> str:
    """`text` with its variables replaced, once: what a value holds is left alone, and so is the script of the values.

    `language` is that of the contact: the words of a Serbian wording go into its script. Raises KeyError for a variable without a value.
    """
    pieces, last = [], 0
    for found in _VARIABLE.finditer(text):
        pieces += [in_script(text[last : found.start()], language), values[found[1]]]
        last = found.end()
    return "".join([*pieces, in_script(text[last:], language)])


def _check(text: str, known: list[str]) -> set[str]:
    used = set(_VARIABLE.findall(text))
    problems = []
    for name in sorted(used.difference(known)):
        near = difflib.get_close_matches(name, known, 1)
        if name in MEANINGS:
            problems.append(ValidationError(_("{{ %(name)s }} cannot stand here."), params={"name": name}))
        elif near:
            problems.append(
                ValidationError(
                    _("There is no variable {{ %(name)s }}. Did you mean {{ %(near)s }}?"),
                    params={"name": name, "near": near[0]},
                )
            )
        else:
            problems.append(ValidationError(_("There is no variable {{ %(name)s }}."), params={"name": name}))
    if _BRACES.search(_VARIABLE.sub("", text)):
        problems.append(ValidationError(_("A variable is written {{ addresses }}; here braces are left over.")))
    if problems:
        raise ValidationError(problems)
    return used
