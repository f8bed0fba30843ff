"""What an inventory is: kinds and their fields, entities, and the indexed whole. Pure data, no files, no database."""
