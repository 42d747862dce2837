"""The page that people without a desk land on."""

import pytest
from django.test import override_settings

from tests.signing import HASHERS, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "empty"), [("coordinator", False), ("safeguarding", True), ("editor", False), ("auditor", False)]
)
@override_settings(PASSWORD_HASHERS=HASHERS)
def test_a_role_without_work_is_told_so(role: str, empty: bool) -> None:
    client = signed_in("person", role).client
    client.cookies["lang"] = "en"
    html = client.get("/admin/").content.decode()
    assert html.count("<p>There is nothing here for your role yet.</p>") == int(empty)
    assert html.count("<caption>") == html.count('class="section"')
    assert (html.count("<caption>") == 0) == empty
