"""Pages that people open in a browser: templates filled with plain data."""
