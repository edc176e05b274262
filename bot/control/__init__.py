"""The listener for people, dashboards, probes and webhooks: the control API of the contract, under /api/v1."""
