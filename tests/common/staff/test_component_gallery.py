"""The component gallery: staff only, and complete."""

import pytest
from django.test import Client, RequestFactory

from clicksafely.common.staff.component_gallery import POSES, gallery


@pytest.mark.django_db
def test_gallery_requires_sign_in(client: Client) -> None:
    response = client.get("/admin/gallery/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/login/?next=/admin/gallery/")


@pytest.mark.django_db
def test_it_renders_with_every_pose_and_every_mistake() -> None:
    html = gallery(RequestFactory().get("/admin/gallery/")).content.decode()
    assert [pose for pose in POSES if f"klik-{pose}.svg" in html] == list(POSES)
    assert html.count('class="invalid-feedback"') == 5
    assert 'role="alert"' in html
    assert "{{" not in html
    assert "{%" not in html
    assert "style=" not in html
