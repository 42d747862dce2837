"""Admin of White Papers: recommendations, parts, previews, publication, handovers, responses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person
from tests.factories.papers import make_handover, make_paper
from tests.factories.youthpanel import make_consultation, make_meeting, make_recommendation
from tests.youthpanel.white_papers.conftest import edition_of
from youthpanel.models import Chapter, Edition, EditionDraft, Handover, Idea, Recommendation, Response, WhitePaper
from youthpanel.white_papers.publishing import make_edition

pytestmark = pytest.mark.django_db
BASE = "/admin/youthpanel"


def paper_form(paper: WhitePaper | None = None) -> dict[str, Any]:
    """Data of the paper form without parts."""
    return {
        "title_sr": "Питајте нас",
        "title_en": "Ask us",
        "foreword_sr": "<p>Увод<script>x</script></p>",
        "foreword_en": "<p>Foreword</p>",
        "method_sr": "<p>Како</p>",
        "method_en": "<p>How</p>",
        "slug": "",
        "opened": paper.revision if paper else "",
        "chapters-TOTAL_FORMS": 0,
        "chapters-INITIAL_FORMS": 0,
        "places-TOTAL_FORMS": 0,
        "places-INITIAL_FORMS": 0,
    }


def errors_in(html: str) -> list[str]:
    return re.findall(r'<ul class="errorlist[^"]*"[^>]*>\s*<li>(.*?)</li>', html)


def test_a_recommendation_stores_its_sources(coordinator: Person) -> None:
    consultation, meeting = make_consultation(), make_meeting()
    idea = Idea.objects.create(consultation=consultation, text="Сваке године", state="shown", written_at=timezone.now())
    Idea.objects.create(consultation=consultation, text="Чека", written_at=timezone.now())
    form = {
        "title_sr": "Час сваке године", "title_en": "", "text_sr": "Најмање два.", "text_en": "", "child_text_sr": "", "child_text_en": "",
        "education": "formal", "addressee_sr": "Министарство", "addressee_en": "", "consultations": [consultation.pk],
        "meetings": [meeting.pk], "ideas": [idea.pk], "support": 12, "asked": "", "slug": "",
    }  # fmt: skip
    page = coordinator.client.get(f"{BASE}/recommendation/add/").content.decode()
    assert "Сваке године" in page
    assert "Чека" not in page
    for asked in ("", 11):
        answer = coordinator.client.post(f"{BASE}/recommendation/add/", form | {"asked": asked})
        assert len(errors_in(answer.content.decode())) == 1
    assert coordinator.client.post(f"{BASE}/recommendation/add/", form | {"asked": 14}).status_code == 302
    recommendation = Recommendation.objects.get()
    assert recommendation.slug == "cas-svake-godine"
    assert list(recommendation.ideas.all()) == [idea]
    assert list(recommendation.meetings.all()) == [meeting]


def test_a_paper_is_written_with_its_parts_in_their_order(coordinator: Person) -> None:
    first, second = make_recommendation(title_sr="Прва"), make_recommendation(title_sr="Друга")
    form = paper_form() | {
        "chapters-TOTAL_FORMS": 2,
        **{f"chapters-{place}-{name}": value for place in (0, 1) for name, value in {
            "part": "chapter", "order": 2 - place, "title_sr": f"Поглавље {place}", "title_en": "", "text_sr": "<p>Текст</p>",
            "text_en": "",
        }.items()},
        "places-TOTAL_FORMS": 2,
        "places-0-recommendation": first.pk, "places-0-order": 2,
        "places-1-recommendation": second.pk, "places-1-order": 1,
    }  # fmt: skip
    assert coordinator.client.post(f"{BASE}/whitepaper/add/", form).status_code == 302
    paper = WhitePaper.objects.get()
    assert (paper.slug, paper.foreword_sr) == ("pitajte-nas", "<p>Увод</p>")  # type: ignore[attr-defined]
    assert [chapter.title_sr for chapter in paper.chapters.order_by("order")] == ["Поглавље 1", "Поглавље 0"]  # type: ignore[attr-defined]
    page = coordinator.client.get(f"{BASE}/whitepaper/{paper.pk}/preview/en/").content.decode()
    assert page.index("1. A lesson") < page.index("2. A lesson")
    coordinator.client.post(f"{BASE}/whitepaper/{paper.pk}/delete/", {"post": "yes"})
    assert not WhitePaper.objects.exists()
    assert not LogEntry.objects.exists()


def test_stale_form_is_refused(coordinator: Person) -> None:
    paper = make_paper()
    Chapter.objects.all().delete()
    paper.places.all().delete()
    WhitePaper.objects.filter(pk=paper.pk).update(revision=2)
    answer = coordinator.client.post(f"{BASE}/whitepaper/{paper.pk}/change/", paper_form(paper))
    assert answer.status_code == 200
    paper.refresh_from_db()
    assert paper.title_sr == "Питајте нас"  # type: ignore[attr-defined]
    assert paper.revision == 2
    assert coordinator.client.post(f"{BASE}/whitepaper/{paper.pk}/change/", paper_form(paper)).status_code == 302
    paper.refresh_from_db()
    assert paper.revision == 3


def test_it_is_seen_before_it_is_issued(coordinator: Person) -> None:
    # Characters that documents do not support are left out.
    paper = make_paper(title_sr="Питајте\x0bнас\u200b\x01\uffff", foreword_sr="<p>Пишемо\x0bзаједно\x1f.</p>")
    base = f"{BASE}/whitepaper/{paper.pk}/preview/sr-latn"
    page = coordinator.client.get(f"{base}/")
    assert "Pišemo" in page.content.decode()
    assert page.headers["Content-Language"] == "sr-Latn"
    assert coordinator.client.get(f"{base}.pdf").content.startswith(b"%PDF")
    assert coordinator.client.get(f"{base}.docx").content.startswith(b"PK")
    assert coordinator.client.get(f"{base}.txt").status_code == 404
    assert not Edition.objects.exists()


def test_issuing_shows_errors_then_progress_then_the_edition(coordinator: Person) -> None:
    paper = make_paper(foreword_sr="<p>[...]</p>")
    address = f"{BASE}/whitepaper/{paper.pk}/issue/"
    assert "[...]" in coordinator.client.get(address).content.decode()
    assert coordinator.client.post(address, {"revision": paper.revision}).status_code == 422
    WhitePaper.objects.filter(pk=paper.pk).update(foreword_sr="<p>Увод</p>", foreword_en="")
    # The remarks must be confirmed.
    assert coordinator.client.post(address, {"revision": paper.revision}).status_code == 422
    assert coordinator.client.post(address, {"revision": paper.revision, "read": "on"}).status_code == 302
    assert coordinator.client.post(address, {"stop": "1"}).status_code == 302
    assert not EditionDraft.objects.exists()
    coordinator.client.post(address, {"revision": paper.revision, "read": "on"})
    draft = EditionDraft.objects.get()
    assert 'max="6" value="0"' in coordinator.client.get(address).content.decode()
    edition = make_edition(draft_id=draft.pk, clock=timezone.now)
    assert edition is not None
    event = AuditEvent.objects.get(action="edition.issued")
    assert (event.subject_id, event.actor_id, event.data) == (edition.pk, coordinator.user.pk, {"number": 1})
    assert not EditionDraft.objects.exists()
    page = coordinator.client.get(f"{BASE}/edition/{edition.pk}/change/").content.decode()
    assert page.count("unchanged since publication") == 6
    assert all(file.sha256 in page for file in edition.files.all())


def test_handover_and_answers_are_recorded_once_and_never_changed(coordinator: Person) -> None:
    recommendation = make_recommendation()
    edition = edition_of(recommendation, coordinator.user)
    today = timezone.localdate()
    form = {"edition": edition.pk, "recipient_sr": "Министарство", "recipient_en": "Ministry", "document": "Потврда"}
    early = form | {"on": (today - timedelta(days=30)).isoformat()}
    assert len(errors_in(coordinator.client.post(f"{BASE}/handover/add/", early).content.decode())) == 1
    data = {"recommendation": recommendation.pk, "kind": "accepted", "on": today.isoformat(), "source": "1/26"}
    data |= {"text_sr": "Биће.", "text_en": ""}
    assert coordinator.client.post(f"{BASE}/response/add/", data).status_code == 200
    assert coordinator.client.post(f"{BASE}/handover/add/", form | {"on": today.isoformat()}).status_code == 302
    assert Handover.objects.get().recipient_en == "Ministry"  # type: ignore[attr-defined]
    assert coordinator.client.post(f"{BASE}/response/add/", data).status_code == 302
    response = Response.objects.get()
    assert response.recorded_by == coordinator.user
    for page in ("change", "delete"):
        assert coordinator.client.post(f"{BASE}/response/{response.pk}/{page}/", {"post": "yes"}).status_code == 403
    # Issued records cannot be deleted.
    for address in (f"recommendation/{recommendation.pk}", f"whitepaper/{edition.paper_id}"):
        coordinator.client.post(f"{BASE}/{address}/delete/", {"post": "yes"})
    assert Recommendation.objects.count() == WhitePaper.objects.count() == 1


def test_lists_cost_the_same_however_long_they_are(coordinator: Person, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        make_handover(edition_of(make_recommendation(), coordinator.user), coordinator.user)
    for model in ("recommendation", "whitepaper", "edition", "handover", "response"):
        with django_assert_max_num_queries(9):
            assert coordinator.client.get(f"{BASE}/{model}/").status_code == 200
