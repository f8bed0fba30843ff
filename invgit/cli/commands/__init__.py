"""One command a file: options become arguments, results become views and exit codes."""
