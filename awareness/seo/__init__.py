"""Sitemap, robots.txt and security.txt."""
