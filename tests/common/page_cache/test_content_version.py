"""The version of the public content."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from clicksafely.common.models import ContentVersion
from clicksafely.common.page_cache import content_version


@pytest.mark.django_db
def test_there_is_one_generation_and_it_can_begin_anew() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentVersion.objects.create(pk=2)
    ContentVersion.objects.all().delete()
    assert content_version.current() == 0
    content_version.bump()
    content_version.bump()
    assert content_version.current() == 2


@pytest.mark.django_db(transaction=True)
def test_concurrent_publications_each_get_a_version() -> None:
    content_version.bump()
    before = content_version.current()

    def publish() -> None:
        try:
            with transaction.atomic():
                content_version.bump()
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert content_version.current() == before + 8
