"""Which forms of content have a live preview, and previews of new records of the youth panel."""

from typing import Any

import pytest
from django.apps import apps

from tests.clients.admin_form import form_data
from tests.clients.staff import make_staff, signed_in
from tests.factories.youthpanel import make_cohort
from tests.youthpanel.consultations.test_workflow import form as consultation_form


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("recommendation", {"text_sr": "Најмање два.", "education": "formal", "addressee_sr": "Министарство"}),
        ("whitepaper", {"foreword_sr": "<p>Увод</p>", "method_sr": "<p>Поступак</p>"}),
        ("consultation", {}),
    ],
)
def test_a_new_record_of_the_panel_is_shown_and_not_stored(kind: str, typed: dict[str, Any]) -> None:
    coordinator = signed_in("kordinator", "coordinator")
    base = f"/admin/youthpanel/{kind}/add/"
    html = coordinator.client.get(base).content.decode()
    if kind == "consultation":
        typed = consultation_form(make_cohort(), coordinator.user, make_staff("drugi", "safeguarding"))
    data = form_data(html, **typed | {"title_sr": "Још несачувано", "title_en": ""})
    before = {model: model._base_manager.count() for model in apps.get_models()}
    answer = coordinator.client.post(f"{base}preview-unsaved/", data | {"preview_language": "sr-latn"})
    assert (answer.status_code, answer.headers["X-Preview"]) == (200, "typed")
    assert "Još nesačuvano" in answer.content.decode()
    answer = coordinator.client.post(f"{base}preview-unsaved/", data | {"title_sr": ""})
    assert (answer.status_code, answer.headers["X-Preview"]) == (200, "none")
    assert {model: model._base_manager.count() for model in apps.get_models()} == before
    assert signed_in("analiticar", "analyst").client.post(f"{base}preview-unsaved/", data).status_code == 403
