"""The `squaredeal` command: each chapter's commands are loaded when called for, Django only for those that need it."""
import os
import sys
from importlib import import_module
from typing import NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Room(NamedTuple):
    """Where a command lives (a Typer app), what it is for, and whether it needs the database."""
    place: str
    purpose: str
    rows: bool = True


ROOMS = {
    "commission": Room("squaredeal.engine.command:commission", "Commission from a plan file and tables · 按方案文件算提成", False),
    "convert": Room("squaredeal.engine.command:convert", "Public data sets to commission tables · 转换公开数据集", False),
    "demo": Room("squaredeal.site.chores:demo", "The demo company · 演示公司"),
    "import": Room("squaredeal.site.chores:bring_in", "A whole company into a new database · 整家公司导入新库"),
    "words": Room("squaredeal.site.chores:words", "Translations · 词条"),
    "user": Room("squaredeal.site.chores:user", "Who can sign in · 登录账号"),
    "migrate": Room("squaredeal.site.chores:migrate", "Bring the database up to date · 升级数据库"),
    "tick": Room("squaredeal.site.ticking:tick", "What the clock does each day · 每天的例行"),
    "notify": Room("squaredeal.site.chores:notices", "Try the channels of notices · 试发通知"),
    "serve": Room("squaredeal.site.serve:serve", "Serve the product · 启动服务"),
    "manage": Room("squaredeal.site.chores:manage", "Any Django management command · Django 管理命令"),
}


class Rooms(TyperGroup):
    """A group whose help knows every command by its purpose and whose calls load just the one."""

    def __init__(self, **given):
        super().__init__(**given)
        for name, room in ROOMS.items():
            self.add_command(TyperCommand(name, help=room.purpose))

    def resolve_command(self, ctx, args):
        if room := ROOMS.get(args[0]):
            if room.rows:
                start_django()
            module, app = room.place.split(":")
            self.add_command(typer.main.get_command(getattr(import_module(module), app)), args[0])
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=Rooms, no_args_is_help=True, pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})


@app.callback()
def squaredeal():
    """Squaredeal 公道: a sales management policy that runs, and commission anyone can check to the fen."""


def start_django():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "squaredeal.site.settings")
    import django
    django.setup()


def main():
    """Run the command; what goes wrong outside the program is told in a line, without a traceback."""
    try:
        app(prog_name="squaredeal")
    except Exception as error:
        line = in_a_line(error)
        if line is None:
            raise
        print(line, file=sys.stderr)
        sys.exit(1)


def in_a_line(error):
    """What to tell the person about a refusal, a wrong setting or a database out of reach; None for a defect."""
    if "django" not in sys.modules:
        return None
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError

    from squaredeal.kernel.errors import Refused
    if isinstance(error, (Refused, ImproperlyConfigured)):
        return str(error)
    if isinstance(error, OperationalError):
        return f"The database does not answer as it should · 数据库无法使用: {str(error).strip()}"
    return None
