"""The generation of the public content."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from clicksafely.common import generation
from clicksafely.common.models import ContentGeneration


@pytest.mark.django_db
def test_every_bump_makes_a_new_generation() -> None:
    before = generation.current()
    generation.bump()
    generation.bump()
    assert generation.current() == before + 2


@pytest.mark.django_db
def test_there_is_one_generation_and_it_can_begin_anew() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentGeneration.objects.create(pk=2)
    ContentGeneration.objects.all().delete()
    assert generation.current() == 0
    generation.bump()
    assert generation.current() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_makes_none() -> None:
    generation.bump()
    before = generation.current()
    with transaction.atomic():
        generation.bump()
        transaction.set_rollback(True)
    assert generation.current() == before


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_two() -> None:
    generation.bump()
    before = generation.current()

    def publish() -> None:
        try:
            with transaction.atomic():
                generation.bump()
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert generation.current() == before + 8
