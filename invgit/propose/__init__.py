"""What sources see, compared with what people have written: edits that are proposed, and never made unasked."""
