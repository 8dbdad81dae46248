"""Inside the child: runs one script in a process of its own, without Pelican, and imports nothing heavy at the top."""
