"""Publishing, shared by all subjects of the public site: dates, versions, previews, former addresses, related content, editor hints."""
