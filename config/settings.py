"""Settings, from the environment alone (see .env.example). Sections follow Django's settings reference."""

import warnings
from pathlib import Path

from whitenoise.compress import Compressor

from config import env, headers, schedule, signin
from config.logging import configure
from config.unfold import UNFOLD  # noqa: F401 - read by Unfold

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("ENVIRONMENT", "development")
RELEASE = env.text("RELEASE", "unreleased")

# Core
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False  # a webhook must never be redirected
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
warnings.filterwarnings("ignore", message="The FORMS_URLFIELD_ASSUME_HTTPS")
FORMS_URLFIELD_ASSUME_HTTPS = True  # dj-stripe's forms warn without it

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "config.apps.CountinghouseAdminConfig",
    "django.contrib.postgres",
    "django_prometheus",
    "django_structlog",
    "rest_framework",
    "knox",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "django_celery_beat",
    "djstripe",
    "audit",
    "billing",
    "usage",
    "analytics",
    "deploy.demo",
]
SECURITY_HEADERS_ENABLED = env.flag("SECURITY_HEADERS_ENABLED", True)
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    # What sets headers stands outside of whatever may answer
    "config.headers.SecurityHeadersMiddleware",
    *(["django.middleware.clickjacking.XFrameOptionsMiddleware"] if SECURITY_HEADERS_ENABLED else []),
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "billing.admin.content_security.AdminContentSecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "billing.signin.middleware.SessionLimitsMiddleware",
    "audit.middleware.AuditContextMiddleware",
    "config.request_log.RequestLogMiddleware",
    "axes.middleware.AxesMiddleware",
    "billing.signin.middleware.SecondFactorMiddleware",
    "billing.api.switches.BillingSwitchMiddleware",
    "usage.enforcement.PlanEnforcementMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
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
            ],
            "builtins": ["billing.templatetags.parts"],
        },
    }
]

