"""The publication form: validation, edit conflicts, versions, and editor hints."""

import re
from typing import Any

import pytest
from django.contrib.admin import site
from django.utils import timezone, translation

from awareness.publishing.drafts import publish_draft
from awareness.publishing.editor_hints import html_hints
from awareness.publishing.models import Draft, FormerSlug, Version
from awareness.publishing.services import restore_version, save_record
from awareness.publishing.versions import serialize_record
from awareness.topics.models import Topic, TopicAnswer
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person, signed_in

pytestmark = pytest.mark.django_db


def form_of(topic: Topic, **changes: Any) -> dict[str, Any]:
    """Return the form data of a topic with these fields changed, sent by the button "Publish"."""
    answers = list(topic.answers.all())
    data: dict[str, Any] = {
        "_publish": "x",
        "opened": topic.revision,
        "slug": topic.slug,
        "report_category": topic.report_category,
        "order": topic.order,
        "published_at_0": "2026-01-01",
        "published_at_1": "01:00:00",
        "withdrawn_at_0": "",
        "withdrawn_at_1": "",
        "answers-TOTAL_FORMS": len(answers),
        "answers-INITIAL_FORMS": len(answers),
    }
    for name in ("title", "summary", "do_now"):
        for language in ("sr", "en"):
            data[f"{name}_{language}"] = getattr(topic, f"{name}_{language}") or ""
    for number, answer in enumerate(answers):
        data |= {
            f"answers-{number}-id": answer.pk,
            f"answers-{number}-topic": topic.pk,
            f"answers-{number}-audience": answer.audience,
        }
        for name in ("title", "lead", "body"):
            for language in ("sr", "en"):
                data[f"answers-{number}-{name}_{language}"] = getattr(answer, f"{name}_{language}") or ""
    return data | changes


def phishing() -> Topic:
    return Topic.objects.get(slug="phishing")


def address(topic: Topic) -> str:
    return f"/admin/topics/topic/{topic.pk}/change/"


def publish_at_once(draft: Draft) -> bool:
    """Publish a draft as the scheduled task does; return whether it is gone."""
    publish_draft(draft=draft, record=Topic.objects.get(pk=draft.object_id), now=timezone.now())
    return not Draft.objects.exists()


def errors_at(page: str, field: str) -> list[str]:
    """Return the error messages of a field."""
    found = re.findall(rf'<ul class="errorlist" id="id_{field}_error">(.*?)</ul>', page, re.DOTALL)
    return [re.sub("<[^>]+>", "", text).strip() for text in found]


def test_a_topic_and_its_answers_are_saved_cleaned_in_one_version(editor: Person) -> None:
    topic = phishing()
    data = form_of(topic)
    data["do_now_sr"] = '<p onclick="x()">Стани.<script>alert(1)</script></p>'
    data["answers-0-body_sr"] = "<h1>Стани</h1><p></p>"
    assert editor.client.post(address(topic), data).status_code == 302
    topic.refresh_from_db()
    assert (topic.do_now_sr, topic.revision) == ("<p>Стани.</p>", 2)  # type: ignore[attr-defined]
    assert topic.answers.all()[0].body_sr == "Стани<p></p>"  # type: ignore[attr-defined]
    versions = list(Version.objects.filter(object_id=topic.pk).order_by("revision"))
    assert [(version.revision, version.author) for version in versions] == [(1, None), (2, editor.user)]
    assert versions[1].content["parts"]["answers"][0]["body_sr"] == "Стани<p></p>"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"slug": "csam"}, {"slug"}),
        (
            {"slug": "два три", "title_sr": "", "report_category": "nonsense"},
            {"slug", "title_sr", "report_category"},
        ),
        ({"withdrawn_at_0": "2025-12-31", "withdrawn_at_1": "12:00"}, {"withdrawn_at"}),
        (
            {"published_at_0": "", "published_at_1": "", "withdrawn_at_0": "2026-12-31", "withdrawn_at_1": "12:00"},
            {"withdrawn_at"},
        ),
        # Two answers to the same reader.
        ({"answers-1-audience": "7-10"}, set()),
    ],
)
def test_invalid_input_is_reported_at_its_field_and_not_saved(
    editor: Person, changes: dict[str, Any], fields: set[str]
) -> None:
    topic = phishing()
    before = serialize_record(topic)
    # A draft cannot be withdrawn; every other input is also refused in a draft.
    data = form_of(topic, **changes)
    del data["_publish"]
    response = editor.client.post(address(topic), data)
    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == fields
    assert serialize_record(phishing()) == before
    assert not Version.objects.filter(object_id=topic.pk).exists()


def test_the_second_of_two_editors_sees_both_texts_and_loses_none(editor: Person) -> None:
    topic = phishing()
    mine = form_of(topic, title_sr="Мој наслов", **{"answers-0-lead_sr": "Моја мисао."})
    theirs = phishing()
    theirs.title_sr = "Њихов наслов"  # type: ignore[attr-defined]
    colleague = signed_in("kolega", "editor")
    save_record(record=theirs, actor=colleague.user, now=timezone.now())

    response = editor.client.post(address(topic), mine)
    page = response.content.decode()
    assert response.status_code == 200
    assert '<span translate="no">kolega</span>' in page
    cells = re.findall(r"<td>(.*?)</td>", page.split('class="edit-conflict"')[1].split("</section>")[0], re.DOTALL)
    compared_texts = [re.sub("<[^>]+>", "", cell) for cell in cells]
    assert compared_texts[:2] == ["Њихов наслов", "Мој наслов"]
    assert "Моја мисао." in compared_texts
    assert PageReader(page).all("input", name="title_sr")[0]["value"] == "Мој наслов"
    assert phishing().title_sr == "Њихов наслов"  # type: ignore[attr-defined]

    again = PageReader(page).all("input", name="opened")
    assert [element["value"] for element in again] == ["2"]
    assert editor.client.post(address(topic), mine | {"opened": "2"}).status_code == 302
    titles = [
        version.content["title_sr"] for version in Version.objects.filter(object_id=topic.pk).order_by("revision")
    ]
    assert titles == ["Фишинг (пецање) и преваре", "Њихов наслов", "Мој наслов"]


