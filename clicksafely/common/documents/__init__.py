"""Documents of strangers: what a PDF or an office file is, looked into by a process with bounded memory and time."""
