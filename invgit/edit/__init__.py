"""The only thing that writes inventory files: edits of entities, as the smallest changes of text that say them."""
