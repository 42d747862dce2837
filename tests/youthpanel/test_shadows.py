"""No page or file shows the school of an erased member, because a small school would identify the member."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pypdfium2
import pytest
from django.test import Client, override_settings
from django.utils import timezone

from clicksafely.common.serbian.search_folding import fold
from tests.clients.staff import signed_in
from tests.factories.papers import issue, make_paper
from tests.factories.youthpanel import (
    give_consent,
    make_cohort,
    make_consultation,
    make_meeting,
    make_member,
    make_recommendation,
    make_school,
)
from youthpanel.members.erasure import erase_member
from youthpanel.models import Attendance, Idea, Member, Participation

pytestmark = pytest.mark.django_db
NAME = "Гимназија „Усамљени храст“"
MAX_PAGES = 400
# Not followed: pages that end the session or belong to the admin itself.
_ELSEWHERE = re.compile(r"/(?:logout|jsi18n|password_change)/")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Any]:
    """A school with an erased and a current member."""
    with override_settings(PANEL_ERASURE_LOG=tmp_path / "list.txt"):
        now = timezone.now()
        today = timezone.localdate(now)
        school = make_school(name=NAME, kind="secondary")
        cohort = make_cohort(begins_on=today - timedelta(days=300))
        member, other = make_member(cohort, school=school), make_member(cohort)
        for each in (member, other):
            give_consent(each, "membership", given_on=today - timedelta(days=9), expires_on=today + timedelta(days=9))
        meeting = make_meeting(cohort, starts_at=now - timedelta(days=20))
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, member=each, attended=True) for each in (member, other)
        )
        consultation = make_consultation(cohort)
        Participation.objects.create(consultation=consultation, member=member, day=today)
        idea = Idea.objects.create(
            consultation=consultation, member=member, text="Питајте нас.", state="shown", written_at=now
        )
        recommendation = make_recommendation()
        recommendation.ideas.add(idea)
        recommendation.meetings.add(meeting)
        erase_member(member, None, now)
        yield school


def walk(client: Client, start: str, inside: str) -> dict[str, str]:
    """The URL and text of every page and file below `inside` that links lead to."""
    texts: dict[str, str] = {}
    ahead = [start]
    while ahead:
        address = ahead.pop()
        if address in texts or _ELSEWHERE.search(address):
            continue
        answer = client.get(address, follow=True)
        assert answer.status_code in {200, 403, 404, 405}, address
        texts[address] = text = text_of(b"".join(answer) if answer.streaming else answer.content)
        assert len(texts) < MAX_PAGES
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            links = (urljoin(address, unescape(link)) for link in re.findall(r'href="([^"#?]+)', text))
            ahead += [link for link in links if urlsplit(link).path.startswith(inside) and not urlsplit(link).netloc]
    return texts


def text_of(content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    if content.startswith(b"%PDF"):
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("role", ["coordinator", "safeguarding"])
def test_staff_see_kind_and_town(role: str, school: Any) -> None:
    client = signed_in("person", role).client
    texts = walk(client, "/admin/youthpanel/", "/admin/youthpanel/")
    # Lists and selects of schools name it. No number next to it shows that it has members.
    texts_without_options = {
        address: re.sub("<option.*?</option>", "", text, flags=re.DOTALL) for address, text in texts.items()
    }
    where = [address for address, text in texts_without_options.items() if fold(NAME) in fold(text)]
    assert [address for address in where if not address.startswith("/admin/youthpanel/school/")] == []
    if role == "coordinator":
        shadow = Member.objects.exclude(erased_at=None).get()
        page = texts[f"/admin/youthpanel/member/{shadow.pk}/change/"]
        assert "Средња школа, Ниш" in page
        assert len(texts) > 20
        assert re.search(rf"{NAME}</a>.*?field-member_count[^>]*>0<", texts["/admin/youthpanel/school/"], re.DOTALL)
        assert f"№ {shadow.pk}" not in client.get(f"/admin/youthpanel/school/{school.pk}/delete/").content.decode()


def test_public_pages_do_not_name_the_school(school: Any) -> None:
    issue(make_paper(), signed_in("person", "coordinator").user, now=timezone.now())
    texts = walk(Client(), "/sr/youth-panel/", "/sr/youth-panel/")
    assert len(texts) > 4
    assert [address for address, text in texts.items() if fold(NAME) in fold(text)] == []
