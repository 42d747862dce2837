"""The yearly report of a trusted flagger: notices by provider, kind of content and what was done (Regulation (EU) 2022/2065, article 22(3))."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

# What a notice names is of the kind that was said last; what was done about it is what became of it.
_NOTICES = """
SELECT c.name, coalesce(said.answers->>'classification', ''), CASE WHEN i.state = 'ended' THEN i.outcome ELSE 'open' END,
    count(DISTINCT n.id), count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY floor(extract(epoch FROM w.gone_at - least(w.gone_at, n.sent_at)) / 3600))
        FILTER (WHERE w.gone_at IS NOT NULL AND i.state = 'ended')
FROM hotline_notice n JOIN hotline_noticeitem e ON e.notice_id = n.id
JOIN hotline_abusecontact c ON c.id = n.contact_id JOIN hotline_contentitem i ON i.id = e.item_id
LEFT JOIN LATERAL (
    SELECT a.answers FROM hotline_assessment a WHERE a.item_id = i.id ORDER BY a.id DESC LIMIT 1
) said ON TRUE
LEFT JOIN hotline_watch w ON w.item_id = i.id
WHERE n.sent_at >= %s AND n.sent_at < %s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


class FlaggedRow(NamedTuple):
    """What one provider was told of one kind of content, as far as it came to the same: `median_hours` from the notice until it was gone.

    `content` is the code of the leading answer, `action` an outcome or "open". A notice about several kinds counts with each.
    """

    provider: str
    content: str
    action: str
    notices: int
    items: int
    median_hours: float | None


def flagged_rows(year: str) -> list[FlaggedRow]:
    """The notices that went out in a year of Belgrade's calendar."""
    zone = ZoneInfo(settings.TIME_ZONE)
    with connection.cursor() as cursor:
        cursor.execute(_NOTICES, [datetime(int(year), 1, 1, tzinfo=zone), datetime(int(year) + 1, 1, 1, tzinfo=zone)])
        return [FlaggedRow(*row) for row in cursor.fetchall()]
