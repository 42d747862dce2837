"""Hosting of content: host look-ups, network databases, abuse contacts and site types."""
