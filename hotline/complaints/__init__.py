"""Complaints about the hotline: public form, answers, staff pages."""
