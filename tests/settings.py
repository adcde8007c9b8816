"""The product's settings as tests run them: a throwaway home, cheap passwords, a database in a file.

DATABASE_URL decides the database as in production; without it the tests run on SQLite. The SQLite test database is
a file and not in memory, so that threads and the live server meet in it as they do in the product.
"""
import atexit
import os
import shutil
import tempfile
from pathlib import Path

home = Path(tempfile.mkdtemp(prefix="squaredeal-test-"))
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ["SQUAREDEAL_HOME"] = str(home)
os.environ["SQUAREDEAL_SECRET_KEY"] = "only-for-tests-" + "0" * 50
for switch in ("SQUAREDEAL_DEBUG", "SQUAREDEAL_DEMO", "SQUAREDEAL_HTTPS", "SQUAREDEAL_HOSTS", "SQUAREDEAL_LANG",
               "SQUAREDEAL_STATIC", "SQUAREDEAL_NOTICE_URLS"):
    os.environ.pop(switch, None)

from squaredeal.site.settings import *  # noqa: E402, F403
from squaredeal.site.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": home / "test.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
