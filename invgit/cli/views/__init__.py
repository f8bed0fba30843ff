"""Data to text, JSON, tables: functions of plain data; only here is colour known."""
