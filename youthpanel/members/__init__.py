"""Records of the panel: schools, cohorts, members and consents, from joining to erasure."""
