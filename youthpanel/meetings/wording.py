"""Words that more than one page or service says."""

from django.utils.translation import gettext_lazy as _

SETTLED_BEFORE = _("This note was settled before.")
CANNOT_SEAL = _(
    "The note was not kept: it cannot be sealed here, for the keys of the panel are not at hand. Your text is still below. Tell the safeguarding lead yourself now."
)
CANNOT_OPEN = _("The note cannot be opened here: the keys of the panel are not at hand. Nothing else is wrong.")
