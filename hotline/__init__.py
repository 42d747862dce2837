"""Net Patrola hotline: intake, triage, review and referral of reports."""
