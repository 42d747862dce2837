"""The generation of the public content: one number that grows with everything published or withdrawn."""

from django.db import connection

from clicksafely.common.models import ContentGeneration


def bump() -> None:
    """Make every stored page old; call it in the transaction that publishes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_contentgeneration (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = common_contentgeneration.number + 1"
        )


def current() -> int:
    """The number of the present generation, one query; 0 before the first."""
    return ContentGeneration.objects.values_list("number", flat=True).first() or 0
