"""Admin of White Papers: recommendations, parts, previews, publication, handovers, responses."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.admin_form import form_data
from tests.clients.staff import Person, signed_in
from tests.factories.papers import make_handover, make_paper
from tests.factories.youthpanel import make_consultation, make_meeting, make_recommendation
from youthpanel.models import Chapter, Edition, EditionDraft, Handover, Idea, Recommendation, Response, WhitePaper
from youthpanel.white_papers.publishing import make_edition

pytestmark = pytest.mark.django_db
BASE = "/admin/youthpanel"


@pytest.fixture
def coordinator() -> Person:
    person = signed_in("koordinatorka", "coordinator")
    person.client.cookies["lang"] = "en"
    return person


def paper_form(paper: WhitePaper | None = None, **changes: Any) -> dict[str, Any]:
    """Data of the paper form: a chapter, an annex and a recommendation, all new without a paper."""
    data: dict[str, Any] = {
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
    return data | changes


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
    answer = coordinator.client.post(f"{BASE}/recommendation/add/", form)
    assert errors_in(answer.content.decode()) == [
        ("Write both numbers: how many are in favour, and how many were asked.")
    ]
    answer = coordinator.client.post(f"{BASE}/recommendation/add/", form | {"asked": 11})
    assert "More members are in favour than were asked." in answer.content.decode()
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
    assert "Not published yet" in coordinator.client.get(f"{BASE}/whitepaper/{paper.pk}/change/").content.decode()
    assert str(Recommendation.objects.get(pk=second.pk).title)


def test_titles_are_not_stored_in_admin_logs(coordinator: Person) -> None:
    assert (
        coordinator.client.post(f"{BASE}/whitepaper/add/", paper_form() | {"title_sr": "Ана Анић"}).status_code == 302
    )
    paper = WhitePaper.objects.get()
    coordinator.client.post(f"{BASE}/whitepaper/{paper.pk}/change/", paper_form(paper))
    coordinator.client.post(f"{BASE}/whitepaper/{paper.pk}/delete/", {"post": "yes"})
    assert not WhitePaper.objects.exists()
    assert not LogEntry.objects.exists()


def test_stale_form_is_refused(coordinator: Person) -> None:
    paper = make_paper()
    Chapter.objects.all().delete()
    paper.places.all().delete()
    WhitePaper.objects.filter(pk=paper.pk).update(revision=2)
    answer = coordinator.client.post(f"{BASE}/whitepaper/{paper.pk}/change/", paper_form(paper))
    assert "Another user saved this paper" in answer.content.decode()
    paper.refresh_from_db()
    assert paper.title_sr == "Питајте нас"  # type: ignore[attr-defined]
    assert paper.revision == 2
    assert coordinator.client.post(f"{BASE}/whitepaper/{paper.pk}/change/", paper_form(paper)).status_code == 302
    paper.refresh_from_db()
    assert paper.revision == 3


@pytest.mark.parametrize(("code", "word"), [("sr", "Питајте нас"), ("sr-latn", "Pitajte nas"), ("en", "Ask us")])
def test_it_is_seen_before_it_is_issued(coordinator: Person, code: str, word: str) -> None:
    paper = make_paper()
    base = f"{BASE}/whitepaper/{paper.pk}/preview/{code}"
    page = coordinator.client.get(f"{base}/")
    assert word in page.content.decode()
    assert page.headers["Content-Language"] == {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}[code]
    assert coordinator.client.get(f"{base}.pdf").content.startswith(b"%PDF")
    assert coordinator.client.get(f"{base}.docx").content.startswith(b"PK")
    assert coordinator.client.get(f"{base}.txt").status_code == 404
    assert not Edition.objects.exists()


def test_unsaved_texts_are_seen_and_not_stored(coordinator: Person) -> None:
    paper, recommendation = make_paper(), make_recommendation()
    for record, field in ((paper, "title_sr"), (recommendation, "text_sr")):
        page = f"{BASE}/{record._meta.model_name}/{record.pk}"
        data = form_data(coordinator.client.get(f"{page}/change/").content.decode(), **{field: "Још несачувано"})
        for language, words in (("sr", "Још несачувано"), ("sr-latn", "Još nesačuvano")):
            answer = coordinator.client.post(f"{page}/preview-unsaved/", data | {"preview_language": language})
            assert (answer.status_code, answer.headers["X-Preview"]) == (200, "typed")
            assert words in answer.content.decode()
            assert "no-store" in answer.headers["Cache-Control"]
        assert "Још несачувано" not in type(record).objects.values().get(pk=record.pk).values()
        # An invalid form shows the stored text, and says so.
        answer = coordinator.client.post(f"{page}/preview-unsaved/", data | {"title_sr": ""})
        assert (answer.status_code, answer.headers["X-Preview"]) == (200, "stored")
    assert not AuditEvent.objects.filter(action__in=("paper.saved", "recommendation.saved")).exists()
    assert signed_in("analiticar", "analyst").client.post(f"{page}/preview-unsaved/", data).status_code == 403


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_unsupported_characters_are_left_out_of_documents(coordinator: Person, form: str) -> None:
    paper = make_paper(title_sr="Питајте\x0bнас\u200b\x01\uffff", foreword_sr="<p>Пишемо\x0bзаједно\x1f.</p>")
    answer = coordinator.client.get(f"{BASE}/whitepaper/{paper.pk}/preview/sr.{form}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF" if form == "pdf" else b"PK")


def test_issuing_shows_errors_then_progress_then_the_edition(coordinator: Person) -> None:
    paper = make_paper(foreword_sr="<p>[...]</p>")
    address = f"{BASE}/whitepaper/{paper.pk}/issue/"
    page = coordinator.client.get(address).content.decode()
    assert "“[...]” is still a placeholder. Replace it." in page
    assert "Publish edition 1" not in page
    assert coordinator.client.post(address, {"revision": paper.revision}).status_code == 422
    WhitePaper.objects.filter(pk=paper.pk).update(foreword_sr="<p>Увод</p>", foreword_en="")
    page = coordinator.client.get(address).content.decode()
    assert "There is no English" in page
    # The remarks must be confirmed.
    assert coordinator.client.post(address, {"revision": paper.revision}).status_code == 422
    assert coordinator.client.post(address, {"revision": paper.revision, "read": "on"}).status_code == 302
    draft = EditionDraft.objects.get()
    page = coordinator.client.get(address).content.decode()
    assert "Edition 1 is being prepared." in page
    assert 'max="6" value="0"' in page
    edition = make_edition(draft_id=draft.pk, clock=timezone.now)
    assert edition is not None
    assert "Edition 1 was published on" in coordinator.client.get(address).content.decode()
    page = coordinator.client.get(f"{BASE}/edition/{edition.pk}/change/").content.decode()
    assert page.count("unchanged since publication") == 6
    assert all(file.sha256 in page for file in edition.files.all())


def test_an_edition_that_is_being_made_can_be_taken_back(coordinator: Person) -> None:
    paper = make_paper()
    address = f"{BASE}/whitepaper/{paper.pk}/issue/"
    assert coordinator.client.post(address, {"revision": 1}).status_code == 302
    assert coordinator.client.post(address, {"stop": "1"}).status_code == 302
    assert not EditionDraft.objects.exists()
    assert not Edition.objects.exists()


def make_edition_of(recommendation: Recommendation, user: User) -> Edition:
    content = {"recommendations": [{"id": recommendation.pk}]}
    issued = timezone.now() - timedelta(days=10)
    return Edition.objects.create(
        paper=make_paper(recommendation), number=1, content=content, issued_at=issued, issued_by=user
    )


def test_handover_and_answers_are_recorded_once_and_never_changed(coordinator: Person) -> None:
    recommendation = make_recommendation()
    edition = make_edition_of(recommendation, coordinator.user)
    today = timezone.localdate()
    form = {"edition": edition.pk, "recipient_sr": "Министарство", "recipient_en": "Ministry", "document": "Потврда"}
    early = form | {"on": (today - timedelta(days=30)).isoformat()}
    answer = coordinator.client.post(f"{BASE}/handover/add/", early)
    assert "The handover cannot be earlier" in errors_in(answer.content.decode())[0]
    data = {
        "recommendation": recommendation.pk,
        "kind": "accepted",
        "on": today.isoformat(),
        "text_sr": "Биће.",
        "text_en": "",
        "source": "1/26",
    }
    assert "not handed over yet" in coordinator.client.post(f"{BASE}/response/add/", data).content.decode()
    assert coordinator.client.post(f"{BASE}/handover/add/", form | {"on": today.isoformat()}).status_code == 302
    assert Handover.objects.get().recipient_en == "Ministry"  # type: ignore[attr-defined]
    assert "cannot follow" in coordinator.client.post(f"{BASE}/response/add/", data | {"kind": "done"}).content.decode()
    assert (
        "Give the reason"
        in coordinator.client.post(f"{BASE}/response/add/", data | {"kind": "rejected", "text_sr": ""}).content.decode()
    )
    assert coordinator.client.post(f"{BASE}/response/add/", data).status_code == 302
    response = Response.objects.get()
    assert response.recorded_by == coordinator.user
    assert coordinator.client.get(f"{BASE}/response/{response.pk}/change/").status_code == 200
    assert coordinator.client.post(f"{BASE}/response/{response.pk}/change/", data | {"source": "2"}).status_code == 403
    assert coordinator.client.post(f"{BASE}/response/{response.pk}/delete/", {"post": "yes"}).status_code == 403


def test_issued_records_cannot_be_deleted(coordinator: Person) -> None:
    recommendation = make_recommendation()
    edition = make_edition_of(recommendation, coordinator.user)
    for address in (f"recommendation/{recommendation.pk}", f"whitepaper/{edition.paper_id}"):
        coordinator.client.post(f"{BASE}/{address}/delete/", {"post": "yes"})
    assert Recommendation.objects.count() == WhitePaper.objects.count() == 1


def test_lists_cost_the_same_however_long_they_are(coordinator: Person, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        make_handover(make_edition_of(make_recommendation(), coordinator.user), coordinator.user)
    for model in ("recommendation", "whitepaper", "edition", "handover", "response"):
        with django_assert_max_num_queries(9):
            assert coordinator.client.get(f"{BASE}/{model}/").status_code == 200
