"""The embedded stack: a whole installation below one folder, from the lock file's packages alone.

Owns: PostgreSQL from the binaries of a wheel, its roles and broker schema, the sandbox, and the life of the
web, worker and beat processes. The launcher itself never imports Django: it must start in a moment, and say
what is wrong where Django would not start.

Ways through it: `run` (everything, one terminal), `manage` (one management command), `testing` (the server of
the test suite). All state lies below `var/` (`COUNTINGHOUSE_HOME`).
"""
