"""Referral: sends assessed content to the police, hosts, partner hotlines and help services."""
