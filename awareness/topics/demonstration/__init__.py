"""Teaching sheets of a demonstration: real documents, set when they are loaded."""
