"""四.4 What is entered of people: scores by month, the wage from a month on."""
