"""PostgreSQL as found, and how it is written: connections, migrations, rows to entities and back."""
