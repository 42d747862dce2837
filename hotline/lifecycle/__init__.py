"""How cases and their content move from state to state: for triage, review, referral and monitoring alike."""
