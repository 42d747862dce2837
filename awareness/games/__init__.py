"""Educational games: branching stories, sorting, matching pairs, spotting clues, and privacy settings."""
