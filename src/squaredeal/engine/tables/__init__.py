"""The tables a plan runs on: what comes in, typed and checked, before anything is computed."""
