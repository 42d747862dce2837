"""For whom something is: the three audiences of the Centre, children's ages in bands, and the levels of what they play."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Whom a text speaks to."""

    CHILDREN = "children", _("Children and young people")
    PARENTS = "parents", _("Parents and caretakers")
    EDUCATORS = "educators", _("Teachers and educators")


# schema.org `educationalRole` of those a text speaks to.
EDUCATIONAL_ROLES: Final = {Audience.CHILDREN: "student", Audience.PARENTS: "parent", Audience.EDUCATORS: "teacher"}


class AgeBand(models.TextChoices):
    """Ages in years, as the materials of the Centre are written for them."""

    SEVEN = "7-9", _("7 to 9 years")
    TEN = "10-12", _("10 to 12 years")
    THIRTEEN = "13-15", _("13 to 15 years")
    SIXTEEN = "16-18", _("16 to 18 years")


class Level(models.TextChoices):
    """How hard a quiz or a game is, by the ages in years it is written for: words, length of a text, and what is asked."""

    YOUNGEST = "7-10", _("7 to 10 years")
    MIDDLE = "11-14", _("11 to 14 years")
    OLDEST = "15-18", _("15 to 18 years")
