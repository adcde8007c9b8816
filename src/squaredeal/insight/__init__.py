"""四 What to look at: the desk and the leaderboard."""
