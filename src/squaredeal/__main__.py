"""`python -m squaredeal` is the `squaredeal` command."""
from squaredeal.site.command import main

main()
