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
from hotline.intake.web.base_forms import MAX_SHOWN
from hotline.intake.web.form_texts import CHILD_LABELS, LABELS
from hotline.intake.web.forms import MessageForm, ReportForm
from hotline.intake.web.report_draft import ReportDraft
from tests.hotline.intake.journey import GOOD, picture


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


def complaints(form: ReportForm) -> dict[str, list[str]]:
    """Field -> what is said at it."""
    with override("en"):
        return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


NOTHING = "Give us an address, an app or a few words about what happened. One of them is enough."
UNREACHABLE = "We cannot write to this address. Is there a typing error in it? The field can also stay empty."
NOTHING_BY_A_CHILD = "Tell us a little more: a few words, a link or the name of the app. One of them is enough."


class TestRequiredFields:
    @pytest.mark.parametrize("child", [False, True])
    @pytest.mark.parametrize("category", CATEGORIES)
    @pytest.mark.parametrize(
        "fields",
        [
            {"addresses": "example.org/a"},
            {"addresses": "пише на hxxp://example[.]org/a, погледајте"},
            {"addresses": "на Фејсбуку, не знам где"},
            {"app": "telegram"},
            {"app": "game", "handle": "@"},
            {"handle": "@primer"},
            {"app": "telegram", "handle": "@primer"},
            {"what": "прете ми", "danger_now": "on", "about_me": "on"},
            {"details": "само ово"},
        ],
    )
    def test_any_one_thing_is_enough(self, category: str, child: bool, fields: dict[str, str]) -> None:
        assert complaints(sent(category, child=child, **fields)) == {}

    @pytest.mark.parametrize("category", CATEGORIES)
    @pytest.mark.parametrize(
        "fields",
        [{}, {"danger_now": "on", "contact": "a@example.org"}, {"what": " \u200b\u202e "}, {"when_seen": "today"}],
    )
    def test_an_empty_form_gets_one_message_where_it_is_put_right(self, category: str, fields: dict[str, str]) -> None:
        assert complaints(sent(category, **fields)) == {"addresses": [NOTHING]}
        assert complaints(sent(category, child=True, **fields)) == {"what": [NOTHING_BY_A_CHILD]}

    def test_a_picture_is_enough(self) -> None:
        assert complaints(sent("cyberbullying", files=[picture()])) == {}

    def test_a_field_with_an_error_of_its_own_is_not_called_empty(self) -> None:
        assert list(complaints(sent("csam", what="a\x00b"))) == ["what"]

    def test_consent(self) -> None:
        assert complaints(sent(consent="", what="x")) == {
            "consent": ["Please tick this box. Without your consent we may not read your report."]
        }

    @pytest.mark.parametrize("contact", ["", "  ", "\u200b"])
    def test_an_answer_needs_a_contact(self, contact: str) -> None:
        form = sent(what="x", wants_answer="on", contact=contact)
        assert complaints(form) == {
            "contact": ["Where should we write to you? Fill this in or untick the message option."]
        }

    @pytest.mark.parametrize("contact", ["osoba@example.org", "+381 60 000 00 00", "@primer", "Viber: 060", "пријатељ"])
    def test_contacts(self, contact: str) -> None:
        form = sent(what="x", contact=contact)
        assert complaints(form) == {}
        assert form.cleaned_data["contact"] == contact

    @pytest.mark.parametrize("contact", ["osoba@example", "osoba@@example.org", "osoba@example..org"])
    def test_an_address_with_a_slip(self, contact: str) -> None:
        assert complaints(sent(what="x", contact=contact)) == {"contact": ["Enter a valid email address."]}

    @pytest.mark.parametrize(
        "contact",
        [
            "ana@gmail.con",
            "ana@x.test",
            "ana@x.invalid",
            "ana@x.example",
            "ana@router.local",
            "ana@x.onion",
            "ana@co.rs",
            "ana@localhost.localhost",
            "Ана, ana@gmail.cmo",
            "Ana <ana@x.invalid>",
            "mailto:ana@x.invalid",
        ],
    )
    @pytest.mark.parametrize("child", [False, True])
    def test_an_address_that_cannot_be_written_to(
        self, contact: str, child: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No name is looked up."""
        monkeypatch.setattr(socket, "getaddrinfo", None)
        assert complaints(sent(what="x", contact=contact, child=child)) == {"contact": [UNREACHABLE]}

    @pytest.mark.parametrize(
        "contact", ["ana@", "ana@ gmail.com", "ana.gmail@com", "a b ana@@example.org", "ana@exa mple.org"]
    )
    def test_broken_addresses_among_words(self, contact: str) -> None:
        assert list(complaints(sent(what="x", contact=contact))) == ["contact"]

    @pytest.mark.parametrize(
        "contact", ["Ana <ana@example.org>", "ana@mail.example.co.uk", "Mastodon: @ana@example", "ana@EXAMPLE.ORG."]
    )
    def test_addresses_among_words(self, contact: str) -> None:
        assert complaints(sent(what="x", contact=contact)) == {}

    @pytest.mark.parametrize("day", ["2999-01-01", "tomorrow"])
    def test_a_date_in_the_future_is_refused_at_its_field(self, day: str) -> None:
        assert list(complaints(sent(what="x", when_seen=day))) == ["when_seen"]

    def test_choices_that_do_not_exist(self) -> None:
        form = sent(what="x", app="<script>", when_seen="\x00")
        assert sorted(complaints(form)) == ["app", "when_seen"]

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
        assert complaints(sent(**fields)) == {}
        assert complaints(sent(**fields | {field: "ж" * (limit + 1)})) == {
            field: [f"This text has {limit + 1} characters; the limit is {limit}. Please shorten it."]
        }

    def test_a_message(self) -> None:
        def message(text: str) -> MessageForm:
            return MessageForm({"text": text}, takes_pictures=True, child=False)

        with override("en"):
            assert message("ж" * 5000).is_valid()
            assert not message("ж" * 5001).is_valid()
            assert message(" \u200b\n").errors["text"] == ["Write something first."]

    def test_fifty_addresses(self) -> None:
        listed = [f"https://example.org/{number}" for number in range(51)]
        assert complaints(sent(addresses="\n".join(listed[:50]))) == {}
        assert complaints(sent(addresses="\n".join(listed))) == {
            "addresses": [
                "You entered 51 addresses. One report can contain at most 50. Please send the rest in another report."
            ]
        }

    def test_the_same_address_counts_once(self) -> None:
        assert complaints(sent(addresses="example.org/a " * 900)) == {}

    def test_a_paste_of_ten_megabytes_comes_back_bounded(self) -> None:
        form = sent(what="x", addresses="https://example.org/ " * 500_000)
        assert complaints(form) == {
            "addresses": ["This text has 10499999 characters; the limit is 20000. Please shorten it."]
        }
        assert len(str(form["addresses"])) < MAX_SHOWN + 1000
        assert form.cleaned_data["what"] == "x"

    @pytest.mark.parametrize("field", ["addresses", "what", "details", "handle", "contact"])
    @pytest.mark.parametrize("text", ["a\x00b", "a\ufffdb"])
    def test_unreadable_characters_are_reported(self, field: str, text: str) -> None:
        form = sent(**{"what": "x", "app": "viber", field: text})
        assert complaints(form) == {
            field: [
                (
                    "Some characters of this text could not be read. They are marked �. Please delete the marks "
                    "and type that part again."
                )
            ]
        }

    def test_invisible_characters_are_removed(self) -> None:
        form = sent(addresses="https://exam\u200bple.org/\u202ea", what="о\u2066к\ufeff")
        assert form.cleaned_data["what"] == "ок"
        assert [found.canonical for found in form.extraction.locations] == ["https://example.org/a"]


class TestPictures:
    def test_never_of_a_child_abused(self) -> None:
        form = sent("csam", addresses="example.org/a", files=[picture()])
        assert "images" not in form.fields
        assert (complaints(form), form.new_pictures) == ({}, [])

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_kinds(self, kind: str) -> None:
        form = sent(what="x", files=[picture(kind=kind)])
        assert complaints(form) == {}
        assert [found.name for found in form.new_pictures] == ["slika.png"]

    @pytest.mark.parametrize(
        ("upload", "message"),
        [
            (SimpleUploadedFile("a.png", b"no picture", "image/png"),
                ("This file is not a picture that we can read. Please choose a PNG, JPEG, WebP or GIF file.")),
            (picture("a.png", kind="JPEG", declared="image/png"),
                ("The content of this file does not match its name and type. Please save it again as PNG or JPEG.")),
            (picture("a.png", declared="text/html"),
                ("The content of this file does not match its name and type. Please save it again as PNG or JPEG.")),
            (picture("a.png", size=(6000, 5001), mode="1"),
                "This picture has too many pixels. Please choose one of at most 30 megapixels."),
        ],
        ids=["fake", "wrong type", "text", "bomb"],
    )  # fmt: skip
    def test_a_refused_one_is_named_and_the_good_ones_stay(self, upload: SimpleUploadedFile, message: str) -> None:
        form = sent(what="x", files=[picture("prva.png"), upload, picture("druga.png")])
        assert complaints(form) == {"images": [f"a.png: {message}"]}
        assert [found.name for found in form.new_pictures] == ["prva.png", "druga.png"]

    def test_five(self) -> None:
        form = sent(what="x", files=[picture(f"{number}.png") for number in range(7)])
        assert complaints(form) == {"images": ["One report can contain at most 5 pictures."]}
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
    @pytest.mark.parametrize("category", CATEGORIES)
    @pytest.mark.parametrize(("child", "labels"), [(False, LABELS), (True, CHILD_LABELS)])
    def test_labels(self, category: str, child: bool, labels: dict[str, str]) -> None:
        form = ReportForm(category=category, child=child, stored_pictures=[])
        assert {name: field.label for name, field in form.fields.items()} == {
            name: labels[name] for name in form.fields
        }

    def test_the_form_of_a_child_is_about_the_child(self) -> None:
        assert ReportForm(category="other", child=True, stored_pictures=[])["about_me"].value() is True
        assert not ReportForm(category="other", child=False, stored_pictures=[])["about_me"].value()
        assert not sent("other", child=True, what="x").cleaned_data["about_me"]

    def test_no_spelling_service_reads_along(self) -> None:
        form = ReportForm(category="other", child=False, stored_pictures=[])
        for name in ("addresses", "handle", "what", "details", "contact"):
            assert 'spellcheck="false"' in str(form[name])
            assert 'autocomplete="off"' in str(form[name])


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
        assert all(complaints(form).values())
        assert str(form)
        return
    draft = form.draft(language="sr", receipt="0" * 16, pictures=[], trapped=False)
    assert ReportDraft.open(draft.seal()) == draft
    json.dumps(draft.submission().texts["words"])
    json.dumps([location.as_dict() for location in draft.locations])


def test_good_is_good() -> None:
    assert complaints(sent(**GOOD)) == {}
