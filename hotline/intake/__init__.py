"""Intake: the public form, the receipt, the dialogue."""
