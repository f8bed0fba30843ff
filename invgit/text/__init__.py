"""Characters and positions: what stands where in a file. Knows YAML's syntax, and nothing of inventories."""