# Databases: the ordinary role by DATABASE_URL; `owner` makes migrations connect by DIRECT_URL
DATABASE_ROLE = env.text("COUNTINGHOUSE_DATABASE_ROLE", "rw")
DATABASE_URL = env.text("DATABASE_URL")
DIRECT_URL = env.text("DIRECT_URL", DATABASE_URL)
DATABASES = {
    "default": {
        **(
            env.database(DIRECT_URL, "DIRECT_URL")
            if DATABASE_ROLE == "owner"
            else env.database(DATABASE_URL, "DATABASE_URL")
        ),
        "CONN_MAX_AGE": env.integer("DATABASE_CONN_MAX_AGE", 600),  # a new connection costs 5 times the query
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,  # pooling in transaction mode is allowed
        "ATOMIC_REQUESTS": False,  # each step opens its own transaction; nothing calls Stripe inside one
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# dj-stripe's own files take half a minute of CPU a database; ours makes the identical schema in one step
MIGRATION_MODULES = {"djstripe": "billing.djstripe_migrations"}

# Caches
CACHE_URL = env.text("CACHE_URL", "dbcache://cache")
CACHES = {"default": {"TIMEOUT": env.integer("CACHE_MAX_AGE", 3600, minimum=1), **env.cache(CACHE_URL)}}
BILLING_CACHE_TTL = env.integer("BILLING_CACHE_TTL", 300)

# Email
EMAIL_URL = env.text("EMAIL_URL", "consolemail://")
vars().update(env.email(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "billing@localhost")

# Time and language
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
REPORTING_TIME_ZONE = env.text("REPORTING_TIME_ZONE", "UTC")
REPORTING_CURRENCY = env.text("REPORTING_CURRENCY", "usd").lower()

# Security
HTTPS_ONLY = env.flag("HTTPS_ONLY", not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^metrics$"]  # a webhook or probe must never be answered with a redirect
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURITY_HEADERS_ENABLED and HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin" if SECURITY_HEADERS_ENABLED else None
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if SECURITY_HEADERS_ENABLED else None
SECURE_CONTENT_TYPE_NOSNIFF = SECURITY_HEADERS_ENABLED
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # preloading HSTS binds the whole domain for years: the operator's decision
    "djstripe.W002",  # warns of every other address than Stripe's own; billing.E004 refuses a live key there
]
CSP_ENABLED = env.flag("CSP_ENABLED", True)
CONTENT_SECURITY_POLICY = headers.CONTENT_SECURITY_POLICY if CSP_ENABLED else None
PERMISSIONS_POLICY = headers.PERMISSIONS_POLICY if SECURITY_HEADERS_ENABLED else {}
ENCRYPTION_KEYS = env.words("ENCRYPTION_KEY")
AUDIT_SIGNING_KEY = env.text("AUDIT_SIGNING_KEY", "")
AUDIT_ANCHOR_URL = env.text("AUDIT_ANCHOR_URL", "")

# Authentication
AUTH_USER_MODEL = "billing.User"
LOGIN_URL = "/admin/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
vars().update(signin.SETTINGS)  # second factor, lockout, sessions

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = STATIC_MANIFEST = env.flag("STATIC_MANIFEST", not DEBUG)
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]  # half a minute for nobody
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Celery: the table is the queue, the broker only wakes workers
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL")
CELERY_BROKER_ON_POSTGRES = CELERY_BROKER_URL.startswith("pgmq")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "init_extension": False,
        "visibility_timeout": 1800,
        "wait_time_seconds": 0,
        "use_notify": True,
        "polling_interval": 0.5,
        "pool_size": 2,
        "pool_timeout": 2,
        # else its client takes the variable DATABASE_URL, whose role may not touch the queues
        "conn_string": CELERY_BROKER_URL.replace("pgmq://", "postgresql://", 1),
    }
    if CELERY_BROKER_ON_POSTGRES
    else {"visibility_timeout": 3600, "socket_connect_timeout": 2}
)
# A doorbell gives up at once; a worker's own connection is kept up by other settings
CELERY_BROKER_TRANSPORT_OPTIONS |= {"max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # a doorbell that does not ring is counted; the sweep finds the work
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4  # one message at a time is ten times slower on pgmq
CELERY_WORKER_ENABLE_REMOTE_CONTROL = not CELERY_BROKER_ON_POSTGRES  # the reply queue's name is too long there
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
SCHEDULE = schedule.SCHEDULE

# REST framework
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "billing.api.authentication.ApiKeyAuthentication",
        "billing.api.authentication.LoginTokenAuthentication",
        "billing.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["billing.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["billing.api.limits.RateLimit"],
    "DEFAULT_PAGINATION_CLASS": "billing.api.pagination.KeysetPagination",
    "DEFAULT_RENDERER_CLASSES": ["billing.api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "billing.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%SZ",
    "NUM_PROXIES": env.integer("NUM_PROXIES", 0),
    "PAGE_SIZE": 25,
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_FORMATTER_CLASS": "billing.api.problems.ProblemFormatter"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Countinghouse API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
}
KNOX_TOKEN_MODEL = "knox.AuthToken"  # noqa: S105 - a model's name

# Stripe
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY", "")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_API_VERSION = env.text("STRIPE_API_VERSION", "2026-08-26.dahlia")  # explicit: else an SDK update changes it
STRIPE_LIVE_MODE = STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
STRIPE_TIMEOUT_SECONDS = env.integer("STRIPE_TIMEOUT_SECONDS", 5, minimum=1)
STRIPE_BULK_TIMEOUT_SECONDS = env.integer("STRIPE_BULK_TIMEOUT_SECONDS", 30, minimum=1)
# 80 % of Stripe's limits (100 reads and 100 writes a second live, 25 and 25 in test mode); a stand-in has none
STRIPE_REQUESTS_PER_SECOND = env.integer(
    "STRIPE_REQUESTS_PER_SECOND",
    1000 if STRIPE_API_BASE != "https://api.stripe.com" else 80 if STRIPE_LIVE_MODE else 20,
    minimum=1,
)
STRIPE_LIVE_SECRET_KEY = STRIPE_SECRET_KEY if STRIPE_LIVE_MODE else ""
STRIPE_TEST_SECRET_KEY = "" if STRIPE_LIVE_MODE else STRIPE_SECRET_KEY
if STRIPE_API_BASE != "https://api.stripe.com":
    STRIPE_API_HOST = STRIPE_API_BASE  # dj-stripe's name for it
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
DJSTRIPE_SUBSCRIBER_MODEL = "billing.Organization"

# Product switches (a switch is off if the environment or staff say off)
BILLING_ENABLED = env.flag("BILLING_ENABLED", True)
ACCEPT_NEW_PAYMENTS = env.flag("ACCEPT_NEW_PAYMENTS", True)
PAYMENT_MAINTENANCE = env.flag("PAYMENT_MAINTENANCE", False)
RATE_LIMIT_ENABLED = env.flag("RATE_LIMIT_ENABLED", True)
RATE_LIMIT_REQUESTS = env.integer("RATE_LIMIT_REQUESTS", 1000, minimum=1)
RATE_LIMIT_WINDOW = env.integer("RATE_LIMIT_WINDOW", 3600, minimum=1)
RATE_LIMIT_USAGE_REQUESTS = env.integer("RATE_LIMIT_USAGE_REQUESTS", 6000, minimum=1)

# Approvals: what one person may move alone, in minor units; above, and in other currencies, a second one approves
APPROVAL_LIMIT_SUPPORT = env.amounts("APPROVAL_LIMIT_SUPPORT", "usd:5000,eur:5000,gbp:5000")
APPROVAL_LIMIT_FINANCE = env.amounts("APPROVAL_LIMIT_FINANCE", "usd:50000,eur:50000,gbp:50000")
APPROVAL_LIMIT_SUPERADMIN = env.amounts("APPROVAL_LIMIT_SUPERADMIN", "usd:50000,eur:50000,gbp:50000")
APPROVAL_LIMIT_API = env.amounts("APPROVAL_LIMIT_API", "usd:50000,eur:50000,gbp:50000")

# Observability
SENTRY_DSN = env.text("SENTRY_DSN", "")
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
LOGGING = configure(debug=DEBUG, level=LOG_LEVEL)
PROMETHEUS_EXPORT_MIGRATIONS = False
