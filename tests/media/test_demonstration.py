"""What was made up is removed from the bucket too."""

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from awareness.editorial.models import ArticleBlock, BlockKind
from awareness.editorial.news.files import crop_picture, keep_upload
from clicksafely.common.demoremoval import remove_demonstration
from clicksafely.common.demorows import noting
from tests.awareness.editorial.news.conftest import picture, write_article
from tests.media.conftest import Shared


@pytest.mark.django_db
def test_files_of_articles_go_and_those_of_others_stay(
    shared: Shared, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    write(slug="prava", size=(300, 200))
    real = set(shared.files())
    with transaction.atomic(), noting("news"):
        write(slug="izmišljena", size=(400, 300))
    assert len(shared.files()) == 2 * len(real)
    with shared.machine("second"), django_capture_on_commit_callbacks(execute=True):
        assert remove_demonstration(parts=["news"], actor=None, now=timezone.now()).files == len(real)
    assert set(shared.files()) == real


def write(*, slug: str, size: tuple[int, int]) -> None:
    kept = keep_upload(BlockKind.IMAGE, picture(size))
    crop_picture(kept.digest, 50, 50)
    ArticleBlock.objects.create(article=write_article(slug), kind=BlockKind.IMAGE, order=0, **kept._asdict())
