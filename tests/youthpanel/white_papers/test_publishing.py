"""Publication: checks, atomicity, resumption, corrections, and absence of real names."""

import json
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.db import connection
from django.test import Client
from django.utils import translation

from clicksafely.accounts.models import User
from clicksafely.common.documents.typst import TypstError
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import enqueue
from tests.factories.papers import both, issue, make_paper
from tests.factories.youthpanel import (
    NOW,
    TODAY,
    give_consent,
    make_cohort,
    make_consultation,
    make_meeting,
    make_member,
    make_recommendation,
)
from youthpanel.models import (
    Attendance,
    Chapter,
    Edition,
    EditionDraft,
    EditionDraftFile,
    EditionFile,
    Quotation,
    WhitePaper,
)
from youthpanel.white_papers import publishing
from youthpanel.white_papers.exceptions import EditionInProgress, NotPublishable
from youthpanel.white_papers.publication_checks import publication_problems, publication_remarks
from youthpanel.white_papers.publishing import make_edition, resume_editions, retry_edition, start_edition
from youthpanel.white_papers.selectors import verify_files
from youthpanel.white_papers.snapshot import build_snapshot
from youthpanel.white_papers.views import FileAltered

pytestmark = pytest.mark.django_db
NOTHING = both("")


@pytest.fixture
def user() -> User:
    return User.objects.create_user("coordinator")


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Stubbed files; returns the requested ones."""
    requested_files: list[tuple[str, str]] = []

    def make(content: object, about: object, *, language: str, form: str) -> bytes:
        requested_files.append((language, str(form)))
        return f"{language} {form} {json.dumps(content, sort_keys=True)}".encode()

    monkeypatch.setattr(publishing, "render_file", make)
    return requested_files


def refused(paper: WhitePaper, user: User, **more: Any) -> list[str]:
    events = AuditEvent.objects.count()
    with pytest.raises(NotPublishable) as caught:
        start_edition(paper=paper, changes=more.pop("changes", NOTHING), actor=user, now=NOW, **more)
    assert not EditionDraft.objects.exists()
    assert AuditEvent.objects.count() == events
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


def test_an_edition_is_issued_with_six_files_and_their_sums(user: User) -> None:
    edition = issue(make_paper(), user)
    assert edition.number == 1
    checked = verify_files(edition)
    assert [(each.file.language, each.file.format) for each in checked] == [
        (language, form) for language in ("sr", "sr-latn", "en") for form in ("pdf", "docx")
    ]
    assert all(each.is_whole and each.size > 10_000 for each in checked)
    assert {bytes(each.file.content)[:4] for each in checked} == {b"%PDF", b"PK\x03\x04"}
    assert not EditionDraft.objects.exists()
    event = AuditEvent.objects.get(action="edition.issued")
    assert (event.subject_id, event.actor_id, event.data) == (edition.pk, user.pk, {"number": 1})


def test_figures_come_from_the_records(user: User, quick: object) -> None:
    cohort = make_cohort()
    members = [make_member(cohort) for _ in range(4)]
    meeting = make_meeting(cohort)
    make_meeting(cohort, starts_at=NOW + timedelta(days=3))
    for member, attended in zip(members, (True, True, True, False), strict=True):
        Attendance.objects.create(meeting=meeting, member=member, attended=attended)
    make_consultation(cohort)
    make_consultation(cohort, state="draft")
    method = "{members} {meetings} {consultations} {towns} {schools} {attendance}"
    edition = issue(make_paper(method_sr=f"<p>{method}</p>"), user)
    assert edition.content["method"]["sr"] == "<p>4 1 1 1 4 75\u00a0%</p>"
    assert edition.content["figures"]["town_codes"] == ["nis"]


def test_open_questions_are_named_with_their_place(user: User) -> None:
    paper = make_paper(
        make_recommendation(title_sr="Час", text_en="TODO"),
        foreword_sr="<p>Било је {members} чланова.</p>",
        method_sr="",
    )
    Chapter.objects.filter(part="annex").update(text_sr="<p>[...] 😀</p>")
    assert refused(paper, user) == [
        "Foreword (српски): “{members}” is still a placeholder. Replace it.",
        "How it was made: There is no Serbian text.",
        "Recommendation 1 “Час” (English): “TODO” is still a placeholder. Replace it.",
        "Annex 1 “Питања” (српски): “[...]” is still a placeholder. Replace it.",
        "Annex 1 “Питања” (српски): “😀” cannot be printed. Remove it.",
    ]


def test_a_paper_without_recommendations_is_none(user: User) -> None:
    paper = make_paper()
    paper.places.all().delete()
    assert refused(paper, user) == ["Recommendations: There are none. Add the recommendations of the paper."]


def test_stale_revision_is_refused(user: User) -> None:
    assert "after you opened" in refused(make_paper(revision=3), user, revision=2)[0]


def test_missing_english_and_pseudonyms_are_remarks(user: User) -> None:
    make_member(pseudonym="Плави јеж")
    make_member(pseudonym="Ћутљива сова")
    paper = make_paper(foreword_en="", method_sr="<p>Каже Плави јеж: питајте.</p>")
    content = build_snapshot(paper, NOW)
    assert publication_problems(content, latest=None) == []
    found = publication_remarks(content)
    assert [finding.where for finding in found] == ["Foreword", "How it was made"]
    assert "no English" in found[0].what
    assert "Плави јеж" in found[1].what


def test_a_correction_is_another_edition_with_a_list_of_changes(user: User, quick: object) -> None:
    paper = make_paper()
    first = issue(paper, user)
    assert refused(paper, user, changes=both("Ништа.")) == ["White Paper: Nothing has changed since edition 1."]
    WhitePaper.objects.filter(pk=paper.pk).update(title_sr="Питајте нас опет")
    assert refused(paper, user) == ["What changed: There is no Serbian text."]
    second = issue(paper, user, changes=both("Исправљен наслов.", "Title mended."))
    assert (second.number, second.changes_sr) == (2, "Исправљен наслов.")  # type: ignore[attr-defined]
    first.refresh_from_db()
    assert first.content["title"]["sr"] == "Питајте нас"


def test_only_one_is_made_at_a_time(user: User) -> None:
    paper = make_paper()
    start_edition(paper=paper, changes=NOTHING, actor=user, now=NOW)
    with pytest.raises(EditionInProgress):
        start_edition(paper=paper, changes=NOTHING, actor=user, now=NOW)


def test_it_resumes_after_a_failure_and_nothing_is_half_issued(
    user: User, quick: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = start_edition(paper=make_paper(), changes=NOTHING, actor=user, now=NOW)
    working = publishing.render_file

    def dies(*args: Any, **named: Any) -> bytes:
        if len(quick) == 4:
            raise MemoryError
        return working(*args, **named)

    monkeypatch.setattr(publishing, "render_file", dies)
    with pytest.raises(MemoryError):
        make_edition(draft_id=draft.pk, clock=lambda: NOW)
    assert EditionDraftFile.objects.count() == 4
    assert not Edition.objects.exists()
    monkeypatch.setattr(publishing, "render_file", working)
    # A crashed worker keeps its lease for a while. Then `resume_editions` enqueues the edition.
    assert make_edition(draft_id=draft.pk, clock=lambda: NOW) is None
    later = NOW + publishing.LEASE + timedelta(seconds=1)
    edition = make_edition(draft_id=draft.pk, clock=lambda: later)
    assert edition is not None
    assert len(quick) == 6
    assert EditionFile.objects.count() == 6
    # A second run does nothing.
    assert make_edition(draft_id=draft.pk, clock=lambda: later) is None
    assert Edition.objects.count() == 1


def test_a_text_that_changes_meanwhile_is_not_in_it(user: User, quick: object) -> None:
    paper = make_paper()
    draft = start_edition(paper=paper, changes=NOTHING, actor=user, now=NOW)
    WhitePaper.objects.update(title_sr="Друго")
    edition = make_edition(draft_id=draft.pk, clock=lambda: NOW + timedelta(seconds=9))
    assert edition is not None
    assert edition.content["title"]["sr"] == "Питајте нас"
    assert edition.issued_at == NOW


def test_failed_rendering_fails_the_draft_until_a_retry(
    user: User, quick: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = start_edition(paper=make_paper(), changes=NOTHING, actor=user, now=NOW)
    working = publishing.render_file

    def fails(*args: Any, **named: Any) -> bytes:
        raise TypstError("no such letter")

    monkeypatch.setattr(publishing, "render_file", fails)
    assert make_edition(draft_id=draft.pk, clock=lambda: NOW) is None
    draft.refresh_from_db()
    assert draft.failed
    monkeypatch.setattr(publishing, "render_file", working)
    assert make_edition(draft_id=draft.pk, clock=lambda: NOW) is None
    retry_edition(draft=draft)
    assert make_edition(draft_id=draft.pk, clock=lambda: NOW) is not None


def test_the_sweep_enqueues_unfinished_editions(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    enqueued: list[int] = []
    draft = start_edition(paper=make_paper(), changes=NOTHING, actor=user, now=NOW)
    monkeypatch.setattr(publishing, "enqueue_task", lambda _task, draft_id: enqueued.append(draft_id))
    resume_editions(now=NOW + timedelta(seconds=30))
    assert enqueued == []
    resume_editions(now=NOW + timedelta(seconds=90))
    assert enqueued == [draft.pk]


def test_publication_works_without_the_broker(
    user: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    away = Celery(broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.conf.broker_transport_options = {"max_retries": 0}
    monkeypatch.setattr(enqueue, "current_app", away)
    with django_capture_on_commit_callbacks(execute=True) as ran:
        start_edition(paper=make_paper(), changes=NOTHING, actor=user, now=NOW)
    assert len(ran) == 1
    assert EditionDraft.objects.count() == 1


def test_quotation_has_a_pseudonym_only_with_consent(user: User, quick: object) -> None:
    consultation = make_consultation()
    agreed, silent, withdrew, nameless = (make_member(pseudonym=name) for name in ("Сова", "Лав", "Вук", "Зец"))
    give_consent(agreed, "quotation")
    give_consent(withdrew, "quotation", withdrawn_on=TODAY - timedelta(days=1))
    give_consent(nameless, "photograph")
    for member in (agreed, silent, withdrew, nameless, None):
        name = member.pseudonym if member else "неко"
        Quotation.objects.create(consultation=consultation, member=member, text_sr=f"Каже {name}", approved_at=NOW)
    Quotation.objects.create(consultation=consultation, text_sr="Није прегледано")
    recommendation = make_recommendation()
    recommendation.consultations.add(consultation)
    edition = issue(make_paper(recommendation), user)
    assert [(each["text"]["sr"], each["pseudonym"]) for each in edition.content["quotations"]] == [
        ("Каже Сова", "Сова"),
        ("Каже неко", ""),
    ]
    assert "Анић" not in json.dumps(edition.content, ensure_ascii=False)


@pytest.mark.parametrize(("support", "published"), [(None, None), (0, None), (4, None), (5, 5), (30, 30)])
def test_counts_below_five_are_not_published(support: int | None, published: int | None) -> None:
    member_count = None if support is None else 41
    paper = make_paper(make_recommendation(support=support, asked=member_count))
    row = build_snapshot(paper, NOW)["recommendations"][0]
    assert (row["support"], row["asked"]) == (published, member_count if published else None)


def test_an_altered_file_is_detected_and_not_served(user: User, quick: object, client: Client) -> None:
    edition = issue(make_paper(), user)
    assert all(each.is_whole for each in verify_files(edition))
    with connection.cursor() as cursor:
        # As the owner of the database could do.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE youthpanel_editionfile DISABLE TRIGGER USER")
        EditionFile.objects.filter(edition=edition, language="sr", format="pdf").update(content=b"%PDF-2.0")
    assert [each.is_whole for each in verify_files(edition)] == [False, *[True] * 5]
    with pytest.raises(FileAltered):
        client.get(f"/sr/youth-panel/white-papers/{edition.paper.slug}.pdf")
    assert client.get(f"/en/youth-panel/white-papers/{edition.paper.slug}.pdf").status_code == 200
