from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

from config import env
from config.bucket_settings import read_bucket
from config.local import postgres
from config.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DUBDESK_DATA_DIR", str(BASE_DIR / "var"))).resolve()

# --- What kind of installation ------------------------------------------------------------
PRODUCTION = env.flag("DUBDESK_PRODUCTION")
DEBUG = env.flag("DUBDESK_DEBUG") and not PRODUCTION
if PRODUCTION:
    env.demand(
        SECRET_KEY="A long random text: sessions and links are signed with it.",  # noqa: S106
        KEY_RING="Third parties’ keys are sealed with it: name:key, the key 32 bytes in base64.",
        PUBLIC_URL="The address that people and callbacks come to.",
        DATABASE_URL="Production has a PostgreSQL server of its own.",
        BROKER_URL="Workers are woken through it, such as redis://redis:6379/0.",
    )
SECRET_KEY = env.secret("SECRET_KEY", data_dir=DATA_DIR, production=PRODUCTION)
KEY_RING = env.secret("KEY_RING", data_dir=DATA_DIR, production=PRODUCTION)

# --- Addresses ----------------------------------------------------------------------------
PORT = env.port("PORT", 8000)
EDGE_PORT = env.port("EDGE_PORT", 8001)
SANDBOX_PORT = env.port("SANDBOX_PORT", 8010)
PUBLIC_URL = env.http_url("PUBLIC_URL", f"http://127.0.0.1:{PORT}")
# One origin behind the production proxy; another port on a single machine.
EDGE_URL = env.http_url("EDGE_URL", PUBLIC_URL if PRODUCTION else f"http://127.0.0.1:{EDGE_PORT}")
SANDBOX = env.flag("DUBDESK_SANDBOX", default=not PRODUCTION)
SANDBOX_URL = env.http_url("SANDBOX_URL", f"http://127.0.0.1:{SANDBOX_PORT}")
_public = urlsplit(PUBLIC_URL)
_https = _public.scheme == "https"
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", str(_public.hostname))
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
# Below a path of somebody else's host: the proxy takes the path off, links put it in front.
FORCE_SCRIPT_NAME = _public.path or None
# From here on the proxy's words are believed, and no stranger can reach us without it.
TRUST_PROXY_HEADERS = env.flag("TRUST_PROXY_HEADERS")

# --- Applications -------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "config.apps.DeskStaticFilesConfig",
    "allauth",
    "allauth.account",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "dubbing",
]
MIDDLEWARE = [
    "config.middleware.request_ids",
    "config.middleware.probes_first",
    "config.middleware.room_first",
    "config.middleware.no_half_files",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.callbacks_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.explained_methods",
    "dubbing.middleware.note_visits",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "accounts.context_processors.desk",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database -----------------------------------------------------------------------------
# Without an address: the server on this machine, at the socket where the launcher puts it.
DATABASE_ROLE = env.text("DUBDESK_DATABASE_ROLE", "app")
_address = env.text("DATABASE_URL")
if DATABASE_ROLE == "owner":
    _address = env.text("DATABASE_OWNER_URL", _address)
DATABASES = {"default": env.database(_address or postgres.url(DATABASE_ROLE, DATA_DIR))}
# A server that has vanished from the network must not hold a request for minutes.
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", "5")
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- People -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = f"{_public.path}/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{_public.path}/"
SESSION_COOKIE_SAMESITE = "Lax"
INVITATION_DAYS = 7
# From this hour on, by the server's time zone, people are mailed what needs them.
DIGEST_HOUR = env.integer("DIGEST_HOUR", 7, high=23)

# --- Mail ---------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.port("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"Dubdesk <desk@{_public.hostname}>")
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
MAIL_PAGE = not EMAIL_HOST and not PRODUCTION
_mail = "smtp" if EMAIL_HOST else "filebased"
EMAIL_BACKEND = f"django.core.mail.backends.{_mail}.EmailBackend"

# --- Files --------------------------------------------------------------------------------
NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = f"{_public.path}/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/htmx", NODE_MODULES / "htmx.org" / "dist"),
    ("vendor/tabler", NODE_MODULES / "@tabler" / "core" / "dist" / "css"),
    ("vendor/tus", NODE_MODULES / "tus-js-client" / "dist"),
    ("vendor/inter", NODE_MODULES / "@fontsource-variable" / "inter" / "files"),
]
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
# Videos and films: in a bucket where one is named, else below MEDIA_ROOT.
BUCKET = read_bucket()
STORAGES = {
    "default": BUCKET.storage() if BUCKET else {"BACKEND": "config.storage.Disk"},
    "staticfiles": {"BACKEND": "config.static_files.HashedFiles"},
}
# Whether Panjaya can follow the bucket's signed links: it fetches videos itself then.
LINKS_FOR_PANJAYA = env.flag("S3_LINKS_FOR_PANJAYA")
# On the same disk as MEDIA_ROOT: a finished upload is renamed into place, not copied.
FILE_UPLOAD_TEMP_DIR = str(env.folder(DATA_DIR / "uploads"))
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o640
# Where edge puts the bytes of resumable uploads until they are whole; it and the workers share it.
# On the same disk as MEDIA_ROOT too.
UPLOAD_DIR = env.folder(Path(env.text("UPLOAD_DIR", str(DATA_DIR / "incoming"))))
# Where web says of which films a download is made; edge reads it. What is lost is written again.
PLAN_DIR = env.folder(Path(env.text("PLAN_DIR", str(DATA_DIR / "plans"))))
# What a team may have lying here, coming in or waiting, without a video made of it.
UPLOAD_QUOTA_BYTES = env.integer("UPLOAD_QUOTA_BYTES", 500 * 10**9, high=10**15)
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 400  # a folder of subtitles, given without the page's script
MAX_SOURCE_BYTES = env.integer("MAX_SOURCE_BYTES", 50 * 10**9, high=10**13)
# With less than this left, no upload is begun: films that are paid for still find their place.
MIN_FREE_BYTES = env.integer("MIN_FREE_BYTES", 2 * 10**9, high=10**15)
# Pre-flight: what the account allows for one video (0: not known), and how many videos are
# listened to at once; each takes a processor for a while.
LONGEST_VIDEO_MINUTES = env.integer("LONGEST_VIDEO_MINUTES", 0, high=10_000)
MEASURES_AT_ONCE = env.integer("MEASURES_AT_ONCE", 2, low=1, high=64)

