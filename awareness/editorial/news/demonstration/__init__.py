"""The news of a demonstration: articles in blocks, with pictures that are drawn and files that are set when they are loaded."""
