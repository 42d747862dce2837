"""The page of a resource: visibility, contents, structured data, and related resources."""

import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from awareness.library.models import Resource
from awareness.library.search_index import cards_about, document_of
from awareness.library.services import save_resource
from awareness.news.models import Article
from awareness.publishing import related_content
from clicksafely.common import search_registry as documents
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview_path
from tests.clients.staff import Person
from tests.factories.library import DAY, NOW, editor, give_file, make_resource, make_topic, pdf

pytestmark = pytest.mark.django_db
SCHEMA = "https://schema.org/"


def page(client: Client, slug: str, language: str = "en", query: str = "") -> PageReader:
    response = client.get(f"/{language}/resources/{slug}/{query}")
    assert response.status_code == 200
    return PageReader(response.content.decode())


def full() -> Resource:
    """Create a resource with every field set."""
    topic = make_topic("pecanje", "Пецање")
    older = make_resource("vodic-1", title_sr="Водич, прво издање")
    part = make_resource("radni-list", title_sr="Радни лист")
    resource = make_resource(
        "vodic",
        topics=[topic],
        parts=[part],
        title_sr="Водич за час",
        title_en="Guide <for> a lesson",
        description_sr="<h2>Шта је</h2><p onclick='x()'>Опис<script>alert(1)</script></p>",
        use_in_class_sr="<p>Поделите листове.</p>",
        teaches_sr="Препознати лажну поруку",
        keywords_sr="фишинг, порука",
        audiences=["educators", "parents"],
        ages=["10-12"],
        levels=["primary-5-8"],
        features=["taggedPDF"],
        creator="Ана Анић",
        publisher="Клик & клик",
        publisher_en="Click & Click",
        version="2.0",
        replaces=older,
        minutes=45,
        is_based_on="https://example.org/original",
    )
    give_file(resource, "Vodič.pdf", pdf(2), language="sr-Latn")
    return resource


def test_the_page_has_all_metadata_as_text(client: Client) -> None:
    resource = full()
    text = page(client, resource.slug).text
    for words in ("10 to 12", "5 to 8", "45 minutes", "2 pages", "Водич, прво издање", "https://example.org/original"):
        assert words in text, words
    assert (
        "Ana Anić (2026). Guide <for> a lesson (version 2.0). Click & Click. http://testserver/en/resources/vodic/"
        in text
    )


def test_files_in_other_languages_are_folded(client: Client) -> None:
    resource = make_resource("plan")
    for name, language in (("sr.txt", "sr-Cyrl"), ("latn.txt", "sr-Latn"), ("en.txt", "en"), ("all.txt", "")):
        give_file(resource, name, language=language)
    for language, own, others in (
        ("sr-latn", ["latn.txt", "all.txt"], ["sr.txt", "en.txt"]),
        ("en", ["en.txt", "all.txt"], ["sr.txt", "latn.txt"]),
    ):
        before, folded = (
            client.get(f"/{language}/resources/plan/").content.decode().split('<details class="other-files">')
        )
        names = [re.findall(r'class="file-name"[^>]*>([^<]*)<', part) for part in (before, folded)]
        assert [sorted(each) for each in names] == [sorted(own), sorted(others)]


def test_rich_text_does_nothing(client: Client) -> None:
    html = client.get(f"/sr/resources/{full().slug}/").content.decode()
    assert "<h2>Шта је</h2><p>Опис</p>" in html
    assert not re.search("onclick|alert", html)
    # Sanitised on saving and again on rendering.
    Resource.objects.filter(slug="vodic").update(description_sr="<p onclick='x()'>Опис</p>")
    assert "onclick" not in client.get("/sr/resources/vodic/").content.decode()


def schema_loader(url: str, options: Any) -> dict[str, Any]:
    """Serve the schema.org context from memory, without network access."""
    assert url.rstrip("/") == "https://schema.org"
    ids = ("url", "contentUrl", "license", "isBasedOn", "educationalRole", "sha256")
    context = {"@vocab": SCHEMA, **{name: {"@id": SCHEMA + name} for name in ids}}
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": context},
    }