# --- What is kept, and for how long -----------------------------------------------------------
KEEP_CALLBACKS_DAYS = env.integer("KEEP_CALLBACKS_DAYS", 90, low=1, high=36_500)
KEEP_UPLOADS_DAYS = env.integer("KEEP_UPLOADS_DAYS", 7, low=1, high=365)
# Days after all of a video's films are made; 0: originals are kept for ever.
KEEP_ORIGINALS_DAYS = env.integer("KEEP_ORIGINALS_DAYS", 0, high=36_500)
# How long a download in bulk can be fetched and gone on with.
KEEP_ARCHIVES_DAYS = env.integer("KEEP_ARCHIVES_DAYS", 7, low=1, high=365)
KEEP_ANSWERS_DAYS = env.integer("KEEP_ANSWERS_DAYS", 7, low=1, high=36_500)

# --- Security headers ---------------------------------------------------------------------
_edge = "{0.scheme}://{0.netloc}".format(urlsplit(EDGE_URL))
_bucket = BUCKET.origins if BUCKET else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", _edge, *_bucket],
        "media-src": ["'self'", "blob:", "https:", _edge, *_bucket, *([] if _https else ["http:"])],
        "connect-src": ["'self'", _edge],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.flag("HSTS_SUBDOMAINS")
# The redirect to https is the proxy's work: behind it every request arrives as http.
SILENCED_SYSTEM_CHECKS = ["security.W008"]
if TRUST_PROXY_HEADERS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Work in the background ---------------------------------------------------------------
BROKER_URL = env.broker("BROKER_URL")
SWEEP_SECONDS = env.integer("SWEEP_SECONDS", 3, low=1, high=3600)
LEASE_SECONDS = env.integer("LEASE_SECONDS", 60, low=5, high=3600)
# A command can be taken back for so long; the sandbox, where nothing is paid, gets it at once.
SEND_DELAY_SECONDS = env.integer("SEND_DELAY_SECONDS", 30, high=3600)
# Per connection, unless its lane in the admin says otherwise.
SENDS_AT_ONCE = env.integer("SENDS_AT_ONCE", 4, low=1, high=1000)
SENDS_PER_MINUTE = env.integer("SENDS_PER_MINUTE", 60, low=1, high=100_000)

# --- REST ---------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "dubbing.api.errors.exception_handler",
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Dubdesk API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    # The desk's own pages come with a session to some calls; programs have a key.
    "AUTHENTICATION_WHITELIST": ["accounts.authentication.ApiKeyAuthentication"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dubbing.api.description.describe",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AssetStatus": "dubbing.states.AssetStatus",
        "VersionStatus": "dubbing.states.VersionStatus",
        "Stage": "dubbing.states.Stage",
        "LipsModel": "dubbing.states.LipsModel",
        "SubtitleVerdict": "dubbing.states.SubtitleVerdict",
        "Verdict": "dubbing.states.Verdict",
        "LineVerdict": "dubbing.states.LineVerdict",
    },
}

# --- Language and time --------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- Logs and figures ---------------------------------------------------------------------
LOG_FORMAT = env.word("LOG_FORMAT", "json" if PRODUCTION else "lines", ("json", "lines"))
LOGGING = logging_config(form=LOG_FORMAT, level=env.text("LOG_LEVEL", "INFO"))
# Python's own warnings would be lines of another form.
logging.captureWarnings(LOG_FORMAT == "json")
METRICS_TOKEN = env.text("METRICS_TOKEN")
