"""People are told what has changed: what is new, what is over, and never the same twice."""
