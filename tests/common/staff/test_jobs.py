""" "My jobs": progress, results and errors of the own work, by role, also after a worker stopped."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.staff.jobs import JobState, jobs_of
from clicksafely.common.staff.roles import ROLES
from hotline.models import HashList, ListState, PolicePackage
from hotline.referral.police.build import RETRY_INTERVAL, build_due_packages
from hotline.triage.hash_lists.list_import import import_list
from tests.clients.staff import Person, make_group, signed_in
from tests.database import as_role_of
from tests.factories.papers import NOTHING, make_paper
from tests.hotline.referral.police.conftest import assessed_case, due, make_recipient
from tests.hotline.review.conftest import NOW, make_case
from tests.hotline.triage.hash_lists.lists import added, md5, written
from youthpanel.models import EditionDraft, EditionDraftFile
from youthpanel.white_papers import publishing
from youthpanel.white_papers.documents.formats import FILE_VARIANTS

pytestmark = pytest.mark.django_db

JOBS = "/admin/jobs/"


@pytest.fixture(autouse=True)
def _media_folder(tmp_path: Any) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield


def page_of(person: Person) -> str:
    person.client.cookies["lang"] = "en"
    response = person.client.get(JOBS)
    assert response.status_code == 200
    return response.content.decode()


def hash_list_of(person: Person, content: bytes = b"", **columns: Any) -> HashList:
    hash_list = added(content or written([md5("a")]))
    HashList.objects.filter(pk=hash_list.pk).update(imported_by=person.user, arrived_at=timezone.now(), **columns)
    hash_list.refresh_from_db()
    return hash_list


def test_an_import_shows_its_progress_then_its_result() -> None:
    vera = signed_in("vera", "supervisor")
    hash_list = hash_list_of(vera)
    HashList.objects.update(state=ListState.IMPORTING, done_bytes=hash_list.file_size)
    page = page_of(vera)
    assert ('<progress max="100" value="50"' in page, "progress.js" in page) == (True, True)
    HashList.objects.update(state=ListState.WAITING, done_bytes=0)
    assert import_list(list_id=hash_list.pk, clock=timezone.now)
    page = page_of(vera)
    assert ("<progress" in page, "progress.js" in page) == (False, False)
    assert f'href="/admin/hotline/hash-lists/{hash_list.pk}/"' in page


def test_a_refused_import_shows_the_reason() -> None:
    vera = signed_in("vera", "supervisor")
    import_list(list_id=hash_list_of(vera, b"wrong\n").pk, clock=timezone.now)
    page = page_of(vera)
    assert ("Line 1:" in page, "<progress" in page) == (True, False)


def test_an_edition_shows_its_files_and_its_failure() -> None:
    mila = signed_in("mila", "coordinator")
    draft = publishing.start_edition(paper=make_paper(), changes=NOTHING, actor=mila.user, now=timezone.now())
    assert 'value="0"' in page_of(mila)
    language, form = FILE_VARIANTS[0]
    EditionDraftFile.objects.create(draft=draft, language=language, format=form, content=b"x", sha256="0" * 64)
    EditionDraft.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    (job,) = jobs_of(mila.user, now=timezone.now())
    assert (job.state, job.percent) == (JobState.RUNNING, 100 // len(FILE_VARIANTS))
    EditionDraft.objects.update(failed=True, claimed_until=None)
    (job,) = jobs_of(mila.user, now=timezone.now())
    assert (job.state, len(job.problems)) == (JobState.FAILED, 1)


def test_jobs_are_listed_for_their_owner_while_the_permission_lasts() -> None:
    vera, other = signed_in("vera", "supervisor"), signed_in("other", "supervisor")
    hash_list_of(vera)
    audit_log.record(action="statistics.exported", subject=None, actor=vera.user, now=timezone.now())
    assert len(jobs_of(vera.user, now=timezone.now())) == 2
    assert jobs_of(other.user, now=timezone.now()) == []
    vera.user.groups.clear()
    (job,) = jobs_of(User.objects.get(pk=vera.user.pk), now=timezone.now())
    assert job.url == ""


def test_finished_work_is_listed_for_thirty_days() -> None:
    vera = signed_in("vera", "supervisor")
    now = timezone.now()
    for days in (29, 31):
        audit_log.record(action="statistics.exported", subject=None, actor=vera.user, now=now - timedelta(days=days))
    assert len(jobs_of(vera.user, now=now)) == 1


def test_an_export_of_a_list_leads_back_to_the_list_with_its_filters() -> None:
    vera = signed_in("vera", "supervisor")
    report = make_case()
    vera.client.post(f"/admin/hotline/report/export/?category__exact={report.category}&q=Ana", {"format": "csv"})
    page = page_of(vera)
    address = f"/admin/hotline/report/?category__exact={report.category}"
    assert f'href="{address}"' in page
    assert report.reference in vera.client.get(address).content.decode()


def test_an_exported_list_without_permission_or_page_has_no_link() -> None:
    vera = signed_in("vera", "supervisor")
    make_case()
    vera.client.post("/admin/hotline/report/export/", {"format": "csv"})
    gone = {"list": "hotline.former", "filters": [], "format": "csv", "rows": 1}
    audit_log.record(action="list.exported", subject=None, actor=vera.user, now=timezone.now(), data=gone)
    assert [bool(job.url) for job in jobs_of(vera.user, now=timezone.now())] == [False, True]
    for permission in ("hotline.view_report", "hotline.export_lists"):
        vera.user.groups.set([make_group(permission.rpartition(".")[2], permission)])
        user = User.objects.get(pk=vera.user.pk)
        assert [job.url for job in jobs_of(user, now=timezone.now())] == ["", ""]


def test_a_police_package_is_found_from_the_decision_to_the_package() -> None:
    ana, boris = signed_in("ana", "analyst"), signed_in("boris", "analyst")
    report = assessed_case(author=ana.user)
    due(report, author=ana.user)
    page = page_of(ana)
    assert f'href="/admin/hotline/case/{report.pk}/"' in page
    # Without a recipient none is created, and the page gives the reason.
    assert build_due_packages(now=NOW) == 0
    (job,) = jobs_of(ana.user, now=NOW)
    assert (job.state, len(job.problems)) == (JobState.FAILED, 1)
    make_recipient(grouping="case")
    assert build_due_packages(now=NOW + RETRY_INTERVAL) == 1
    package = PolicePackage.objects.get()
    (job,) = jobs_of(ana.user, now=NOW)
    assert (job.title.endswith(f": {package.reference}"), job.state) == (True, JobState.DONE)
    assert job.url == f"/admin/hotline/police/{package.pk}/"
    assert ana.client.get(job.url).status_code == 200
    assert jobs_of(boris.user, now=NOW) == []


def test_the_part_of_the_staff_site_may_read_the_rows() -> None:
    person = signed_in("person", *[role.code for role in ROLES])
    with as_role_of("staff"):
        jobs_of(person.user, now=timezone.now())
