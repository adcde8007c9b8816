"""The frame: settings, shell, search, imports, API assembly, demo company, command."""
