"""Made-up reports of the web form, for the demonstration."""

import secrets
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageDraw

from clicksafely.common.uploads import check_image
from hotline.intake.services import store_upload, submit_report
from hotline.intake.web.report_draft import Draft
from hotline.models import Report
from hotline.triage.hash_lists.digests import digest_file


def send_by_form(*, draft: Draft, with_shape: bool, now: datetime) -> Report:
    """Send it; `with_shape`: with a picture of a drawn shape."""
    state_digest = secrets.token_bytes(32)
    submission = draft.submission()
    if with_shape:
        submission = replace(submission, uploads=[_store_shape(now)])
    submit_report(submission=submission, state_digest=state_digest, now=now)
    return Report.objects.get(state_digest=state_digest)


def _store_shape(now: datetime) -> UUID:
    image = Image.new("RGB", (480, 320), "white")
    ImageDraw.Draw(image).polygon([(40, 290), (240, 30), (440, 290)], fill="teal")
    drawn = BytesIO()
    image.save(drawn, "PNG")
    data = drawn.getvalue()
    file = digest_file(data, media_type="image/png")
    return store_upload(image=check_image(data, "image/png"), file=file, now=now).uuid
