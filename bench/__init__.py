"""Measurements, each against a named peer or limit; `make bench` runs them."""
