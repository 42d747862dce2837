"""GIFT, the text format of questions that Moodle reads and writes. docs/adr/0023 says what of it is taken, and how."""
