"""Where files that people sent us are kept: on this machine's disk, or in a bucket that many machines share."""
