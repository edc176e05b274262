"""The rule language: reading rule files (texts in, values out), conditions, and the matcher. Pure: no clock, no files."""
