"""Referral: what is handed to whom after a decision, and how it gets there."""
