"""Admin of resources: the form with its files, error messages, and atomic saving."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from awareness.library import storage
from awareness.library.admin import MAX_TOTAL_BYTES, TOO_MUCH, LibraryUploadHandler
from awareness.library.editor_hints import resource_hints
from awareness.library.forms import ONCE_MORE
from awareness.library.models import MAX_FILE_BYTES, Resource, ResourceFile
from awareness.library.services import remove_file
from clicksafely.common.models import AuditEvent
from tests.clients.page_reader import PageReader
from tests.clients.staff import signed_in
from tests.factories.library import NOW, editor, give_file, make_resource, make_topic, pdf, picture

pytestmark = pytest.mark.django_db
ADD = "/admin/library/resource/add/"


@pytest.fixture
def client() -> Client:
    return signed_in("urednica", "editor").client


def fields(*uploads: SimpleUploadedFile, **changes: Any) -> dict[str, Any]:
    """Return the form data as a browser sends it."""
    data: dict[str, Any] = {
        "title_sr": "Радни лист",
        "slug": "radni-list",
        "summary_sr": "Укратко.",
        "kind": "worksheet",
        "language": "sr-Cyrl",
        "licence": "CC-BY-4.0",
        "published_at_0": "2026-03-01",
        "published_at_1": "08:00:00",
        "files-TOTAL_FORMS": str(len(uploads)),
        "files-INITIAL_FORMS": "0",
    }
    for number, upload in enumerate(uploads):
        data |= {
            f"files-{number}-upload": upload,
            f"files-{number}-order": str(number),
            f"files-{number}-label_sr": "Лист",
        }
    return {name: value for name, value in {**data, **changes}.items() if value is not None}


def errors_at(html: str, field: str) -> list[str]:
    return re.findall(rf'id="id_{field}_error"><li>(.*?)</li>', html)


def test_an_editor_chooses_the_language_of_a_file(client: Client) -> None:
    data = fields(SimpleUploadedFile("lap.pdf", pdf()), **{"files-0-language": "hu"})
    assert client.post(ADD, data).status_code == 302
    resource = Resource.objects.get()
    assert resource.files.get().language == "hu"
    with translation.override("en"):
        assert len([hint for hint in resource_hints(resource) if hint.where == "lap.pdf"]) == 1
        resource.other_languages = ["hu"]
        assert not [hint for hint in resource_hints(resource) if hint.where == "lap.pdf"]
    with pytest.raises(IntegrityError, match="file_language_known"), transaction.atomic():
        resource.files.update(language="xx")


def errors(html: str) -> str:
    return " ".join(re.findall(r'<ul class="errorlist[^"]*"[^>]*>(.*?)</ul>', html, re.DOTALL))


def stored_names(media: Path) -> list[str]:
    folder = media / "library"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_resource_and_its_files_are_saved_together(client: Client, media: Path) -> None:
    topic = make_topic("pecanje")
    data = fields(
        SimpleUploadedFile("Лист.pdf", pdf(2), "application/pdf"),
        SimpleUploadedFile("слика.png", picture(), "text/html"),
        topics=[topic.pk],
        audiences=["educators", "parents"],
        ages=["10-12"],
        description_sr="Први <3 пасус".replace("<3 ", "") + "\n\nДруги пасус",
    )
    assert client.post(ADD, data).status_code == 302
    resource = Resource.objects.get(slug="radni-list")
    assert (resource.audiences, resource.ages, list(resource.topics.all())) == (
        ["educators", "parents"],
        ["10-12"],
        [topic],
    )
    assert resource.description_sr == "<p>Први пасус</p>\n\n<p>Други пасус</p>"
    kinds = [(file.name, file.media_type, file.pages, file.label_sr) for file in resource.files.all()]
    assert kinds == [("Лист.pdf", "application/pdf", 2, "Лист"), ("слика.png", "image/png", None, "Лист")]
    expected = sorted(name for file in resource.files.all() for name in (str(file.uuid), f"{file.uuid}.webp"))
    assert stored_names(media) == expected
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"library.resource.published", "library.resourcefile.published"} <= actions
    assert client.get("/sr/resources/radni-list/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        (
            {"slug": "има razmak", "minutes": "0", "audiences": ["everybody"], "title_sr": ""},
            {"slug", "minutes", "audiences", "title_sr"},
        ),
        ({"licence": ""}, {"licence"}),
        # A form-wide error from a database constraint.
        ({"slug": "basket"}, {"__all__"}),
        ({"withdrawn_at_0": "2026-02-01", "withdrawn_at_1": "08:00:00"}, {"withdrawn_at"}),
    ],
)
def test_an_invalid_field_is_an_error_and_nothing_is_saved(
    client: Client, media: Path, changes: dict[str, Any], names: set[str]
) -> None:
    response = client.post(ADD, fields(SimpleUploadedFile("a.pdf", pdf()), **changes))
    assert set(response.context["adminform"].form.errors) == names
    assert not Resource.objects.exists()
    assert stored_names(media) == []


def test_a_wrong_file_is_an_error_and_nothing_is_saved(client: Client, media: Path) -> None:
    good = SimpleUploadedFile("slika.png", picture())
    response = client.post(ADD, fields(good, SimpleUploadedFile("a.pdf", pdf(locked=True))))
    assert response.status_code == 200
    page = response.content.decode()
    assert [error for error in errors_at(page, "files-1-upload") if error != str(ONCE_MORE)]
    # The valid file must be chosen again.
    assert errors_at(page, "files-0-upload") == [str(ONCE_MORE)]
    assert (Resource.objects.count(), ResourceFile.objects.count(), stored_names(media)) == (0, 0, [])


def test_files_over_the_bound_together_are_not_written_and_every_word_stays(
    client: Client, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LibraryUploadHandler, "together", 100_000)
    monkeypatch.setattr(storage.FileWriter, "write", lambda writer, chunk: pytest.fail("written"))
    uploads = [SimpleUploadedFile(f"{name}.txt", b"a" * 60_000) for name in "ab"]
    response = client.post(ADD, fields(*uploads, title_sr="Стоји"))
    page = response.content.decode()
    assert [errors_at(page, f"files-{number}-upload") for number in (0, 1)] == [[str(TOO_MUCH)]] * 2
    assert PageReader(page).all("input", name="title_sr")[0]["value"] == "Стоји"
    assert (stored_names(media), Resource.objects.count()) == ([], 0)


def test_two_of_the_largest_files_fit_into_a_form_that_proxies_let_through() -> None:
    allowed = re.findall(r"resource\|.*?client_max_body_size (\d+)m;", Path("deploy/nginx.conf").read_text(), re.DOTALL)
    assert 2 * MAX_FILE_BYTES <= MAX_TOTAL_BYTES < int(allowed[0]) * 1024 * 1024


def test_two_files_of_one_name_are_refused(client: Client, media: Path) -> None:
    response = client.post(ADD, fields(SimpleUploadedFile("a.pdf", pdf()), SimpleUploadedFile("A.PDF", pdf(3))))
    assert 'id="id_files-1-upload_error"' in response.content.decode()
    assert (Resource.objects.count(), stored_names(media)) == (0, [])


def change(resource: Resource, **changes: Any) -> dict[str, Any]:
    """Return the form data of an existing resource with its files."""
    files = list(resource.files.all())
    data = fields(
        title_sr=resource.title_sr,  # type: ignore[attr-defined]
        slug=resource.slug,
        opened=str(resource.revision),
        _publish="x",
        **{"files-TOTAL_FORMS": str(len(files)), "files-INITIAL_FORMS": str(len(files))},
    )
    for number, file in enumerate(files):
        data |= {
            f"files-{number}-id": str(file.pk),
            f"files-{number}-resource": str(resource.pk),
            f"files-{number}-order": "0",
        }
    return {**data, **changes}


def test_files_are_described_and_removed(client: Client, media: Path, django_capture_on_commit_callbacks: Any) -> None:
    resource = make_resource("radni-list")
    remaining, gone = give_file(resource, "a.pdf", pdf()), give_file(resource, "b.txt")
    address = f"/sr/resources/radni-list/files/{gone.pk}/"
    assert client.head(address).status_code == 200
    path = f"/admin/library/resource/{resource.pk}/change/"
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(path, change(resource, **{"files-0-label_sr": "За ученике", "files-1-DELETE": "on"}))
    assert response.status_code == 302
    assert [(file.pk, file.label_sr) for file in resource.files.all()] == [(remaining.pk, "За ученике")]
    assert client.head(address).status_code == 404
    assert gone.name not in client.get("/sr/resources/radni-list/").content.decode()
    # A version refers to it, so the content stays.
    assert (remaining.path.exists(), gone.path.exists()) == (True, True)
    again = change(
        resource,
        **{"files-TOTAL_FORMS": "2", "files-1-upload": SimpleUploadedFile("b.txt", b"drugi"), "files-1-order": "1"},
    )
    again["opened"] = str(Resource.objects.get().revision)
    assert client.post(path, again).status_code == 302
    assert [file.name for file in resource.files.all()] == ["a.pdf", "b.txt"]


def test_deleting_takes_the_files_off_the_disk(
    client: Client, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    resource = make_resource("a")
    give_file(resource, "a.pdf", pdf())
    remove_file(file=give_file(resource, "b.txt"), actor=editor(), now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/library/resource/{resource.pk}/delete/", {"post": "yes"})
    assert (Resource.objects.count(), stored_names(media)) == (0, [])


def test_a_form_without_its_token_is_refused(media: Path) -> None:
    person = signed_in("urednik", "editor")
    client = Client(enforce_csrf_checks=True)
    client.cookies = person.client.cookies
    assert client.post(ADD, fields(SimpleUploadedFile("a.pdf", pdf()))).status_code == 403
    assert (Resource.objects.count(), stored_names(media)) == (0, [])


def test_a_list_of_many_stays_short(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        make_resource(f"r{number}", published_at=NOW)
    client.get("/admin/library/resource/")
    with django_assert_max_num_queries(12):
        client.get("/admin/library/resource/")
