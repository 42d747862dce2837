"""What the Centre came to, in figures: who took part, where, what was downloaded and played; counted once a day, told with care."""
