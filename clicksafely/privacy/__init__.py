"""What the portal keeps of people, on which grounds, and how somebody is told of it or forgotten: docs/privacy.md."""
