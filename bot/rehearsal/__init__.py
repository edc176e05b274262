"""A rehearsal: bot, stage and audience over real HTTP on one machine."""
