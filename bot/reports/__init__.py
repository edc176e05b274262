"""Report files: building them is pure, writing them is not."""
