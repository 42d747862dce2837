"""Publication: checks, atomicity, resumption, corrections, and absence of real names."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from clicksafely.accounts.models import User
from clicksafely.common.documents.typst import TypstError
from clicksafely.common.models import AuditEvent
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
        revision=3,
    )
    Chapter.objects.filter(part="annex").update(text_sr="<p>[...] 😀</p>")
    found = [line.split(": ", 1) for line in refused(paper, user)]
    assert [
        (where, [mark for mark in ("{members}", "TODO", "[...]", "😀") if mark in what]) for where, what in found
    ] == [
        ("Foreword (српски)", ["{members}"]),
        ("How it was made", []),
        ("Recommendation 1 “Час” (English)", ["TODO"]),
        ("Annex 1 “Питања” (српски)", ["[...]"]),
        ("Annex 1 “Питања” (српски)", ["😀"]),
    ]
    paper.places.all().delete()
    assert "Recommendations" in [line.split(": ")[0] for line in refused(paper, user)]
    assert "after you opened" in str(refused(paper, user, revision=2))


def test_missing_english_and_pseudonyms_are_remarks(user: User) -> None:
    make_member(pseudonym="Плави јеж")
    make_member(pseudonym="Ћутљива сова")
    paper = make_paper(foreword_en="", method_sr="<p>Каже Плави јеж: питајте.</p>")
    content = build_snapshot(paper, NOW)
    assert publication_problems(content, latest=None) == []
    found = publication_remarks(content)
    assert [finding.where for finding in found] == ["Foreword", "How it was made"]
    assert "Плави јеж" in found[1].what


def test_a_correction_is_another_edition_with_a_list_of_changes(user: User, quick: object) -> None:
    paper = make_paper()
    first = issue(paper, user)
    assert len(refused(paper, user, changes=both("Ништа."))) == 1
    WhitePaper.objects.filter(pk=paper.pk).update(title_sr="Питајте нас опет")
    assert [line.split(": ")[0] for line in refused(paper, user)] == ["What changed"]
    second = issue(paper, user, changes=both("Исправљен наслов.", "Title mended."))
    assert (second.number, second.changes_sr) == (2, "Исправљен наслов.")  # type: ignore[attr-defined]
    first.refresh_from_db()
    assert first.content["title"]["sr"] == "Питајте нас"


def test_it_resumes_after_a_failure_and_nothing_is_half_issued(
    user: User, quick: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = start_edition(paper=make_paper(), changes=NOTHING, actor=user, now=NOW)
    with pytest.raises(EditionInProgress):
        start_edition(paper=draft.paper, changes=NOTHING, actor=user, now=NOW)
    # A text that changes meanwhile is not in it.
    WhitePaper.objects.update(title_sr="Друго")
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
    assert (edition.content["title"]["sr"], edition.issued_at) == ("Питајте нас", NOW)
    assert len(quick) == 6
    assert EditionFile.objects.count() == 6
    # A second run does nothing.
    assert make_edition(draft_id=draft.pk, clock=lambda: later) is None
    assert Edition.objects.count() == 1


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


def test_quotation_has_a_pseudonym_only_with_consent(user: User, quick: object) -> None:
    consultation = make_consultation()
    agreed, silent, withdrew, nameless = (make_member(pseudonym=name) for name in ("Сова", "Лав", "Вук", "Зец"))
    give_consent(agreed, "quotation")
    give_consent(withdrew, "quotation", withdrawn_on=TODAY - timedelta(days=1))
    give_consent(nameless, "photograph")
    for member in (agreed, silent, withdrew, nameless, None):
        text = f"Каже {member.pseudonym if member else 'неко'}"
        Quotation.objects.create(consultation=consultation, member=member, text_sr=text, approved_at=NOW)
    Quotation.objects.create(consultation=consultation, text_sr="Није прегледано")
    recommendation = make_recommendation()
    recommendation.consultations.add(consultation)
    content = issue(make_paper(recommendation), user).content
    quoted = [(each["text"]["sr"], each["pseudonym"]) for each in content["quotations"]]
    assert quoted == [("Каже Сова", "Сова"), ("Каже неко", "")]


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
