"""Tests of the delivery task in the worker."""

import pytest

from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.outbox import tasks
from tests.factories.outgoing_mail import delivery_state, waiting


@pytest.mark.django_db
def test_the_task_sends_and_may_run_again(sink: SmtpSink) -> None:
    mail = waiting()
    for _ in range(2):
        tasks.send_mail.apply(throw=True)
        assert (delivery_state(mail), len(sink.letters)) == (("sent", "", 1), 1)
