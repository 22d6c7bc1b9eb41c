"""Every setting, and the only place that reads the environment. docs/DEPLOY.md explains each variable."""

from pathlib import Path
from typing import Any

import dj_database_url

from eqms import environment
from eqms.environment import SettingsError
from eqms.mail_options import mail_options

BASE_DIR = Path(__file__).resolve().parent.parent
environment.load_file(BASE_DIR / environment.text("ENV_FILE", ".env"))

# -- where it runs -----------------------------------------------------------------------------------

ENV = environment.one_of("ENV", ("development", "production"), "development")
IN_PRODUCTION = ENV == "production"
RELEASE = environment.text("RELEASE", "0.1.0")
DEBUG = environment.flag("DEBUG") and not IN_PRODUCTION
PORT = environment.number("PORT", 8000, least=1)

WEAK_KEY = "development-only-key-that-production-refuses-to-start-with"
SECRET_KEY = environment.text("SECRET_KEY", "" if IN_PRODUCTION else WEAK_KEY)
SECRET_KEY_FALLBACKS = environment.names("SECRET_KEY_FALLBACKS")
if IN_PRODUCTION and (len(SECRET_KEY) < 50 or SECRET_KEY == WEAK_KEY or len(set(SECRET_KEY)) < 5):
    raise SettingsError("SECRET_KEY is missing or weak: set at least 50 random characters.")

ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS", "" if IN_PRODUCTION else "localhost,127.0.0.1,[::1],testserver")
if IN_PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise SettingsError("ALLOWED_HOSTS is missing or '*': name the hosts that this service answers to.")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS] if IN_PRODUCTION else []

ROOT_URLCONF = "eqms.urls"
WSGI_APPLICATION = "eqms.wsgi.application"
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var")))

# -- database ----------------------------------------------------------------------------------------


def database(address: str) -> dict[str, Any]:
    """Return Django's settings for ``address``; SettingsError where it names no known database."""
    try:
        made: dict[str, Any] = dict(dj_database_url.parse(address))
    except ValueError as error:
        raise SettingsError("DATABASE_URL is no address of a database: write postgresql://user@host/name.") from error
    if made["ENGINE"] == "django.db.backends.sqlite3":
        start = "PRAGMA synchronous=NORMAL;"  # enough beside the write-ahead log of eqms/sqlite.py
        made["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": start}
        made["TEST"] = {"NAME": environment.text("TEST_DATABASE_FILE", str(VAR_DIR / "test.sqlite3"))}
        return made
    if made["ENGINE"] != "django.db.backends.postgresql":
        raise SettingsError("DATABASE_URL must name PostgreSQL (postgresql://...) or SQLite (sqlite:///...).")
    waits = "-c statement_timeout=120000 -c lock_timeout=20000 -c idle_in_transaction_session_timeout=300000"
    # Compiling a query of a rule costs seconds and saves none of them.
    made["OPTIONS"] = {"connect_timeout": 3, "options": f"{waits} -c jit=off", **made.get("OPTIONS", {})}
    made["CONN_MAX_AGE"] = 60
    made["CONN_HEALTH_CHECKS"] = True
    return made


DATABASE_URL = environment.text("DATABASE_URL")
if IN_PRODUCTION and not DATABASE_URL:
    raise SettingsError("DATABASE_URL is missing: write postgresql://user:password@host:5432/name.")
VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": database(DATABASE_URL or f"sqlite:///{VAR_DIR / 'eqms.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- apps --------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "eqms.apps.WorkplaceConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its templates, where FORM_RENDERER finds none of ours
    "axes",
    "django_tasks",
    "django_tasks_db",
    "eqms.apps.EqmsConfig",
    "health_check",
    "customers",
    "inventory",
    "sales",
    "distribution",
]
MIDDLEWARE = [
    "eqms.request_ids.RequestIds",
    "eqms.csp.content_security_policy",
    "eqms.gate.gate",
    "eqms.addresses.refuse_nul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
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
            ]
        },
    }
]
# Forms find templates/admin/widgets and the like in our folder first.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- people ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "eqms.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "admin:login"
ADMIN_EMAIL = environment.text("ADMIN_EMAIL")
ADMIN_PASSWORD = environment.text("ADMIN_PASSWORD")
VERIFY_PASSWORD = environment.text("VERIFY_PASSWORD")
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# -- words and time ----------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = environment.text("TIME_ZONE", "UTC")
FORMAT_MODULE_PATH = ["eqms.formats"]
DATE_ORDER = environment.one_of("DATE_ORDER", ("month_first", "day_first"), "month_first")
CURRENCY = environment.text("CURRENCY", "USD")

