"""Content that partner hotlines have assigned to us over ICCAM, as reports."""
