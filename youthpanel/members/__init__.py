"""The records of the panel: schools, cohorts, members, their consents; how a member is taken in, leaves and is forgotten."""
