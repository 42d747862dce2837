"""The public site: one app for each subject. Every app may import `topics`."""
