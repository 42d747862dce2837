"""Resources of every installation: loaded once with their files, never over an editor's change."""

import re
from itertools import product
from pathlib import Path
from shutil import copytree

import pypdfium2
import pytest
import yaml
from django.test import Client
from django.utils import timezone

from awareness.library.content import KINDS, read_materials, resource_kind
from awareness.library.editor_hints import resource_hints
from awareness.library.enums import ResourceKind
from awareness.library.models import Resource
from awareness.publishing.services import save_record
from awareness.topics.content import SEED
from awareness.topics.sheets.documents import as_pdf
from clicksafely.accounts.models import User
from clicksafely.common.content.files import ContentError
from clicksafely.common.content.loader import ContentKind, LoadResult, load_content, read_kinds
from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.models import AuditEvent
from tests.cases import failed_cases
from tests.pdf_ua import breaches

pytestmark = pytest.mark.django_db

LEAFLET = "prvi-telefon-letak"


def load(*kinds: ContentKind) -> LoadResult:
    *_steps, result = load_content(kinds, now=timezone.now())
    return result


def names(slug: str) -> list[str]:
    return [file.name for file in Resource.objects.get(slug=slug).files.all()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seed files with one leaflet."""
    copytree(SEED / "library", tmp_path / "seed", ignore=lambda _folder, files: {
        file for file in files if file.endswith(".yaml") and LEAFLET not in file and file != "schema.yaml"
    })  # fmt: skip
    return tmp_path / "seed"


def change(folder: Path, **values: str) -> None:
    [path] = folder.glob("*-*.yaml")
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | values, allow_unicode=True))


def test_an_installation_has_a_library_with_files(client: Client) -> None:
    """An installation after `load_content`: no demonstration, no accounts."""
    first = load(*KINDS)
    assert first.created == first.total == Resource.objects.count()
    # A demonstration is refused in a database that was used.
    assert not AuditEvent.objects.exists()
    resources = Resource.objects.visible(timezone.now())
    assert resources.count() >= 7
    for resource in Resource.objects.all():
        assert resource_hints(resource) == []
        if resource.kind == ResourceKind.GUIDE:
            # A guide waits for the check of an editor.
            assert (resource.published_at, resource.checked_on, bool(resource.approval_note)) == (None, None, True)
    for resource in resources:
        assert client.get(f"/en/resources/{resource.slug}/").status_code == 200
    again = load(*KINDS)
    assert (again.created, again.updated, again.kept_rows) == (0, 0, [])


def test_each_sheet_has_files_in_both_scripts_and_in_english(folder: Path, client: Client) -> None:
    load(resource_kind(folder))
    leaflet = Resource.objects.get()
    assert [leaflet.language, *leaflet.other_languages] == [language.tag for language in LANGUAGES.values()]
    for file in leaflet.files.filter(media_type="application/pdf"):
        pdf = pypdfium2.PdfDocument(file.path.read_bytes())
        text = pdf[0].get_textpage().get_text_range()
        pdf.close()
        assert bool(re.search("[а-шА-Ш]", text)) == (file.language == "sr-Cyrl")
        assert ("Prvi telefon" in text) == (file.language == "sr-Latn")
    page = client.get(f"/sr-latn/resources/{LEAFLET}/").content.decode()
    own_files = page.partition('class="resource-side"')[2].partition('class="other-files"')[0]
    assert f"{LEAFLET}-sr-latn.pdf" in own_files
    assert f"{LEAFLET}-sr.pdf" not in own_files


def test_each_sheet_keeps_every_rule_of_pdf_ua_that_a_machine_can_check() -> None:
    sheets = {material["slug"]: material["sheet"] for material in read_materials(SEED / "library")}

    def check(case: tuple[str, str]) -> None:
        slug, language = case
        assert breaches(as_pdf(sheets[slug], language, now=timezone.now())) == []

    assert failed_cases(check, product(sheets, LANGUAGES)) == {}


def test_a_changed_sheet_is_set_anew(folder: Path) -> None:
    kind = resource_kind(folder)
    assert load(kind).created == 1
    before = names(LEAFLET)
    stored = set(Resource.objects.get().files.values_list("uuid", flat=True))
    change(folder, version="1.1")
    assert load(kind).updated == 1
    assert names(LEAFLET) == before == [f"{LEAFLET}-{code}.{form}" for code in LANGUAGES for form in ("pdf", "docx")]
    assert not stored & set(Resource.objects.get().files.values_list("uuid", flat=True))


def test_changes_and_deletions_by_editors_are_not_overwritten(folder: Path) -> None:
    kind = resource_kind(folder)
    load(kind)
    resource = Resource.objects.get()
    resource.summary_sr = "Други сажетак"
    save_record(record=resource, actor=User.objects.create(username="editor"), now=timezone.now())
    change(folder, version="1.1")
    assert load(kind).kept_rows == [f"library.resource {LEAFLET}: kept, edited"]
    assert Resource.objects.get().version == "1.0"
    Resource.objects.all().delete()
    assert load(kind).kept_rows == [f"library.resource {LEAFLET}: deleted by an editor, not created again"]


def test_a_file_is_named_after_its_resource(folder: Path) -> None:
    change(folder, slug="drugi")
    with pytest.raises(ContentError, match=r"NN-slug\.yaml"):
        read_kinds([resource_kind(folder)])
