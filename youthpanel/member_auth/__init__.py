"""Authentication of members: invitation codes on paper, and short sessions."""
