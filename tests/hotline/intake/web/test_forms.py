"""The report form: fields and errors for invalid input."""

import json
import socket
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from hotline.categories import CATEGORIES
from hotline.intake.web.forms import MessageForm, ReportForm
from hotline.intake.web.report_draft import ReportDraft
from tests.hotline.intake.journey import picture


def sent(category: str = "other", *, files: list[Any] | None = None, child: bool = False, **fields: str) -> ReportForm:
    """A bound form, cleaned, in English."""
    data = QueryDict(mutable=True)
    data.update({"consent": "on", **fields})
    with override("en"):
        form = ReportForm(
            data, MultiValueDict({"images": files or []}), category=category, child=child, stored_pictures=[]
        )
        form.full_clean()
        form.errors.as_json()
    return form


def errors_of(form: ReportForm) -> dict[str, str]:
    """Field -> the text of its errors."""
    with override("en"):
        return {name: " ".join(str(error) for error in errors) for name, errors in form.errors.items()}


class TestRequiredFields:
    @pytest.mark.parametrize(
        ("category", "child", "fields"),
        [
            ("csam", True, {"addresses": "на Фејсбуку, не знам где"}),
            ("csam", False, {"app": "telegram"}),
            ("other", False, {"app": "game", "handle": "@"}),
            ("other", True, {"handle": "@primer"}),
            ("cyberbullying", True, {"what": "прете ми", "danger_now": "on", "about_me": "on"}),
            ("cyberbullying", False, {"details": "само ово"}),
        ],
    )
    def test_any_one_thing_is_enough(self, category: str, child: bool, fields: dict[str, str]) -> None:
        assert errors_of(sent(category, child=child, **fields)) == {}

    @pytest.mark.parametrize(
        "fields",
        [{}, {"danger_now": "on", "contact": "a@example.org"}, {"what": " \u200b\u202e "}, {"when_seen": "today"}],
    )
    def test_an_empty_form_gets_one_message_where_it_is_put_right(self, fields: dict[str, str]) -> None:
        assert list(errors_of(sent("csam", **fields))) == ["addresses"]
        assert list(errors_of(sent("other", child=True, **fields))) == ["what"]

    def test_a_field_with_an_error_of_its_own_is_not_called_empty(self) -> None:
        assert list(errors_of(sent("csam", what="a\x00b"))) == ["what"]

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"consent": ""}, ["consent"]),
            ({"wants_answer": "on"}, ["contact"]),
            ({"wants_answer": "on", "contact": " \u200b"}, ["contact"]),
            ({"when_seen": "2999-01-01"}, ["when_seen"]),
            ({"app": "<script>", "when_seen": "\x00"}, ["app", "when_seen"]),
        ],
    )
    def test_invalid_fields(self, fields: dict[str, str], where: list[str]) -> None:
        assert sorted(errors_of(sent(**{"what": "x", **fields}))) == where

    @pytest.mark.parametrize(
        "contact",
        [
            "+381 60 000 00 00",
            "Ana <ana@example.org>",
            "ana@mail.example.co.uk",
            "Mastodon: @ana@example",
            "ana@EXAMPLE.ORG.",
        ],
    )
    def test_contacts(self, contact: str) -> None:
        form = sent(what="x", contact=contact)
        assert errors_of(form) == {}
        assert form.cleaned_data["contact"] == contact

    @pytest.mark.parametrize(
        ("contact", "message"),
        [
            ("osoba@example", "valid email"),
            ("osoba@@example.org", "valid email"),
            ("ana@gmail.con", "cannot write"),
            ("ana@router.local", "cannot write"),
            ("ana@co.rs", "cannot write"),
            ("ana@localhost.localhost", "cannot write"),
            ("Ана, ana@gmail.cmo", "cannot write"),
            ("mailto:ana@x.invalid", "cannot write"),
            ("ana@", ""),
            ("ana@ gmail.com", ""),
            ("a b ana@@example.org", ""),
        ],
    )
    def test_an_address_that_cannot_be_written_to(
        self, contact: str, message: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No name is looked up."""
        monkeypatch.setattr(socket, "getaddrinfo", None)
        found = errors_of(sent(what="x", contact=contact))
        assert list(found) == ["contact"]
        assert message in found["contact"]

    def test_the_whole_form(self) -> None:
        form = sent(
            "other",
            addresses="example.org/a\nwww.example.net",
            app="discord",
            handle="  @primer\t",
            what="прете\r\nми ",
            when_seen="this-week",
            details="",
            danger_now="on",
            about_me="on",
            contact="a@example.org",
            wants_answer="on",
        )
        draft = form.draft(language="sr-latn", receipt="0" * 16, pictures=[], trapped=False)
        assert [location.canonical for location in draft.locations] == [
            "https://example.org/a",
            "https://www.example.net/",
            "app:discord/primer",
        ]
        assert (draft.handle, draft.what, draft.when_seen) == ("@primer", "прете\nми", "this-week")
        assert (draft.danger_now, draft.about_me, draft.wants_answer, draft.child) == (True, True, True, False)


class TestBounds:
    @pytest.mark.parametrize(
        ("field", "limit"),
        [("addresses", 20_000), ("what", 5_000), ("details", 10_000), ("handle", 200), ("contact", 200)],
    )
    def test_every_text(self, field: str, limit: int) -> None:
        fields = {"what": "x", "app": "viber", field: "ж" * limit}
        assert errors_of(sent(**fields)) == {}
        found = errors_of(sent(**fields | {field: "ж" * (limit + 1)}))
        assert list(found) == [field]
        assert f"{limit + 1} characters; the limit is {limit}" in found[field]

    def test_a_message(self) -> None:
        def message(text: str) -> MessageForm:
            return MessageForm({"text": text}, takes_pictures=True, child=False)

        with override("en"):
            assert message("ж" * 5000).is_valid()
            assert not message("ж" * 5001).is_valid()
            assert list(message(" \u200b\n").errors) == ["text"]

    def test_fifty_addresses(self) -> None:
        listed = [f"https://example.org/{number}" for number in range(51)]
        assert errors_of(sent(addresses="\n".join(listed[:50]))) == {}
        assert "51" in errors_of(sent(addresses="\n".join(listed)))["addresses"]
        # The same address counts once.
        assert errors_of(sent(addresses="example.org/a " * 900)) == {}

    @pytest.mark.parametrize("text", ["a\x00b", "a\ufffdb"])
    def test_unreadable_characters_are_reported(self, text: str) -> None:
        fields = ["addresses", "what", "details", "handle", "contact"]
        form = sent(app="viber", **dict.fromkeys(fields, text))
        assert sorted(errors_of(form)) == sorted(fields)
        assert all("�" in error for error in errors_of(form).values())

    def test_invisible_characters_are_removed(self) -> None:
        form = sent(addresses="https://exam\u200bple.org/\u202ea", what="о\u2066к\ufeff")
        assert form.cleaned_data["what"] == "ок"
        assert [found.canonical for found in form.extraction.locations] == ["https://example.org/a"]


class TestPictures:
    @pytest.mark.parametrize(
        ("upload", "message"),
        [
            (SimpleUploadedFile("a.png", b"no picture", "image/png"), "not a picture"),
            (picture("a.png", kind="JPEG", declared="image/png"), "does not match"),
            (picture("a.png", size=(6000, 5001), mode="1"), "30 megapixels"),
        ],
        ids=["fake", "wrong type", "bomb"],
    )
    def test_a_refused_one_is_named_and_the_good_ones_stay(self, upload: SimpleUploadedFile, message: str) -> None:
        form = sent(what="x", files=[picture("prva.png"), upload, picture("druga.png")])
        error = errors_of(form)["images"]
        assert error.startswith("a.png: ")
        assert message in error
        assert [found.name for found in form.new_pictures] == ["prva.png", "druga.png"]

    def test_five(self) -> None:
        form = sent(what="x", files=[picture(f"{number}.png") for number in range(7)])
        assert list(errors_of(form)) == ["images"]
        assert len(form.new_pictures) == 5

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Снимак екрана.png", "Снимак екрана.png"),
            ("a\u202egnp.exe", "agnp.exe"),
            ("ж" * 200 + ".png", "ж" * 39 + "…"),
            ("a\x00b.png", "picture"),
        ],
    )
    def test_names(self, name: str, shown: str) -> None:
        upload = picture()
        upload._name = name
        form = sent(what="x", files=[upload])
        assert [found.name for found in form.new_pictures] == [shown]


class TestWording:
    def test_the_form_of_a_child_is_about_the_child(self) -> None:
        assert ReportForm(category="other", child=True, stored_pictures=[])["about_me"].value() is True
        assert not ReportForm(category="other", child=False, stored_pictures=[])["about_me"].value()
        assert not sent("other", child=True, what="x").cleaned_data["about_me"]


HOSTILE = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["https://example.org/" * 60, "\x00", "\ud800", "\u202egpj.exe", "http://[::1]:99999/", "xn--a.xn--a", "%00%ff", "@" * 50,
        "javascript:alert(1)"]
)  # fmt: skip


@given(
    category=st.sampled_from(list(CATEGORIES)),
    fields=st.dictionaries(st.sampled_from(sorted({*ReportForm.base_fields} - {"app"})), HOSTILE),
    app=st.booleans(),
)
def test_any_input_gives_a_draft_or_an_error(category: str, fields: dict[str, str], app: bool) -> None:
    form = sent(category, app="viber", **{"what": "нешто", **fields}) if app else sent(category, **fields)
    if form.errors:
        assert all(errors_of(form).values())
        assert str(form)
        return
    draft = form.draft(language="sr", receipt="0" * 16, pictures=[], trapped=False)
    assert ReportDraft.open(draft.seal()) == draft
    json.dumps(draft.submission().texts["words"])
    json.dumps([location.as_dict() for location in draft.locations])
