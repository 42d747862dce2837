"""For whom something is: the three audiences of the Centre, and children's ages in bands."""

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
