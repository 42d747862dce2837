"""What is known of how the portal is: figures for Prometheus, and a command that says what is wrong and how to mend it."""
