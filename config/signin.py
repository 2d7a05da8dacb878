"""Signing in: how long sessions live, and what django-allauth and django-axes are told. Nothing else of these is on."""

from datetime import timedelta
from typing import Any

from config import env

SETTINGS: dict[str, Any] = {
    "STAFF_MFA_REQUIRED": env.flag("STAFF_MFA_REQUIRED", True),
    "STEP_UP_SECONDS": env.integer("STEP_UP_SECONDS", 600, minimum=30),
    "SESSIONS_PER_PERSON": env.integer("SESSIONS_PER_PERSON", 5, minimum=1),
    "SESSION_IDLE_SECONDS": env.integer("SESSION_IDLE_SECONDS", 1800, minimum=60),
    "SESSION_MAX_SECONDS": (longest := env.integer("SESSION_MAX_SECONDS", 43_200, minimum=60)),
    "SESSION_COOKIE_AGE": longest,
    # No sign-up, no mails, no other way in than ours
    "ACCOUNT_ADAPTER": "billing.signin.adapters.AccountAdapter",
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_LOGIN_TIMEOUT": 300,  # seconds between password and second factor
    "ACCOUNT_RATE_LIMITS": False,  # they count by account alone, which locks victims out; ours are in lockout.py
    # Second factor
    "MFA_ADAPTER": "billing.signin.adapters.MfaAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # staff are added by staff; there are no rows of verified addresses
    "MFA_FORMS": {
        "authenticate": "billing.signin.forms.CodeForm",
        "authenticate_webauthn": "billing.signin.forms.UsePasskeyForm",
        "add_webauthn": "billing.signin.forms.AddPasskeyForm",
    },
    "MFA_TOTP_ISSUER": "Countinghouse",
    "MFA_TOTP_TOLERANCE": 1,  # clocks of phones differ; a used step and those before it are refused all the same
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "MFA_RECOVERY_CODE_DIGITS": 12,
    # Lockout
    "AXES_FAILURE_LIMIT": env.integer("LOCKOUT_FAILURES", 5, minimum=1),
    "AXES_COOLOFF_TIME": timedelta(seconds=env.integer("LOCKOUT_SECONDS", 900, minimum=1)),
    "AXES_HANDLER": "billing.signin.lockout.Lockout",
    "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
    "AXES_USERNAME_CALLABLE": "billing.signin.lockout.counted_as",
    "AXES_CLIENT_IP_CALLABLE": "billing.signin.address.counted_address",
    "AXES_LOCKOUT_CALLABLE": "billing.admin.account.locked.locked_out",
    "AXES_RESET_ON_SUCCESS": True,
    "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,  # else whoever goes on guessing prolongs others' lock
    "AXES_DISABLE_ACCESS_LOG": True,  # the log of ours has it
    "AXES_ENABLE_ADMIN": False,
    "AXES_VERBOSE": False,
    "AXES_SENSITIVE_PARAMETERS": [
        "username",
        "email",
        "ip_address",
        "code",
        "otp",
        "credential",
        "csrfmiddlewaretoken",
    ],
}
