"""What the browser gets: collected under hashed names without a missing file, vendored copies as recorded, nothing from elsewhere."""
import hashlib
import re
from pathlib import Path

from django.core.management import call_command

from squaredeal.site import settings as product

STATIC = Path(product.__file__).parent / "static"


def test_everything_collects_under_hashed_names(settings, tmp_path):
    """The manifest storage refuses a reference to a file that is not there, which would make every page a 500."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert list((tmp_path / "theme").glob("squaredeal.*.css.gz")) and list((tmp_path / "vendor").glob("icons.*.svg"))


def test_vendored_files_are_what_the_record_says():
    record = (STATIC / "vendor/VENDORED.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| (\S+) (\S+) \| (\S+) \|.*`([0-9a-f]{64})`", record, re.M)
    assert {name for name, *_ in rows} == {p.name for p in (STATIC / "vendor").iterdir() if p.suffix in {".js", ".css", ".svg"}}
    for name, _package, _version, licence, digest in rows:
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest, name
        assert licence in {"MIT", "0BSD", "Apache-2.0"}


def test_stylesheets_and_scripts_fetch_nothing_from_elsewhere():
    own = [p for p in STATIC.rglob("*") if p.suffix in {".css", ".js"}]
    assert own
    away = [f"{p.name}: {found}" for p in own for found in re.findall(r"(?:url\(|@import\s*|fetch\()['\"]?https?://[^'\")\s]+", p.read_text(encoding="utf-8"))]
    assert away == []
