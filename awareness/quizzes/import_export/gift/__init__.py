"""GIFT, the question format of Moodle. docs/formats.md lists the supported features."""
