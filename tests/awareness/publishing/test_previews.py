"""Previews on the staff site for every content type: their content and the permissions for them."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client, override_settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from awareness.events.models import Event
from awareness.games.models import Game
from awareness.library.models import DownloadCount, Resource, ResourceFile
from awareness.pages.models import ContactPoint
from awareness.publishing import drafts
from awareness.publishing.models import Draft, Publication
from awareness.publishing.services import save_record
from awareness.publishing.versions import serialize_record
from awareness.quizzes.models import PlayCount, QuestionCount, Quiz
from awareness.topics.models import HelpLine, Topic
from clicksafely import urls_public
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from clicksafely.urls import urlpatterns as all_urls
from tests.clients.admin_form import form_data
from tests.clients.page_reader import PageReader
from tests.clients.previews import page_path, preview, preview_path
from tests.clients.quiz_player import OURS
from tests.clients.staff import Person, make_staff, signed_in
from tests.factories.events import make_date
from tests.factories.games import SORT, STORY, make_game
from tests.factories.library import pdf
from tests.factories.publications import RECORDS, every_kind, published_resource

pytestmark = pytest.mark.django_db
TITLE = "Наслов који још нико не сме да види"
LATIN = "Naslov koji još niko ne sme da vidi"

# The URLs of a process with PORTAL=staff.
urlpatterns = [each for each in all_urls if each not in urls_public.urlpatterns or each is urls_public.news_media]


@pytest.fixture
def staff_process(settings: Any) -> None:
    """Serve the staff site only; the public one has another host."""
    settings.ROOT_URLCONF, settings.SITE_URL, settings.PORTAL = __name__, "https://klik.example.org", "staff"


def write_draft(record: Publication, person: Person, **changes: Any) -> Draft:
    """Store a draft that differs in `changes`."""
    content = serialize_record(record) | {"title_sr": TITLE} | changes
    return drafts.save_draft(record=record, content=content, actor=person.user, now=timezone.now())


@every_kind
@pytest.mark.usefixtures("staff_process")
def test_the_staff_process_shows_the_draft_in_every_language(writer: Person, model: type[Publication]) -> None:
    record = RECORDS[model]()
    draft = write_draft(record, writer, title_en="A title in English")
    before, audited = serialize_record(record), AuditEvent.objects.count()
    for language, title, tag in (("sr-latn", LATIN, "sr-Latn"), ("en", "A title in English", "en")):
        html = preview(writer, record, language=language)
        page = PageReader(html)
        assert title in html
        assert page.all("html")[0]["lang"] == tag
        assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex"}]
        # The banner leads to the other languages and to the form.
        links = [link["href"] for link in page.all("a") if "hreflang" in link]
        assert links[:3] == [preview_path(record, language=code) for code in ("sr", "sr-latn", "en")]
        meta = record._meta
        assert page.all("a", href=f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/change/")
        # All that the page loads is on the staff site.
        addresses = [each.get("src") or "" for each in (*page.all("img"), *page.all("script"))]
        assert all(address.startswith(("/static/", "/admin/", "/media/", "data:")) for address in addresses if address)
        assert "application/ld+json" not in html
    assert serialize_record(type(record)._default_manager.get(pk=record.pk)) == before
    assert Draft.objects.get() == draft
    assert AuditEvent.objects.count() == audited
    assert (get_script_prefix(), get_urlconf()) == ("/", None)


def test_preview_requires_permission(writer: Person) -> None:
    record = RECORDS[Topic]()
    write_draft(record, writer)
    address = preview_path(record)
    anonymous = Client().get(address)
    assert (anonymous.status_code, anonymous.headers["Location"].partition("?")[0]) == (302, "/admin/login/")
    others = [signed_in("analyst", "analyst"), signed_in("nobody")]
    password_only = Client()
    password_only.force_login(make_staff("half", "author"), "clicksafely.common.permissions.StaffBackend")
    for person in others:
        for send in (person.client.get, person.client.post):
            response = send(address)
            assert (response.status_code, TITLE in response.content.decode()) == (403, False)
    # A password without the second factor.
    assert password_only.get(address).status_code == 302


def test_the_public_process_has_no_preview(writer: Person) -> None:
    record = RECORDS[Topic]()
    write_draft(record, writer)
    visitor = Client()
    with override_settings(ROOT_URLCONF="clicksafely.urls_public"):
        for address in (preview_path(record), f"/{page_path(record)}preview/{page_path(record)}"):
            # Not even to staff.
            for client in (visitor, writer.client):
                assert client.get(address).status_code == 404
        for query in ("", "?preview=", f"?preview={record.pk}", "?preview=1&draft=1"):
            page = visitor.get(f"/{page_path(record)}{query}")
            assert (page.status_code, TITLE in page.content.decode()) == (200, False)


def test_a_path_that_is_no_page_is_not_found(writer: Person) -> None:
    topic = Topic.objects.all()[0]
    for page in ("sr/topics/x/", "sr/nothing/", "x", "//example.org/sr/", "\x00"):
        assert writer.client.get(f"{preview_path(topic, 'sr/')[:-3]}{page}").status_code == 404
        assert get_urlconf() is None


@pytest.mark.usefixtures("staff_process")
def test_other_pages_are_on_the_public_site(writer: Person) -> None:
    record = RECORDS[Event]()
    date = make_date(record)
    for page in ("sr/news/", "en/search/?q=a", "sr/report/", f"sr/events/{record.slug}/book/?date={date.uuid}"):
        for send in (writer.client.get, writer.client.post):
            response = send(preview_path(record, page))
            assert (response.status_code, response.headers["Location"]) == (302, f"https://klik.example.org/{page}")
    name = f"{'0' * 64}.webp"
    # The staff process serves the files of articles itself.
    assert writer.client.get(preview_path(record, f"media/news/{name}")).headers["Location"] == f"/media/news/{name}"


@pytest.mark.usefixtures("staff_process")
def test_a_quiz_is_played_and_not_counted(writer: Person) -> None:
    quiz = RECORDS[Quiz]()
    write_draft(quiz, writer)
    html = preview(writer, quiz)
    (form,) = PageReader(html).all("form", method="post")
    assert form["action"] == preview_path(quiz)
    for first in (quiz, Quiz.objects.visible(timezone.now()).exclude(pk=quiz.pk)[0]):
        # The second quiz is public, in a preview of the first one.
        address = preview_path(quiz, page_path(first))
        page = PageReader(writer.client.post(address, {}, headers=OURS).content.decode())
        (play,) = page.all("form", method="post", action=address)
        assert play
    assert not PlayCount.objects.exists()
    assert not QuestionCount.objects.exists()
    assert writer.client.post(preview_path(quiz), {}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    # On paper and as a file.
    for page in ("print", "print/?part=sheet", "offline"):
        response = writer.client.get(f"{preview_path(quiz)}{page.partition('?')[0].rstrip('/')}/", {"part": "sheet"})
        assert (response.status_code, TITLE in response.content.decode()) == (200, True)


@pytest.mark.usefixtures("staff_process")
def test_a_story_is_read_to_its_end(writer: Person) -> None:
    game = make_game(STORY, published=False)
    address, seen = preview_path(game, language="en"), []
    for _ in range(20):
        page = PageReader(writer.client.get(address).content.decode())
        seen.append(address)
        onward = [link["href"] for link in page.all("a") if "data-go" in link and link["href"] not in seen]
        assert all(link.startswith(preview_path(game, language="en")) for link in onward)
        if not onward:
            break
        # Another language shows the same scene.
        other = next(link["href"] for link in page.all("a") if link.get("hreflang") == "sr-Latn")
        assert writer.client.get(other).status_code == 200
        address = onward[0]
    assert len(seen) > 2
    game = make_game(SORT, published=False)
    response = writer.client.get(preview_path(game, language="en"), {"done": "1"})
    assert response.status_code == 200
    # A path that does not belong to the story leads to its first page.
    lost = writer.client.get(f"{preview_path(Game.objects.get(slug='made-story'))}tell/", {"p": "999"})
    assert lost.headers["Location"].startswith("/admin/games/game/")


@pytest.mark.usefixtures("staff_process")
def test_the_files_of_a_draft_are_sent_and_not_counted(writer: Person) -> None:
    resource = published_resource()
    form = writer.client.get(f"/admin/library/resource/{resource.pk}/change/")
    assert form.status_code == 200
    upload = {"files-TOTAL_FORMS": "2", "files-1-upload": SimpleUploadedFile("nov.pdf", pdf(), "application/pdf")}
    data = form_data(form.content.decode(), _save="x", **upload)
    assert writer.client.post(f"/admin/library/resource/{resource.pk}/change/", data).status_code == 302
    file = ResourceFile.objects.get(name="nov.pdf")
    page = PageReader(preview(writer, resource))
    address = preview_path(resource, f"{page_path(resource)}files/{file.pk}/")
    assert page.all("a", href=address)
    picture = writer.client.get(f"{address}preview/")
    assert (picture.status_code, "public" in picture.headers["Cache-Control"]) == (200, False)
    assert writer.client.get(address).getvalue()[:4] == b"%PDF"
    assert not DownloadCount.objects.exists()
    public = f"/sr/resources/{resource.slug}/files/{file.pk}/"  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF="clicksafely.urls_public"):
        for tail in ("", "preview/", "cover/", "?preview=x"):
            assert Client().get(f"{public}{tail}").status_code == 404


def test_a_former_address_leads_to_the_preview_of_the_present_one(writer: Person) -> None:
    topic = RECORDS[Topic]()
    before, topic.slug = preview_path(topic), "nova-adresa"
    save_record(record=topic, actor=writer.user, now=timezone.now())
    response = writer.client.get(before)
    assert (response.status_code, response.headers["Location"]) == (301, preview_path(topic))


def test_an_error_in_a_preview_leaves_the_urls_of_the_process(writer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = RECORDS[Topic]()
    write_draft(topic, writer)

    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("awareness.topics.views.topic_data", fail)
    writer.client.raise_request_exception = False
    assert writer.client.get(preview_path(topic)).status_code == 500
    assert (get_script_prefix(), get_urlconf()) == ("/", None)
    assert reverse("topics") == "/sr/topics/"
    monkeypatch.undo()
    assert TITLE not in Client().get(f"/{page_path(topic)}").content.decode()


def test_the_submitted_form_is_shown_on_the_public_page_and_nothing_is_stored(writer: Person) -> None:
    record = RECORDS[Topic]()
    before = serialize_record(record)
    page = f"/admin/topics/topic/{record.pk}"
    data = form_data(writer.client.get(f"{page}/change/").content.decode(), title_sr="Још несачувано")
    response = writer.client.post(f"{page}/preview-unsaved/", data | {"preview_language": "sr-latn"})
    assert (response.status_code, response.headers["X-Preview"]) == (200, "typed")
    assert "no-store" in response.headers["Cache-Control"]
    assert "Još nesačuvano" in response.content.decode()
    assert serialize_record(Topic.objects.get(pk=record.pk)) == before
    assert not Draft.objects.exists()
    # An invalid form shows the stored text, and says so.
    response = writer.client.post(f"{page}/preview-unsaved/", data | {"title_sr": "", "preview_language": "xx"})
    assert (response.status_code, response.headers["X-Preview"]) == (200, "stored")
    assert writer.client.get(f"{page}/preview-unsaved/").status_code == 405
    assert Client().post(f"{page}/preview-unsaved/", data).status_code == 302


# The required fields of a new record, besides title and summary.
NEW: dict[type[Publication], dict[str, Any]] = {
    Event: {"kind": "workshop"},
    Game: {"kind": "story", "level": "7-10", "minutes": "5"},
    Quiz: {"level": "7-10", "minutes": "5"},
    Resource: {"kind": "worksheet", "language": "sr-Cyrl"},
}


def stored_rows() -> dict[str, int]:
    """Return the number of rows of every table, and the content version."""
    tables = {model._meta.db_table: model._base_manager.count() for model in apps.get_models()}
    return tables | {"content version": content_version.current()}


@every_kind
@pytest.mark.usefixtures("staff_process")
def test_a_new_record_is_shown_and_leaves_no_trace(
    writer: Person,
    model: type[Publication],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    tasks: list[Any] = []
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda *args, **options: tasks.append(args))
    monkeypatch.setattr("celery.Celery.send_task", lambda *args, **options: tasks.append(args))
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"
    html = writer.client.get(base).content.decode()
    assert f'data-unsaved-preview="{base}preview-unsaved/"' in html
    data = form_data(html, title_sr="Још несачувано", summary_sr="Укратко.", **NEW.get(model, {}))
    before = stored_rows()
    with django_capture_on_commit_callbacks() as callbacks:
        response = writer.client.post(f"{base}preview-unsaved/", data | {"preview_language": "sr-latn"})
        assert (response.status_code, response.headers.get("X-Preview")) == (200, "typed")
        assert "no-store" in response.headers["Cache-Control"]
        source = response.content.decode()
        assert "Još nesačuvano" in source
        page = PageReader(source)
        # There is no saved record in other languages; the form is the only page of this one.
        assert page.all("a", href=base)
        assert [link for link in page.all("a") if "hreflang" in link] == []
        response = writer.client.post(f"{base}preview-unsaved/", data | {"title_sr": ""})
        assert (response.status_code, response.headers["X-Preview"]) == (200, "none")
    assert (callbacks, tasks, mail.outbox, stored_rows()) == ([], [], [], before)
    assert writer.client.get(f"{base}preview-unsaved/").status_code == 405
    assert signed_in("analiticar", "analyst").client.post(f"{base}preview-unsaved/", data).status_code == 403


@pytest.mark.usefixtures("staff_process")
def test_links_in_the_preview_of_a_new_record_lead_to_the_public_site(writer: Person) -> None:
    base = "/admin/news/article/add/preview"
    for page in ("sr/news/", "sr/topics/privacy/", "en/search/?q=a"):
        response = writer.client.get(f"{base}/{page}")
        assert (response.status_code, response.headers["Location"]) == (302, f"https://klik.example.org/{page}")
    for page in ("/example.org/", "//example.org/sr/", "sr/nothing/"):
        assert writer.client.get(f"{base}/{page}").status_code == 404
    assert signed_in("analiticar", "analyst").client.get(f"{base}/sr/news/").status_code == 403


@pytest.mark.parametrize(
    ("model", "field"),
    [(HelpLine, "title_sr"), (ContactPoint, "label_sr")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_an_entry_of_a_list_is_shown_on_its_page_and_not_saved(model: type[Model], field: str) -> None:
    editor = signed_in("urednica", "editor")
    ContactPoint.objects.create(unit="centre", kind="email", value="office@example.org")
    record = model._default_manager.all()[0]
    page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{record.pk}"
    html = editor.client.get(f"{page}/change/").content.decode()
    before = model._default_manager.values().get(pk=record.pk)
    data = form_data(html, **{field: "Још несачувано"}) | {"active": "on"}
    response = editor.client.post(f"{page}/preview-unsaved/", data)
    assert (response.status_code, response.headers["X-Preview"]) == (200, "typed")
    assert "Још несачувано" in response.content.decode()
    assert model._default_manager.values().get(pk=record.pk) == before
    # Its banner has links to the saved record.
    links = [link["href"] for link in PageReader(response.content.decode()).all("a") if "hreflang" in link]
    assert links[:1] == [f"{page}/preview/sr/{site.get_model_admin(model).page}"]  # type: ignore[attr-defined]
    assert editor.client.get(links[0]).status_code == 200
    assert signed_in("analiticar", "analyst").client.post(f"{page}/preview-unsaved/", data).status_code == 403
