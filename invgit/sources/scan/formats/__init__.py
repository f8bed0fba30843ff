"""Other programs' files to scans."""
