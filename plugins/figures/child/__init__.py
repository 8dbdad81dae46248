"""Inside the child: what runs one script, in a process of its own; without Pelican, and nothing heavy at its top."""
