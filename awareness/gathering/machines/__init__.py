"""What the site tells machines: the map of its pages, what they leave alone, and where weaknesses are reported."""
