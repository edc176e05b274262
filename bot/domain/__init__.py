"""The words of Usher as values: what comes in, what goes out, what is remembered. Pure; imports nothing of the rest."""
