"""ICCAM, the exchange of INHOPE's hotlines, as a client of its API in version 3."""
