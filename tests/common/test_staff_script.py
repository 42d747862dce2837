"""The Latin script of staff pages: lists and forms are converted, evidence and headings are not."""

import pytest

from clicksafely.common.serbian.transliteration import to_latin
from hotline.models import Host, SiteTypeRule
from hotline.models.content_items import SiteType
from tests.clients.staff import Person, signed_in
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db


def latin(person: Person, path: str) -> str:
    person.client.cookies["lang"] = "sr-latn"
    response = person.client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_evidence_is_not_converted() -> None:
    item = make_item("апп:налог", host="", registrable_domain="")
    host = Host.objects.create(name="www.example.org", organisation="Мрежа Љиљан", country="RS")
    hint = SiteTypeRule.objects.create(host="www.example.org", path="/слике", site_type=SiteType.FORUM)
    vera = signed_in("vera", "supervisor")
    for model, pk, words in (
        ("host", host.pk, "Мрежа Љиљан"),
        ("sitetyperule", hint.pk, "/слике"),
    ):
        for path in (f"/admin/hotline/{model}/", f"/admin/hotline/{model}/{pk}/change/"):
            # Page titles contain no elements.
            page = latin(vera, path).partition("</title>")[2]
            assert (words in page, to_latin(words) in page) == (True, False)
    page = vera.client.post(f"/admin/hotline/address/{item.pk}/").content.decode().partition("</title>")[2]
    assert ("апп:налог" in page, to_latin("апп:налог") in page) == (True, False)
