"""The guard: the one process that creates, starts and stops the server of a state folder, and outlives its clients.

It runs as a script of its own (`python -I -S …/guard`) with nothing but the standard library and `invgit.locks`,
because it must work whatever the caller's environment holds, start in milliseconds, and stay small for as long as a
server is needed. The client side imports `layout` and `probe` from here, so both sides agree by construction.
"""
