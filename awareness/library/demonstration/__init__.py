"""The library of a demonstration: teaching materials that a class could use, made when they are loaded."""
