"""Middleware, error pages, rate limits and cookieless forms."""
