"""The engine: pure functions from (signal, ruleset, history, situation, now) to what is decided and remembered."""
