"""The account itself."""

from sandbox import ACCOUNT_ID
from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.shapes.payment_method import empty_address


def retrieve(ctx: Context) -> Json:
    name = ctx.settings["business_name"]
    return {
        "id": ACCOUNT_ID,
        "object": "account",
        "business_profile": _profile(name),
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": ctx.settings["country"],
        "created": 1_577_836_800,
        "default_currency": ctx.settings["default_currency"],
        "details_submitted": True,
        "email": "billing@example.com",
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/accounts/{ACCOUNT_ID}/external_accounts",
        },
        "metadata": {},
        "payouts_enabled": True,
        "settings": _settings(name),
        "type": "standard",
    }


def retrieve_one(ctx: Context) -> Json:
    ctx.path["id"] == ACCOUNT_ID or ctx.load("account", ctx.path["id"])
    return retrieve(ctx)


def _profile(name: str) -> Json:
    return {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": "5734",
        "name": name,
        "product_description": None,
        "support_address": empty_address(),
        "support_email": "support@example.com",
        "support_phone": None,
        "support_url": None,
        "url": None,
    }


def _settings(name: str) -> Json:
    descriptor = "COUNTINGHOUSE"
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": name, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": "always"},
        "payments": {
            "statement_descriptor": descriptor,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
