"""Services shared by intake, review and referral: state transitions, closings, picture files and exposure counts."""
