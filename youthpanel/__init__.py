"""Youth panel: members, meetings, consultations, White Papers and the responses to recommendations."""
