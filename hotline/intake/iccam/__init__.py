"""Import of content that partner hotlines assign to Serbia in ICCAM."""
