"""Changes to inventory files: every byte outside of what was asked for stays as it was."""
