"""Query strings as they are sent, undecoded: which parameters they have, and in what order."""

# What other sites hang on links to know whom they sent here: it changes no page, and the portal does not hand it on.
MARKS = frozenset(
    "dclid fbclid gbraid gclid igsh igshid mc_cid mc_eid msclkid ttclid twclid wbraid yclid".split()  # noqa: SIM905
)


def in_order(query: str) -> str:
    """The query with its parameters sorted by name; values of one name keep their order, for their last one counts."""
    return "&".join(sorted(query.split("&"), key=name_of)) if "&" in query else query


def unmarked(query: str) -> str:
    """The query without MARKS and parameters that begin with `utm_`."""
    named = ((name_of(parameter), parameter) for parameter in query.split("&"))
    return "&".join(parameter for name, parameter in named if name not in MARKS and not name.startswith("utm_"))


def name_of(parameter: str) -> str:
    """What stands before the first `=`."""
    return parameter.partition("=")[0]
