"""Named reads of rules: whom one would hit."""

from dataclasses import dataclass

from hotline.models import ContentItem, LocationKind
from hotline.triage.rules.matching import CompiledRule, RuleSet, compiled

LOOKED_AT = 1000
EXAMPLES = 3
# More than so many of a hundred, and more than a handful, has to be confirmed.
MOST_PERCENT = 20
FEW_HITS = 4


@dataclass(frozen=True)
class RulePreview:
    """How many of the last `looked_at` addresses a rule would fit, and the newest few of those."""

    fitting: int
    looked_at: int
    examples: list[str]

    @property
    def is_broad(self) -> bool:
        """Whether it is so many that somebody should look twice."""
        return self.fitting > max(FEW_HITS, self.looked_at * MOST_PERCENT // 100)


def preview(*, kind: str, value: str) -> RulePreview:
    """What a rule with this canonical value would fit among the last `LOOKED_AT` addresses."""
    rules = RuleSet([compiled(CompiledRule(0, kind, value))])
    located = ContentItem.objects.exclude(kind=LocationKind.DESCRIBED).order_by("-pk")
    rows = list(located.values_list("host", "registrable_domain", "canonical")[:LOOKED_AT])
    fitting = [
        canonical
        for host, domain, canonical in rows
        if rules.fitting(host=host, registrable_domain=domain, canonical=canonical)
    ]
    return RulePreview(len(fitting), len(rows), fitting[:EXAMPLES])
