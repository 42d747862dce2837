"""Tests of template validation and rendering."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from hotline.models import NoticeTemplate
from hotline.referral.takedown.content import (
    MEANINGS,
    RenderedNotice,
    allowed,
    check_body,
    check_subject,
    render_sample,
    substitute,
)

WHOLE = "{{ addresses }} {{ notifier_name }} {{ notifier_email }}"


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def refused(body: str, *, kind: str = "first", group: str = "other") -> str:
    with pytest.raises(ValidationError) as refusal:
        check_body(body, kind=kind, group=group)
    return " ".join(refusal.value.messages)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (f"{WHOLE} {{{{ adress }}}}", "Did you mean {{ addresses }}?"),
        (f"{WHOLE} {{{{ xyzzy }}}}", "{{ xyzzy }}"),
        (f"{WHOLE} {{{{ addresses|safe }}}}", "{{ addresses|safe }}"),
        (f"{WHOLE} {{{{ }}}}", "{{  }}"),
        (f"{WHOLE} {{{{ category", "unmatched braces"),
        (f"{WHOLE} {{% now %}}", "unmatched braces"),
        (f"{WHOLE} {{{{ repeat }}}}", "{{ repeat }}"),
        ("{{ notifier_name }} {{ notifier_email }}", "{{ addresses }}"),
        ("{{ adresses }} {{ contcat }}", "{{ adresses }}"),
        ("{{ adresses }} {{ contcat }}", "{{ contcat }}"),
        ("", "{{ addresses }}"),
    ],
)
def test_errors_of_a_text_are_named(body: str, message: str) -> None:
    assert message in refused(body)


def test_csam_templates_refuse_variables_of_people() -> None:
    for name in ("notifier_name", "notifier_email"):
        assert name in refused(f"{{{{ addresses }}}} {{{{ {name} }}}}", group="csam")


def test_a_subject_holds_one_line_things_only() -> None:
    check_subject("[{{ reference }}] {{ count }}")
    with pytest.raises(ValidationError, match="addresses"):
        check_subject("{{ addresses }}")


def test_spaces_in_the_braces_are_as_one_likes() -> None:
    check_body("{{addresses}} {{  notifier_name }} {{notifier_email}}", kind="first", group="other")
    assert substitute("{{addresses}}", {"addresses": "x"}, language="en") == "x"


def test_values_are_not_substituted_again() -> None:
    values = {"addresses": "https://example.org/{{ notifier_name }}/ђ", "notifier_name": "Net Patrola"}
    assert substitute("Њ {{ addresses }} ђ", values, language="sr-latn") == (
        "Nj https://example.org/{{ notifier_name }}/ђ đ"
    )


@pytest.mark.django_db
def test_the_seed_wording_is_whole_and_passes_its_own_check() -> None:
    templates = list(NoticeTemplate.objects.all())
    assert len(templates) == 12
    for template in templates:
        check_subject(template.subject)
        check_body(template.body, kind=template.kind, group=template.group)
        letter = render_sample(template)
        assert "{{" not in letter.text + letter.subject
        assert "https://www.example.org/b?x=1#y\n" in letter.text
        assert ("Net Patrola" in letter.text) == (template.group == "other")
        assert ("@" in letter.text) == (template.group == "other")
        assert_has_the_content_required_by_article_16(template, letter)


def assert_has_the_content_required_by_article_16(template: NoticeTemplate, letter: RenderedNotice) -> None:
    """Regulation (EU) 2022/2065, article 16(2): reasons, exact location, sender (except about CSAM), good faith."""
    required = {
        "en": ["Article 16", "Reasons:", "Exact addresses", "bona fide belief", "accurate and complete"],
        "sr": ["16", "Разлози:", "Тачне адресе", "у доброј вери", "тачни и потпуни"],
    }
    assert [words for words in required[template.language] if words not in letter.text] == []


@pytest.mark.parametrize(("kind", "group"), [("first", "csam"), ("repeat", "other"), ("escalation", "csam")])
@pytest.mark.django_db
def test_every_allowed_variable_has_a_value(kind: str, group: str) -> None:
    template = NoticeTemplate.objects.get(kind=kind, group=group, language="en")
    names = allowed(kind=kind, group=group)
    template.body = "\n".join(f"{name}: {{{{ {name} }}}}" for name in names)
    letter = render_sample(template)
    assert letter.text.count(":\n") == 0
    assert set(names) <= set(MEANINGS)
