"""Demonstration data of the youth panel: members, meetings, consultations and a White Paper."""
