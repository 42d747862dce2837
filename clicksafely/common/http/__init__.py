"""Middleware, error pages, rate limits and forms without cookies."""
