"""Every staff form with text fields, found on its pages, with hostile texts in every field."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.clients.staff import signed_in
from tests.factories.whole_portal import make_whole_portal
from tests.security.form_submission import Judged, Sender, read, remember
from tests.security.html_forms import Form
from tests.staff_access import ROLES, TABLE

pytestmark = pytest.mark.django_db


def forms_of_staff(paths: dict[str, str], people: dict[str, Client]) -> Iterator[tuple[str, str, Client, Form]]:
    """Yield the pattern, the URL, the roles and the form; each form once, where it occurs first."""
    seen = set()
    for route, path in paths.items():
        who, (got, _posted), _others = TABLE[route]
        role = next((role for role in ROLES if role in who), None)
        if got != 200 or role is None:
            continue
        page = read(people[role].get(path))
        for form in page.forms() if page else ():
            if form.method == "post" and form.typed() and form.signature() not in seen:
                seen.add(form.signature())
                yield route, path, people[role], form


def test_hostile_staff_input_is_accepted_or_refused_with_a_message() -> None:
    paths = make_whole_portal()
    people = {role: signed_in(f"the-{role}", role).client for role in ROLES}
    for client in people.values():
        client.raise_request_exception = False
    remember()
    judged, form_count = Judged(), 0
    for route, path, client, form in list(forms_of_staff(paths, people)):
        form_count += 1
        Sender(client.get, client.post, judged).send(f"{route} {form.action}", path, form)
    assert judged.faults == []
    # A minimum number, so that a broken crawl is not mistaken for success.
    assert form_count > 50
    assert judged.cases > 400
    assert len(judged.accepted) > 8
