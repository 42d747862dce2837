"""The generation of the public content: one number that grows with everything published or withdrawn."""

from django.db.models import F

from clicksafely.common.models import ContentGeneration


def bump() -> None:
    """Make every stored page old; call it in the transaction that publishes."""
    ContentGeneration.objects.update(number=F("number") + 1)


def current() -> int:
    """The number of the present generation, one query."""
    return ContentGeneration.objects.values_list("number", flat=True).get()
