"""Net Patrola: a report walks through this app from left to right: intake, triage, review."""
