"""Sort into groups."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.kinds.matching import Matching


class Sorting(Matching):
    """Each choice is assigned to a group, in the order of the groups."""

    code = "sorting"
    label = pgettext_lazy("question", "Sort into groups")
    instruction = _("Put each item in its group.")
    missing_answer = _("One item is not placed yet. Put each item in a group.")
    paper_instruction = _("Write the letter of the group on each line.")
    shuffles_groups = False
    # GIFT has one syntax for both kinds. `Matching.read_gift` returns this one for repeated counterparts.
    gift_syntax = ""
