"""Concurrent saves of records with an order number, on separate connections."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from awareness.publishing.drafts import lock_opened, opened_token
from awareness.publishing.services import save_record
from awareness.topics.models import HelpLine, Topic
from tests.awareness.events.bookings.test_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_records_saved_at_one_place_have_different_numbers() -> None:
    first = HelpLine.objects.all()[0]
    others, now = HelpLine.objects.count(), timezone.now()
    new = [HelpLine(slug=f"nova-{number}", phone=f"1900{number}", order=first.order) for number in range(8)]
    found = at_once([partial(save_record, record=line, actor=None, now=now) for line in new])
    assert found == [None] * len(new)
    numbers = list(HelpLine.objects.values_list("order", flat=True))
    assert len(numbers) == len(set(numbers)) == others + len(new)


def test_editors_moving_the_same_records_do_not_deadlock() -> None:
    topics = list(Topic.objects.all()[:8])
    for number, topic in enumerate(topics, 1):
        Topic.objects.filter(pk=topic.pk).update(order=number)

    def move_first(topic: Topic) -> None:
        # As a form does: it locks the record, checks it, and saves it.
        with transaction.atomic():
            record = lock_opened(topic, opened_token(topic))
            record.order = 1
            save_record(record=record, actor=None, now=timezone.now())

    found = at_once([partial(move_first, topic) for topic in topics])
    assert found == [None] * len(topics)
    numbers = list(Topic.objects.values_list("order", flat=True))
    assert len(numbers) == len(set(numbers))
