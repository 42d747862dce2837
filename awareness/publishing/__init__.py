"""Shared publishing features: publication dates, versions, previews, former slugs, related content, editor hints."""
