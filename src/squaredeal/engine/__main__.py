"""`python -m squaredeal.engine commission …`: the engine's commands alone."""
import typer

from .command import commission, convert

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(commission, name="commission")
app.add_typer(convert, name="convert")

if __name__ == "__main__":
    app()
