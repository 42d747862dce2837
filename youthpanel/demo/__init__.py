"""The panel of a demonstration: two cohorts in six towns, nine consultations, a White Paper and what became of it. Nobody in it exists."""