# -- files -------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = not IN_PRODUCTION
STORAGE_BACKEND = environment.one_of("STORAGE_BACKEND", ("local", "s3"), "local")
if IN_PRODUCTION and STORAGE_BACKEND == "local":
    raise SettingsError("STORAGE_BACKEND is local: in production files belong in S3-compatible storage (s3).")
STORAGE_LOCAL_ROOT = Path(environment.text("STORAGE_LOCAL_ROOT", str(VAR_DIR / "files")))
SPOOL_DIR = Path(environment.text("SPOOL_DIR", str(VAR_DIR / "spool")))
S3 = {
    "endpoint": environment.text("S3_ENDPOINT"),
    "region": environment.text("S3_REGION"),
    "bucket": environment.text("S3_BUCKET"),
    "access_key_id": environment.text("S3_ACCESS_KEY_ID"),
    "secret_access_key": environment.text("S3_SECRET_ACCESS_KEY"),
}
SHIPSTATION = {
    "url": environment.text("SHIPSTATION_URL", "" if IN_PRODUCTION else "demo"),
    "key": environment.text("SHIPSTATION_API_KEY"),
    "secret": environment.text("SHIPSTATION_API_SECRET"),
}
if SHIPSTATION["url"] == "demo":  # a stand-in within the process that needs no account
    if IN_PRODUCTION:
        raise SettingsError("SHIPSTATION_URL is demo: that stand-in is for development.")
    SHIPSTATION |= {"key": "demo-key", "secret": "demo-secret"}
MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STORAGE_LOCAL_ROOT}},
    "staticfiles": {
        "BACKEND": MANIFEST if IN_PRODUCTION else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
if STORAGE_BACKEND == "s3":
    from eqms.s3_options import storage_options  # boto is heavy: only where it is used

    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": storage_options(S3)}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pictures": {  # of pages, drawn once for each machine: 2 GB at most, in fact some 100 KB each
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str((VAR_DIR / "pictures").resolve()),
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
DATA_UPLOAD_MAX_NUMBER_FILES = 5000  # the page refuses more than 1,000 in words
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# -- mail --------------------------------------------------------------------------------------------

MAIL = mail_options(environment.text("EMAIL_URL"))
MAIL_PROBLEM = MAIL.problem
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.use_tls, MAIL.use_ssl
EMAIL_TIMEOUT = 10  # seconds: a person waits
DEFAULT_FROM_EMAIL = MAIL.sender

# -- work in the background --------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": environment.text("TASKS_BACKEND", "django_tasks_db.DatabaseBackend")}}

# -- security ----------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'"],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "eqms.json_views.csrf_failure"
if IN_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^health$", r"^readyz$"]  # probes come without TLS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# -- log ---------------------------------------------------------------------------------------------

LOG_FILE = environment.text("LOG_FILE")
LOG_FORMAT = environment.one_of("LOG_FORMAT", ("text", "json"), "text")
HANDLER = {"class": "logging.FileHandler", "filename": LOG_FILE} if LOG_FILE else {"class": "logging.StreamHandler"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "eqms.request_ids.OnLogLines"}},
    "formatters": {
        "text": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"},
        "json": {"()": "eqms.logs.JSONFormatter"},
    },
    "handlers": {"out": {**HANDLER, "formatter": LOG_FORMAT, "filters": ["request_id"]}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "pikepdf": {"level": "WARNING"},  # greets at every start
        "axes": {"level": "WARNING"},  # four lines for each person who signs in
        "django.server": {"handlers": ["out"], "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS = ["models.W040"]  # SQLite makes covering indexes without the covered columns
