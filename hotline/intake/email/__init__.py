"""Reports by e-mail: messages read, kept, answered."""
