"""Guards of the product, each with the tests that must go red where it is taken away."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """`old` stands once in `file`, and is replaced by `new`. `tests` are paths, or arguments of pytest."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


LAYERS = ("tests/tenancy/test_each_layer_of_isolation_is_needed_and_enough.py", "-k", "filters_alone")
RAW_SQL = ("tests/tenancy/test_raw_sql_as_a_customer_sees_one_organization.py",)
POLICIES = ("tests/tenancy/test_each_table_has_the_policies_of_its_declaration.py",)
REFUSES = ("tests/audit/test_the_log_refuses_changes.py",)

MUTATIONS = (
    Mutation(
        "any signature will do",
        "billing/gateway/webhooks.py",
        "if any(hmac.compare_digest(expected.encode(), given) for given in signatures):",
        "if expected:",
        ("tests/gateway/test_a_signature_is_checked_over_the_very_bytes.py",),
    ),
    Mutation(
        "webhooks are stored unverified",
        "billing/inbox/views.py",
        "        verify(\n",
        "        (lambda *_, **__: None)(\n",
        ("tests/inbox/test_only_what_stripe_signed_is_stored.py",),
    ),
    Mutation(
        "the policy shows all rows",
        "audit/tenancy.py",
        "OWN = '\"{column}\" = (SELECT auth.get_current_org_id())'",
        "OWN = 'true OR \"{column}\" IS NULL'",
        RAW_SQL,
    ),
    Mutation(
        "no context shows all rows",
        "audit/tenancy.py",
        "OWN = '\"{column}\" = (SELECT auth.get_current_org_id())'",
        'OWN = \'"{column}" = coalesce((SELECT auth.get_current_org_id()), "{column}")\'',
        RAW_SQL,
    ),
    Mutation(
        "the owner passes by",
        "audit/tenancy.py",
        'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;\nCREATE',
        "CREATE",
        POLICIES,
    ),
    Mutation(
        "packages' tables stay open",
        "billing/management/commands/prepare_installation.py",
        "        close_open_tables()\n",
        "",
        POLICIES,
    ),
    Mutation(
        "the context does not take on the role",
        "audit/context.py",
        "\"SELECT set_config('role', %s, true), set_config('app.organization_id', %s, true)\",\n"
        "            [CUSTOMER_ROLE, str(organization_id)],",
        "\"SELECT set_config('app.organization_id', %s, true)\",\n            [str(organization_id)],",
        ("tests/audit/test_a_customers_transaction_gives_its_role_back.py",),
    ),
    Mutation(
        "the setting outlives the transaction",
        "audit/context.py",
        "set_config('app.organization_id', %s, true)\"",
        "set_config('app.organization_id', %s, false)\"",
        (
            "tests/audit/test_a_customers_transaction_is_its_own.py",
            "tests/tenancy/test_isolation_holds_behind_a_pooler.py",
        ),
    ),
    Mutation(
        "a superuser may serve",
        "audit/serving.py",
        "    if reason:\n",
        "    if reason and settings.DEBUG:\n",
        ("tests/tenancy/test_a_connection_that_row_security_does_not_bind_serves_nobody.py", "-k", "closed_before"),
    ),
    Mutation(
        "the log takes changes of rows and statements",
        "audit/migrations/0002_append_only.py",
        "    RAISE EXCEPTION 'audit entries are append-only: % is refused'",
        "    RETURN NEW;\n    RAISE EXCEPTION 'audit entries are append-only: % is refused'",
        REFUSES,
    ),
    Mutation(
        "the chain's head is not locked",
        "audit/migrations/0005_functions_of_the_chain.py",
        "WHERE chain = ANY (wanted) ORDER BY chain FOR UPDATE;",
        "WHERE chain = ANY (wanted) ORDER BY chain;",
        ("tests/audit/test_writers_at_once_make_one_chain.py",),
    ),
    Mutation(
        "a hash does not cover the one before",
        "audit/migrations/0005_functions_of_the_chain.py",
        "last_hash := sha256(last_hash || convert_to(",
        "last_hash := sha256(''::bytea || convert_to(",
        ("tests/audit/test_every_tampering_is_found_at_its_first_entry.py",),
    ),
    Mutation(
        "one's own question may be answered",
        "billing/services/approval_rules.py",
        "if by.id == approval.asked_by_id:",
        "if not by.id:",
        ("tests/services/test_a_second_person_approves_what_is_much.py",),
    ),
    Mutation(
        "a code of the second factor works twice",
        "billing/signin/factors.py",
        "if step > newest and hmac",
        "if hmac",
        ("tests/signin/test_a_code_works_once.py",),
    ),
    Mutation(
        "verbs do not ask for a recent sign-in",
        "billing/admin/verbs.py",
        "if first := recent.ask_unless_recent(request):",
        "if first := None:",
        ("tests/signin/test_dangerous_acts_ask_again.py",),
    ),
    *(
        Mutation(
            f"{file} forgets whose rows: {old}",
            file,
            old,
            new,
            LAYERS,
        )
        for file, old, new in (
            (
                "billing/api/invoices.py",
                "_filtered(request, Invoice.objects.filter(organization=self.organization))",
                "_filtered(request, Invoice.objects.all())",
            ),
            (
                "billing/api/invoices.py",
                "rows = Invoice.objects.filter(organization=self.organization)",
                "rows = Invoice.objects.all()",
            ),
            (
                "billing/api/payments.py",
                "Payment.objects.filter(organization=self.organization)",
                "Payment.objects.all()",
            ),
            (
                "billing/api/payments.py",
                "PaymentMethod.objects.filter(organization=self.organization, detached=False)",
                "PaymentMethod.objects.filter(detached=False)",
            ),
            (
                "billing/api/subscriptions.py",
                "Subscription.objects.filter(organization=self.organization)",
                "Subscription.objects.all()",
            ),
            (
                "billing/queries/subscriptions.py",
                "Subscription.objects.filter(organization_id=organization_id)",
                "Subscription.objects.all()",
            ),
        )
    ),
)