def test_a_form_without_an_opened_token_overwrites_nothing(editor: Person) -> None:
    topic = phishing()
    response = editor.client.post(address(topic), form_of(topic, opened="", title_sr="Мој наслов"))
    assert response.status_code == 200
    assert phishing().title_sr == "Фишинг (пецање) и преваре"  # type: ignore[attr-defined]


def test_versions_are_compared_and_brought_back_where_the_page_is_now(editor: Person) -> None:
    topic = phishing()
    first = serialize_record(topic)
    data = form_of(topic, title_sr="Нови наслов", slug="nova-adresa")
    data |= {"answers-1-DELETE": "on", "answers-0-body_sr": "<ul><li><p>Само једно.</p></li></ul>"}
    assert editor.client.post(address(topic), data).status_code == 302
    assert TopicAnswer.objects.filter(topic=topic).count() == 4

    history = f"/admin/topics/topic/{topic.pk}/history/"
    editor.client.cookies["lang"] = "en"
    page = editor.client.get(history).content.decode()
    assert "<del>Фишинг (пецање) и преваре</del>" in page
    assert "<ins>Нови наслов</ins>" in page
    assert "<ins>Само једно.</ins>" in page

    assert editor.client.post(history, {"version": "1"}).status_code == 302
    draft = Draft.objects.get()
    assert publish_at_once(draft)
    now = Topic.objects.get(pk=topic.pk)
    assert now.slug == "nova-adresa"
    assert {**serialize_record(now), "slug": "phishing"} == first
    assert now.revision == 3
    assert FormerSlug.objects.filter(slug="phishing").exists()
    assert editor.client.post(history, {"version": "99"}).status_code == 200


def test_a_version_with_unknown_fields_is_restored_without_them(editor: Person) -> None:
    topic = phishing()
    old = {
        "title_sr": "Стари наслов",
        "gone": "x",
        "parts": {"answers": [{"audience": "parents", "title_sr": "а", "lost": 1}]},
    }
    version = Version(kind="topics.topic", object_id=topic.pk, revision=1, saved_at=timezone.now(), content=old)
    restore_version(record=topic, version=version, actor=editor.user, now=timezone.now())
    now = phishing()
    assert now.title_sr == "Стари наслов"  # type: ignore[attr-defined]
    assert [answer.title_sr for answer in now.answers.all()] == ["а"]  # type: ignore[attr-defined]


def test_the_list_shows_the_state_and_filters_by_it(editor: Person) -> None:
    Topic.objects.filter(slug="csam").update(published_at=None)
    Topic.objects.filter(slug="phishing").update(published_at="2100-01-01T00:00Z")
    Topic.objects.filter(slug="netiquette").update(withdrawn_at="2026-01-02T00:00Z")

    def row_count(state: str) -> int:
        return len(
            re.findall('class="field-state"', editor.client.get(f"/admin/topics/topic/?state={state}").content.decode())
        )

    # The seed has one draft.
    counts = {state: row_count(state) for state in ("draft", "scheduled", "published", "withdrawn")}
    assert counts == {"draft": 2, "scheduled": 1, "published": Topic.objects.count() - 4, "withdrawn": 1}


@pytest.mark.parametrize(
    ("html", "hints"),
    [
        ("<h3>а</h3><p>б</p><h4>в</h4>", []),
        ("<h4>а</h4>", ["skip a level"]),
        ("<h2>а</h2>", ["same level"]),
        ('<a href="/x">Klikni ovde!</a>', ["“Klikni ovde!”"]),
        ('<a href="/x">here</a>', ["“here”"]),
        ('<a href="/x">правила Центра</a>', []),
        ('<a href="https://a.example/">https://a.example/</a>', ["is an address"]),
        ("<a>правила</a>", ["no address"]),
        ('<a href="/x"> </a>', ["no text"]),
    ],
)
def test_a_text_is_checked_for_headings_and_links(html: str, hints: list[str]) -> None:
    with translation.override("en"):
        found = list(html_hints(html, above=2))
    assert len(found) == len(hints)
    assert all(words in hint for words, hint in zip(hints, found, strict=True))


def test_all_rows_that_a_list_shows_can_be_ticked(editor: Person) -> None:
    model_admin = site.get_model_admin(Topic)
    ticked = list(range(10_000, 10_000 + max(model_admin.list_per_page, model_admin.list_max_show_all)))
    wish = {"action": "delete_selected", "_selected_action": ticked, "index": 0, "select_across": 0}
    assert editor.client.post("/admin/topics/topic/", wish).status_code in {200, 302}


def test_a_draft_gets_its_place_when_it_is_published(editor: Person) -> None:
    # The lowest primary key, which would win a tie.
    topic, first, second = Topic.objects.order_by("pk")[:3]
    Topic.objects.filter(pk=second.pk).update(order=first.order + 1)
    data = form_of(topic, order=first.order)
    del data["_publish"]
    assert editor.client.post(address(topic), data).status_code == 302
    assert list(Topic.objects.all()[:3]) == [topic, first, second]
    assert publish_at_once(Draft.objects.get())
    assert list(Topic.objects.all()[:3]) == [first, topic, second]
