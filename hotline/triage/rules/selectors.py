"""Preview of the addresses that a rule matches."""

from dataclasses import dataclass

from hotline.models import ContentItem, LocationKind
from hotline.triage.rules.matching import CompiledRule, RuleSet, compiled

MAX_MATCHED = 1000
EXAMPLES = 3
# A rule that matches more than this percentage, and more than FEW_HITS, needs confirmation.
MAX_PERCENT = 20
FEW_HITS = 4


@dataclass(frozen=True)
class RulePreview:
    """The number of matches among the last `looked_at` addresses, with the newest hosts as examples."""

    fitting: int
    looked_at: int
    examples: list[str]

    @property
    def is_broad(self) -> bool:
        """Whether the rule needs confirmation."""
        return self.fitting > max(FEW_HITS, self.looked_at * MAX_PERCENT // 100)


def preview(*, kind: str, value: str) -> RulePreview:
    """Return the preview of a canonical value for the last `MAX_MATCHED` addresses."""
    rules = RuleSet([compiled(CompiledRule(0, kind, value))])
    located = ContentItem.objects.exclude(kind=LocationKind.DESCRIBED).order_by("-pk")
    rows = list(located.values_list("host", "registrable_domain", "canonical")[:MAX_MATCHED])
    fitting = [
        host
        for host, domain, canonical in rows
        if rules.fitting(host=host, registrable_domain=domain, canonical=canonical)
    ]
    return RulePreview(len(fitting), len(rows), list(dict.fromkeys(filter(None, fitting)))[:EXAMPLES])
