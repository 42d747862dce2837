"""Sealing, key rings, key rotation, receipts and encrypted form state."""
