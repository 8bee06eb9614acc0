"""The settings of a Waymark installation, read top to bottom.

Addresses and secrets come from the environment (`portal/environment.py`), the installation's shape from
`waymark.yaml` (`portal/config.py`). The defaults are production's: whoever develops opts in to less.
"""

import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import config, environment

# Lets classes of Django that are generic for the type checker be subscripted at run time.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR", str(BASE_DIR / "var"))).resolve()
TESTING = "pytest" in sys.modules
environment.adopt(VAR_DIR / "environment")

# -- Who we are ------------------------------------------------------------------------------------------------------

SECRET_KEY = (
    secrets.token_urlsafe(48)
    if environment.is_offline()
    else environment.required("SECRET_KEY", "Set it to a long random text, or SECRET_KEY_FILE to a file with one.")
)
DEBUG = False
DEMO = environment.flag("WAYMARK_DEMO")
ANONYMOUS_READ = environment.flag("WAYMARK_ANONYMOUS_READ")
BASE_URL = environment.text("WAYMARK_BASE_URL", f"http://127.0.0.1:{environment.text('PORT', '8000')}").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = environment.words("WAYMARK_ALLOWED_HOSTS", urlsplit(BASE_URL).hostname or "")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

_config_path = environment.text("WAYMARK_CONFIG")
WAYMARK: dict[str, Any] = config.load(Path(_config_path) if _config_path else None)

# Fernet keys, the newest first. Task secrets are encrypted with the first and read with any.
ENCRYPTION_KEYS = environment.words("WAYMARK_ENCRYPTION_KEYS")
if not ENCRYPTION_KEYS and not environment.is_offline():
    raise ImproperlyConfigured("WAYMARK_ENCRYPTION_KEYS is not set. Set it to one or more Fernet keys, newest first.")

# -- What is installed -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "scaffolder.apps.ScaffolderConfig",
    "delivery.apps.DeliveryConfig",
    "catalog.apps.CatalogConfig",
    "accounts.apps.AccountsConfig",
    "integrations.apps.IntegrationsConfig",
    *(["demo.apps.DemoConfig"] if DEMO else []),
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.HeadersMiddleware",
    "portal.addresses.PlainAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ActorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
        },
    }
]

# -- The database is the only truth ----------------------------------------------------------------------------------

DATABASE_URL = environment.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'waymark.sqlite3'}")
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at BEGIN: a lock taken later cannot wait and fails with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;"
            # For each of the 32 threads of a process; the file itself is in the system's memory.
            "PRAGMA cache_size=-4000; PRAGMA temp_store=MEMORY;"
        ),
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A server that is frozen takes the connection and says nothing; a page answers 503 within 3 s all the same.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Jobs: a message is a row's id, nothing waits in the broker ------------------------------------------------------

REDIS_URL = environment.text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or "memory://"
# A broker that is away is asked once more and then left to the reconciler: a page must not wait for it. Without these
# four the client tries for six seconds, also where a call says `retry=False`.
BROKER_PATIENCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 3600, "socket_connect_timeout": 1, "socket_timeout": 5, **BROKER_PATIENCE}
    if REDIS_URL
    else {"polling_interval": 0.05}
)
if REDIS_URL:
    CELERY_BROKER_TRANSPORT = "integrations.broker:Transport"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 25
CELERY_TASK_SOFT_TIME_LIMIT = 1740
CELERY_TASK_TIME_LIMIT = 1800

# The clockwork of runs, in seconds (faults are tested at a tenth of it).
_tempo = float(environment.text("WAYMARK_TEMPO", "1"))
RUNS = {"LEASE": 30 * _tempo, "HEARTBEAT": 10 * _tempo, "RECONCILE": 10 * _tempo, "BACKOFF": 1 * _tempo, "ATTEMPTS": 5}
HTTP = {"tries": 6, "backoff": 0.5 * _tempo, "connect": 3.0, "read": 10.0}
# A worker has a delivery for LEASE seconds and renews that; one is tried ATTEMPTS times before it is parked.
DELIVERIES = {"LEASE": 90 * _tempo, "RECONCILE": 10 * _tempo, "ATTEMPTS": 8, "TEMPO": _tempo}
FAULT_DIR = environment.text("WAYMARK_FAULT_DIR") or None
CELERY_BEAT_SCHEDULE = {
    "reconcile": {
        "task": "scaffolder.tasks.reconcile",
        "schedule": RUNS["RECONCILE"],
        "options": {"expires": RUNS["RECONCILE"]},
    },
    "read-definitions": {
        "task": "catalog.tasks.read_definitions",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "read-docs": {"task": "catalog.tasks.read_due_docs", "schedule": 15.0, "options": {"expires": 15.0}},
    "reconcile-deliveries": {
        "task": "delivery.tasks.reconcile",
        "schedule": DELIVERIES["RECONCILE"],
        "options": {"expires": DELIVERIES["RECONCILE"]},
    },
    "complete-history": {"task": "catalog.tasks.complete_history", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "sweep-orphans": {"task": "catalog.tasks.sweep_orphans", "schedule": 300.0, "options": {"expires": 300.0}},
    "attribute-problems": {
        "task": "catalog.tasks.attribute_problems",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "refresh-due": {"task": "catalog.tasks.refresh_due", "schedule": 10.0, "options": {"expires": 10.0}},
    "follow-skeletons": {
        "task": "scaffolder.tasks.follow_skeletons",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
}

# -- People ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/ip,5/m/key", "login": "30/m/ip"}
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False

# -- Pages -----------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_TZ = True
TIME_ZONE = WAYMARK["organization"]["time_zone"]
STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("WAYMARK_STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.vendor.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Hashed names need collected files, which a live test server does not have.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Safety ----------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.text("WAYMARK_PROXIES") else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# -- Logs ------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
