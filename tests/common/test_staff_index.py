"""The page that people without a desk land on."""

import pytest
from django.test import override_settings

from tests.signing import HASHERS, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("roles", "empty"), [((), True), (("editor",), False), (("auditor",), False)])
@override_settings(PASSWORD_HASHERS=HASHERS)
def test_who_has_no_work_is_told_so(roles: tuple[str, ...], empty: bool) -> None:
    client = signed_in("person", *roles).client
    client.cookies["lang"] = "en"
    html = client.get("/admin/").content.decode()
    assert html.count("<p>There is nothing here for your role yet.</p>") == int(empty)
    assert html.count("<caption>") == html.count('class="section"')
    assert (html.count("<caption>") == 0) == empty
