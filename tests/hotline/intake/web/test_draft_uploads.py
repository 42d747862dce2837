"""Pictures between the steps."""

import re
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from clicksafely.common.files import image_uploads
from hotline.intake import services
from hotline.models import Report, Upload
from hotline.models.sealed_content import sealed_path
from tests.hotline.intake.journey import (
    GOOD,
    Reporter,
    answer_of,
    errors_on,
    hidden,
    html,
    nothing_written,
    picture,
    receipt_on,
)
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db


class TestPictures:
    def test_stored_across_an_error_elsewhere(self, reporter: Reporter) -> None:
        first = reporter.summary(consent="", images=[picture("prva.png"), picture("druga.jpg", kind="JPEG")])
        assert first.status_code == 422
        assert "prva.png" in html(first)
        assert Upload.objects.filter(report=None).count() == 2
        second = reporter.summary(sealed_pictures=hidden(first, "sealed_pictures"), images=[picture("treca.png")])
        assert second.status_code == 200
        reporter.send(hidden(second, "state"))
        assert Report.objects.get().uploads.count() == 3

    def test_removed(self, reporter: Reporter) -> None:
        first = reporter.summary(consent="", images=[picture("prva.png"), picture("druga.png")])
        unwanted = re.findall(r'name="remove" value="([^"]+)"', html(first))[0]
        summary = reporter.summary(sealed_pictures=hidden(first, "sealed_pictures"), remove=unwanted)
        assert "prva.png" not in html(summary)
        assert "druga.png" in html(summary)
        assert not Upload.objects.filter(uuid=unwanted).exists()
        assert not sealed_path(unwanted).exists()

    def test_only_own_pictures_can_be_removed(self, reporter: Reporter) -> None:
        other = reporter.summary(consent="", images=[picture("tudja.png")])
        foreign = re.findall(r'name="remove" value="([^"]+)"', html(other))[0]
        mine = reporter.summary(consent="", images=[picture("moja.png")])
        reporter.summary(sealed_pictures=hidden(mine, "sealed_pictures"), remove=foreign)
        assert Upload.objects.filter(uuid=foreign).exists()

    def test_five_with_those_that_are_here(self) -> None:
        first = Reporter("en").summary(consent="", images=[picture(f"{number}.png") for number in range(3)])
        second = Reporter("en").summary(
            sealed_pictures=hidden(first, "sealed_pictures"),
            images=[picture(f"{number}.png") for number in range(3, 7)],
        )
        assert list(errors_on(second)) == ["images"]
        assert Upload.objects.count() == 5

    def test_swept_meanwhile(self) -> None:
        reporter = Reporter("en")
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            first = reporter.summary(consent="", images=[picture("prva.png")])
            clock.shift(2 * 3600 + 60)
            services.sweep_unsent_uploads(now=timezone.now())
            page = reporter.summary(sealed_pictures=hidden(first, "sealed_pictures"))
        assert list(errors_on(page)) == ["images"]
        assert reporter.summary(sealed_pictures=sealed_pictures_of(page)).status_code == 200

    def test_swept_between_summary_and_sending(self) -> None:
        reporter = Reporter("en")
        state = reporter.state(images=[picture("prva.png")])
        Upload.objects.all().delete()
        page = reporter.send(state)
        assert page.status_code == 422
        assert GOOD["what"] in html(page)
        assert not Report.objects.exists()

    def test_a_summary_holds_its_pictures_for_as_long_as_it_can_be_sent(self, reporter: Reporter) -> None:
        with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
            first = reporter.summary(consent="", images=[picture("prva.png")])
            clock.shift(7000)
            state = hidden(reporter.summary(sealed_pictures=hidden(first, "sealed_pictures")), "state")
            clock.shift(7000)
            services.sweep_unsent_uploads(now=timezone.now())
            assert receipt_on(reporter.send(state))
        assert Report.objects.get().uploads.count() == 1

    @pytest.mark.parametrize("field", ["images", "anything"])
    def test_sent_for_csam_all_the_same_it_is_refused_and_the_words_stay(self, field: str) -> None:
        reporter = Reporter("en")
        refused = reporter.summary("csam", what="остаје овде", **{field: [picture("slika.png")]})
        page = html(refused)
        assert refused.status_code == 422
        assert "остаје овде</textarea>" in page
        assert "slika.png" not in page
        assert 'type="file"' not in page
        assert nothing_written()
        again = reporter.summary("csam", what="остаје овде")
        assert receipt_on(reporter.send(hidden(again, "state")))
        assert not Upload.objects.exists()

    def test_nor_is_a_byte_of_it_held(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pictures are never kept for reports of child sexual abuse material, only for other categories."""
        held: list[int] = []
        take = image_uploads.memory_budget.take

        def counted(size: int) -> bool:
            held.append(size)
            return take(size)

        monkeypatch.setattr(image_uploads.memory_budget, "take", counted)
        Reporter().summary("csam", images=[picture()])
        assert held == []
        Reporter().summary("other", images=[picture()])
        assert len(held) == 1

    def test_many_forms_with_pictures(self, monkeypatch: pytest.MonkeyPatch) -> None:
        set_limit(monkeypatch, "FORMS_WITH_PICTURES", 1)
        reporter = Reporter("en")
        assert reporter.summary(images=[picture()]).status_code == 200
        challenge = reporter.summary(images=[picture()])
        assert challenge.status_code == 422
        assert GOOD["what"] in html(challenge)
        assert Upload.objects.count() == 1
        unsolved = reporter.summary(sealed_pictures=hidden(challenge, "sealed_pictures"), images=[picture()])
        assert unsolved.status_code == 422
        solved = reporter.summary(
            sealed_pictures=hidden(challenge, "sealed_pictures"), images=[picture()], **answer_of(challenge)
        )
        assert solved.status_code == 200
        assert Upload.objects.count() == 2


def sealed_pictures_of(page: Any) -> str:
    """The pictures in the draft of a page; none if they were lost."""
    return hidden(page, "sealed_pictures") if 'name="sealed_pictures"' in html(page) else ""
