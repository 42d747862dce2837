"""Games: stories with choices, sorting, pairs, finding what is wrong, and settings; written by editors, played by anybody."""
