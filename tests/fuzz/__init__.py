"""The parsers under bytes that nobody would write."""