def test_structured_data_has_the_same_metadata(client: Client) -> None:
    resource = full()
    data = json.loads(page(client, resource.slug).script[0])
    expanded = jsonld.expand(data, {"documentLoader": schema_loader})
    assert len(expanded) == 1
    node = expanded[0]
    address = "http://testserver/en/resources/vodic/"
    assert (node["@id"], node["@type"]) == (address, [f"{SCHEMA}LearningResource"])

    def value(name: str) -> object:
        return [each.get("@value", each.get("@id")) for each in node[SCHEMA + name]]

    assert value("name") == ["Guide <for> a lesson"]
    assert value("license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert value("timeRequired") == ["PT45M"]
    assert value("typicalAgeRange") == ["10-12"]
    assert value("inLanguage") == ["sr-Cyrl"]
    assert node[f"{SCHEMA}encoding"][0][f"{SCHEMA}inLanguage"] == [{"@value": "sr-Latn"}]
    # The creator may be a person or an organisation, so it has no type.
    assert value("creator") == ["Ana Anić"]
    assert node[f"{SCHEMA}publisher"][0][f"{SCHEMA}name"] == [{"@value": "Click & Click"}]
    (about,) = node[f"{SCHEMA}about"]
    assert about[f"{SCHEMA}url"][0]["@value"] == f"http://testserver/en/topics/{resource.topics.get().slug}/"
    assert value("isBasedOn") == ["https://example.org/original"]
    assert value("hasPart") == ["http://testserver/en/resources/radni-list/"]
    roles = [each[f"{SCHEMA}educationalRole"][0]["@value"] for each in node[f"{SCHEMA}audience"]]
    assert roles == ["teacher", "parent"]
    file = node[f"{SCHEMA}encoding"][0]
    stored = resource.files.get()
    assert file["@type"] == [f"{SCHEMA}MediaObject"]
    assert file[f"{SCHEMA}contentUrl"] == [{"@value": f"{address}files/{stored.pk}/"}]
    assert file[f"{SCHEMA}sha256"] == [{"@value": stored.sha256}]
    assert file[f"{SCHEMA}contentSize"] == [{"@value": "1 kB"}]
    # `numberOfPages` belongs to `Book`.
    assert f"{SCHEMA}numberOfPages" not in file
    # Every term exists in schema.org, none was dropped as unknown, and the graph converts to triples.
    triples = jsonld.to_rdf(data, {"documentLoader": schema_loader})["@default"]
    assert all(triple["predicate"]["value"].startswith((SCHEMA, "http://www.w3.org/")) for triple in triples)
    assert len(triples) > 30


def test_names_are_written_as_the_page_is(client: Client) -> None:
    reader = page(client, full().slug, "sr-latn")
    data = json.loads(reader.script[0])
    assert (data["creator"], data["publisher"]["name"]) == ("Ana Anić", "Klik & klik")
    assert "Ana Anić (2026)." in reader.text
    assert not re.search("[а-яА-Я]", reader.text + "".join(reader.script))


def test_unpublished_topics_are_not_named(client: Client) -> None:
    resource = full()
    title = resource.topics.get().title
    assert title in page(client, "vodic", "sr").text
    resource.topics.update(published_at=timezone.now() + DAY, withdrawn_at=None)
    html = client.get("/sr/resources/vodic/").content.decode()
    feed = client.get("/feeds/resources.json").content.decode()
    assert title not in html
    assert title not in feed


def test_versions_lead_to_each_other(client: Client) -> None:
    full()
    assert page(client, "vodic-1").all("a", href="/en/resources/vodic/")
    assert page(client, "vodic").all("a", href="/en/resources/vodic-1/")
    # An unpublished newer version stays hidden.
    Resource.objects.filter(slug="vodic").update(published_at=None)
    assert not page(client, "vodic-1").all("a", href="/en/resources/vodic/")


def test_parts_wholes_and_others_on_the_same_topics(client: Client) -> None:
    topic = full().topics.get()
    make_resource("srodan", topics=[topic], title_sr="Сродан материјал")
    make_resource("skriven", topics=[topic], title_sr="Скривени", published_at=None)
    text = page(client, "vodic", "sr").text
    assert "Радни лист" in text
    assert "Сродан материјал" in text
    assert "Скривени" not in text
    assert "Водич за час" in page(client, "radni-list", "sr").text


def test_an_unpublished_resource_is_found_only_in_a_preview(client: Client, writer: Person) -> None:
    resource = make_resource("a", published_at=timezone.now() + DAY)
    file = give_file(resource, "a.pdf", pdf())
    paths = ["", f"files/{file.pk}/", f"files/{file.pk}/preview/"]

    def status_codes(client: Client, address: str, query: str = "") -> list[int]:
        answers = [client.get(f"{address}{path}{query}") for path in paths]
        for answer in answers:
            # The response closes the file after the last chunk.
            assert list(answer)
        return [answer.status_code for answer in answers]

    public, address = "/en/resources/a/", preview_path(resource, language="en")
    assert status_codes(client, public) == status_codes(client, public, "?preview=x") == [404] * 3
    assert status_codes(writer.client, address) == [200] * 3
    reader = PageReader(writer.client.get(address).content.decode())
    assert any(link["href"] == f"{address}files/{file.pk}/" for link in reader.all("a"))
    assert reader.all("meta", name="robots")
    assert file.downloads.count() == 0


def test_a_former_address_leads_on(client: Client) -> None:
    resource = make_resource("stara")
    resource.slug = "nova"
    save_resource(record=resource, topics=[], parts=[], actor=editor(), now=NOW)
    response = client.get("/en/resources/stara/")
    assert (response.status_code, response["Location"]) == (301, "/en/resources/nova/")
    assert client.get("/en/resources/nema/").status_code == 404


def test_the_preview_is_a_picture_of_the_first_page(client: Client) -> None:
    resource = full()
    source = next(image["src"] for image in page(client, "vodic").all("img") if "preview" in image["src"])
    response = client.get(source)
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    with Image.open(BytesIO(response.content)) as image:
        assert image.width == 640
    resource.files.get().preview_path.unlink()
    assert client.get(source).status_code == 404


@pytest.mark.parametrize(
    "columns",
    [
        {"licence": ""},
        {"licence": "WTFPL"},
        {"slug": "basket"},
        {"minutes": 0},
        {"kind": "x"},
        {"language": "sr"},
        {"audiences": ["everybody"]},
        {"ages": ["0-99"]},
        {"levels": ["x"]},
        {"features": ["x"]},
    ],
)
def test_the_database_refuses_invalid_values(columns: dict[str, Any]) -> None:
    resource = make_resource("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=resource.pk).update(**columns)


def test_a_resource_cannot_replace_itself() -> None:
    resource = make_resource("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=resource.pk).update(replaces=resource)


def test_queries_of_a_page(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    topic = make_topic("t")
    resource = make_resource("a", topics=[topic])
    for number in range(4):
        give_file(resource, f"f{number}.txt")
        make_resource(f"r{number}", topics=[topic])
    client.get("/en/resources/a/")
    with django_assert_max_num_queries(7):
        client.get("/en/resources/a/")


def test_other_pages_may_show_cards(rf: RequestFactory, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    one, two = make_topic("jedan"), make_topic("dva")
    make_resource("oba", topics=[one, two], published_at=NOW - 5 * DAY)
    make_resource("novi", topics=[one])
    make_resource("tudj")
    make_resource("skriven", topics=[one, two], published_at=None)
    with django_assert_max_num_queries(1):
        found = cards_about([one.pk, two.pk], 3, NOW)
    assert [card.path for card in found] == ["/sr/resources/oba/", "/sr/resources/novi/"]
    assert cards_about([], 3, NOW) == []
    assert "resource" in [shelf.kind for shelf, _ in related_content.related_cards(rf.get("/"), [one.pk], now=NOW)]


def test_the_search_document_has_the_text_of_the_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    search_documents: list[documents.SearchDocument] = []
    monkeypatch.setattr(
        documents,
        "_LISTENERS",
        [lambda record, stays: search_documents.append(document_of(record)) if isinstance(record, Resource) else None],
    )
    full()
    document = search_documents[-1]
    assert (document.url_name, document.url_kwargs) == ("resource", {"slug": "vodic"})
    assert document.words["sr"].keywords == "фишинг, порука Радни лист Пецање"
    assert document.words["sr"].body == "Шта је Опис Препознати лажну поруку Поделите листове."
    assert document.words["en"].title == "Guide <for> a lesson"
    resource = make_resource("samo", title_sr="Само")
    assert set(document_of(resource).words) == {"sr"}
    finder = documents.searchable_for(resource)
    assert finder is not None
    assert finder.kind == "resource"


def test_pages_hold_until_a_resource_appears_on_their_shelves(client: Client) -> None:
    topic = make_topic("tema")
    make_resource("a", topics=[topic])
    article = Article.objects.create(slug="vest", title_sr="Вест", summary_sr="Укратко.", published_at=NOW - DAY)
    article.topics.add(topic)
    make_resource("b", topics=[topic], published_at=timezone.now() + timedelta(seconds=90))
    for path in ("/sr/topics/tema/", "/sr/news/vest/", "/sr/resources/a/"):
        age = re.search(r"public, max-age=(\d+)", client.get(path).headers["Cache-Control"])
        assert age
        assert 60 <= int(age[1]) <= 90, path
