"""The generation of the public content: one number that grows with everything published or withdrawn."""

from django.db import connection


def bump() -> None:
    """Make every stored page old; call it in the transaction that publishes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_contentgeneration (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = common_contentgeneration.number + 1"
        )


def current() -> int:
    """The number of the present generation, one query; 0 before the first."""
    # Every page asks: putting the query together by the ORM takes as long as the answer.
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM common_contentgeneration")
        row = cursor.fetchone()
    return int(row[0]) if row else 0
