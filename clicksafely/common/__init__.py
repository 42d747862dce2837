"""Shared foundation of all apps: scripts, sealing, audit, roles, cookieless forms, page cache."""
