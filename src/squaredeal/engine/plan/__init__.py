"""The plan: its parts as typed, frozen objects in the order of the pipeline, read from YAML and checked."""
