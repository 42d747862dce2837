"""Tests of the list of outgoing e-mail in the staff site."""

import pytest
from django.utils import translation

from hotline.models import OutgoingError, OutgoingMail, OutgoingState
from tests.clients.staff import signed_in
from tests.factories.outgoing_mail import ADDRESS, waiting

pytestmark = pytest.mark.django_db
LIST = "/admin/hotline/outgoingmail/"


def test_failed_message_is_listed_with_reason_and_case() -> None:
    gone, other_mail = waiting(), waiting()
    OutgoingMail.objects.filter(pk=gone.pk).update(
        state=OutgoingState.FAILED, error=OutgoingError.DEFERRED, sealed=None, due_at=None
    )
    client = signed_in("person", "supervisor").client
    page = client.get(f"{LIST}?state__exact=failed").content.decode()
    assert (str(gone) in page, str(other_mail) in page) == (True, False)
    assert f'href="/admin/hotline/case/{gone.report_id}/"' in page
    with translation.override("sr"):
        assert str(OutgoingError.DEFERRED.label) in page
    one = client.get(f"{LIST}{gone.pk}/change/").content.decode()
    assert ADDRESS not in page + one
