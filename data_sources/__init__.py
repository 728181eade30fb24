"""Where counts and stories come from: settings, connections, queries, the cube, the demo company. SQL is written
only here."""
