"""Settings, wiring and shared packages of the project."""
