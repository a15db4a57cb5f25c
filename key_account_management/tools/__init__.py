"""Small things that several models need, each in the file of its subject."""
