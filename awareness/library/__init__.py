"""The library: resources and their files, found by facets, downloaded one by one or as a bundle."""
