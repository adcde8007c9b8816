"""Settings, from the environment. Everything has a default fit for one laptop; production sets the secrets.

DATABASE_URL            postgres://… (unset: an embedded SQLite file under SQUAREDEAL_HOME)
SQUAREDEAL_HOME         where the database, uploads and the generated secret live (default ./var)
SQUAREDEAL_SECRET_KEY   required unless SQUAREDEAL_HOME holds a file named secret
SQUAREDEAL_DEBUG        1: debug pages (never in production)
SQUAREDEAL_HOSTS        comma-separated host names (default: loopback only)
SQUAREDEAL_DEMO         1: a demo database; demo logins are offered and the page says so
SQUAREDEAL_HTTPS        1: secure cookies and strict transport
SQUAREDEAL_PROXIES      how many proxies stand before it that write X-Forwarded-For; limits on signing in count by what the outermost saw (default 0)
SQUAREDEAL_LANG         zh-hans (default) or en
SQUAREDEAL_NOTICE_URLS  comma-separated apprise addresses (wecombot:// dingtalk:// feishu:// lark:// mailto:// mailtos://); try them with
                        `squaredeal notify "a word"`
"""
import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
HOME = Path(os.environ.get("SQUAREDEAL_HOME", ROOT / "var")).resolve()


def flag(name):
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def listed(name, default=""):
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


DEBUG = flag("SQUAREDEAL_DEBUG")
SQUAREDEAL_DEMO = flag("SQUAREDEAL_DEMO")


def secret():
    kept = HOME / "secret"
    key = os.environ.get("SQUAREDEAL_SECRET_KEY") or (kept.read_text().strip() if kept.is_file() else "")
    if not key:
        raise ImproperlyConfigured(
            f"No secret key. Set SQUAREDEAL_SECRET_KEY to a long random text, or put one into {kept}.")
    return key


SECRET_KEY = secret()
ALLOWED_HOSTS = listed("SQUAREDEAL_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in listed("SQUAREDEAL_HOSTS")]

SECTIONS = [
    "squaredeal.kernel",
    "squaredeal.organisation.team",
    "squaredeal.organisation.approvals",
    "squaredeal.organisation.targets",
    "squaredeal.organisation.appraisal",
    "squaredeal.process.customers",
    "squaredeal.process.followup",
    "squaredeal.process.negotiation",
    "squaredeal.process.contracts",
    "squaredeal.process.collection",
    "squaredeal.commission.plans",
    "squaredeal.commission.credits",
    "squaredeal.commission.runs",
    "squaredeal.commission.statements",
    "squaredeal.insight",
    "squaredeal.rulebook",
    "squaredeal.site",
]
INSTALLED_APPS = [
    *SECTIONS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
]
MIDDLEWARE = [
    "squaredeal.site.middleware.Timing",
    "squaredeal.site.middleware.Weight",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "squaredeal.kernel.memory.Remembering",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "squaredeal.site.middleware.Door",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "squaredeal.site.middleware.SecondStepDue",
    "squaredeal.site.middleware.Refusals",
]
ROOT_URLCONF = "squaredeal.site.urls"
WSGI_APPLICATION = "squaredeal.site.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [PACKAGE / "site" / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "squaredeal.site.context.shell",
        ],
        "builtins": ["django.templatetags.i18n", "django.templatetags.static", "squaredeal.kernel.templatetags.marks",
                     "squaredeal.kernel.templatetags.swift"],
    },
}]


SHORT_ANSWERS = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
"""What PostgreSQL is told of us: a page asks small questions of rows that lie in memory, for which compiling, more processes and a walk
through a whole table cost more than they save. `?options=` in DATABASE_URL says something else, or nothing for a pooler that takes none."""


def database():
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "squaredeal.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; "
                                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
            "CONN_MAX_AGE": None,
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must begin with postgres://, not {parts.scheme}://")
    query = parse_qs(parts.query, keep_blank_values=True)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "OPTIONS": {"options": query.get("options", [SHORT_ANSWERS])[0]},
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "team.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"squaredeal.site.passwords.{name}", "OPTIONS": options}
    for name, options in [("NotTheName", {"user_attributes": ("login", "name", "email")}), ("LongEnough", {"min_length": 10}),
                          ("NotCommon", {}), ("NotOnlyDigits", {})]]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "squaredeal.site.login.Adapter"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SQUAREDEAL_PROXIES") or 0)
MFA_ADAPTER = "squaredeal.site.login.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True   # no mail leaves that could confirm one
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not flag("SQUAREDEAL_HTTPS")  # browsers themselves allow it for localhost alone
IN_FILES = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
CACHES = {"default": {**IN_FILES, "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_tries"}
          if os.environ.get("DATABASE_URL") else IN_FILES,
          "answers": {**IN_FILES, "LOCATION": HOME / "answers", "OPTIONS": {"MAX_ENTRIES": 300}}}
"""`default` counts tries of signing in and of the API, so that all workers count together and a restart forgets nothing: in PostgreSQL, where
several machines share it, else in files, because SQLite is one machine's. `answers` keeps long computations for an hour."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if flag("SQUAREDEAL_HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": [SELF], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"],
    "font-src": [SELF], "connect-src": [SELF], "object-src": [NONE], "base-uri": [SELF],
    "form-action": [SELF], "frame-ancestors": [NONE]}}

LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LANGUAGE_CODE = os.environ.get("SQUAREDEAL_LANG", "zh-hans").replace("zh-CN", "zh-hans")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("SQUAREDEAL_STATIC", HOME / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG or not STATIC_ROOT.is_dir()
                    else "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()
MEDIA_ROOT = HOME / "uploads"
MOST_SENT = 32 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000

NOTICE_SCHEMES = {"wecombot", "dingtalk", "feishu", "lark", "mailto", "mailtos"}
SQUAREDEAL_NOTICE_URLS = listed("SQUAREDEAL_NOTICE_URLS")
for url in SQUAREDEAL_NOTICE_URLS:
    if url.split("://")[0] not in NOTICE_SCHEMES:
        raise ImproperlyConfigured(f"SQUAREDEAL_NOTICE_URLS: {url.split('://')[0]}:// is not sent to. Use one of {', '.join(sorted(NOTICE_SCHEMES))}. "
                                   "· 通知渠道只用上面这几种。")

LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},  # a refused form or an address that is not there is no fault of the server
}
