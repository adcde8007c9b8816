"""What an operator does at the console: migrate, load a company, check words, make an administrator."""
from pathlib import Path

import typer
from django.core.management import call_command, execute_from_command_line
from django.db import transaction

from squaredeal.kernel.errors import Refused

from . import founding

demo = typer.Typer(no_args_is_help=True, add_completion=False)
user = typer.Typer(no_args_is_help=True, add_completion=False)
words = typer.Typer(add_completion=False)
bring_in = typer.Typer(no_args_is_help=True, add_completion=False)
migrate = typer.Typer(add_completion=False)
notices = typer.Typer(add_completion=False)
manage = typer.Typer(add_completion=False)


@migrate.command()
def _migrate():
    """Bring the database and the compiled words up to date · 升级数据库和词条."""
    from . import words as catalogues
    call_command("migrate", interactive=False)
    catalogues.compile_all()


@words.command()
def _words(
    update: bool = typer.Option(False, "--update", help="Bring the po files in line with the source · 从源码更新词条"),
    compile: bool = typer.Option(False, "--compile", help="Write every compiled file again · 重新编译"),
):
    """Check the translations: every fault in a line, exit code 1 if there is one · 检查词条."""
    from . import words as catalogues
    faults = catalogues.update_all() if update else catalogues.check_all()
    if compile:
        typer.echo(f"{catalogues.compile_all(again=True)} compiled · 已编译")
    for fault in faults:
        typer.echo(fault)
    raise typer.Exit(bool(faults))


@bring_in.callback()
def _bring_in():
    """A whole company into a new database · 整家公司导入新库."""


@bring_in.command("adventureworks")
def import_adventureworks(folder: Path = typer.Argument(help="The folder with its CSV files · CSV 所在文件夹")):
    """The sample company AdventureWorks: units, people, customers, orders with receipts · 示例公司."""
    from . import adventureworks
    for name, count in adventureworks.bring_in(folder).items():
        typer.echo(f"{name}: {count}")


@notices.command()
def _notices(text: str = typer.Argument(help="What to send · 发什么")):
    """Send a word to every address of SQUAREDEAL_NOTICE_URLS, to try them · 试发一条通知."""
    from django.conf import settings

    from squaredeal.kernel.notify import channel
    if not settings.SQUAREDEAL_NOTICE_URLS:
        raise Refused("No address is set. Put them into SQUAREDEAL_NOTICE_URLS. · 没有通知渠道，先设 SQUAREDEAL_NOTICE_URLS。")
    if not channel().notify(body=text):
        raise Refused("Not every address took it; the lines above say why. · 有渠道没发出去，原因见上。")
    typer.echo(f"{len(settings.SQUAREDEAL_NOTICE_URLS)} ✓")


@demo.callback()
def _demo():
    """The demo company 华辰工业 · 演示公司."""


@demo.command("load")
def load_demo(scale: int = typer.Option(1, min=1, max=400, help="Customers and activity times this · 客户和活动的倍数")):
    """Load the demo company into a new database · 在新数据库里装入演示公司."""
    if not founding.database_is_new():
        raise Refused("This database already has people. The demo company needs a new one: another SQUAREDEAL_HOME "
                      "or DATABASE_URL. · 数据库里已有人员，换一个新库再装演示公司。")
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from .demo.load import load
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bars:
        bar = bars.add_task("华辰工业", total=None)

        def progress(label, done, total):
            bars.update(bar, description=label, completed=done, total=total)

        with transaction.atomic():  # an interrupted load leaves a new database, not half a company
            load(scale, progress)


@user.callback()
def _user():
    """Who can sign in · 登录账号."""


@user.command("create")
def create_user(
    login: str = typer.Option(..., prompt="Login · 登录名"),
    name: str = typer.Option(..., prompt="Name · 姓名"),
    company: str = typer.Option("", help="Name of the company, when it is new · 公司名，新库时填"),
    password: str = typer.Option(..., prompt="Password · 密码", hide_input=True, confirmation_prompt=True,
                                 envvar="SQUAREDEAL_PASSWORD"),
):
    """Make an administrator, who then makes everybody else in the product · 新建管理员."""
    if not company and founding.database_is_new():
        company = typer.prompt("Company · 公司名")
    made = founding.administrator(None, company, login=login, name=name, password=password)
    typer.echo(f"{made.login} ({made.name}) can sign in as administrator · 可以登录了")


@manage.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def _manage(ctx: typer.Context):
    execute_from_command_line(["squaredeal manage", *ctx.args])
