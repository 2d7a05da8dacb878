"""What any use of the installation stands on: database, broker, sandbox, and the variables that name them."""

from deploy.embedded import databases, environment, own_database, stripe_sandbox
from deploy.embedded.cluster import Cluster
from deploy.embedded.installation import DATABASE
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.session import Session

ENVIRONMENT = "environment"


def bring_up(session: Session) -> Cluster | None:
    """Start what the person has not given, fill `session.environment` and note it for `make manage`.

    Returns the embedded server, None where the database is the person's own.
    """
    ours = environment.general(session.home, session.installation, demo=session.demo)
    cluster = None
    if session.given.own_database:
        ours |= _own_database(session)
    else:
        cluster = _embedded_database(session, ours)
    session.stack.callback(session.processes.stop)  # before the database that they use
    session.stop.check()
    if not session.given.own_stripe:
        ours |= _sandbox(session, ours)
    session.environment = environment.completed(session.given, ours)
    _note(session, ours)
    return cluster


def _embedded_database(session: Session, ours: environment.Variables) -> Cluster:
    home, installation = session.home, session.installation
    cluster = Cluster(home.postgres, log=home.log("postgres"))
    first = "the first time makes the cluster" if not home.postgres.exists() else ""
    with session.progress.step("PostgreSQL", first) as step:
        session.stack.callback(cluster.stop)
        superuser = cluster.start()
        step.result = f"port {superuser.port}"
    with session.progress.step("Roles and broker"):
        databases.prepare_server(superuser, installation.passwords)
        databases.prepare_database(superuser, DATABASE, broker_password=installation.passwords["app_broker"])
    ours |= environment.database(superuser, installation)
    if not session.given.own_broker:
        ours |= environment.broker(superuser, installation)
    return cluster


def _own_database(session: Session) -> environment.Variables:
    given = session.given
    direct_url = given.value("DIRECT_URL") or given.value("DATABASE_URL")
    with session.progress.step("Database", "your own, by DATABASE_URL"):
        own_database.prepare(direct_url, with_broker=not given.own_broker)
    return {} if given.own_broker else environment.broker_on(direct_url)


def _sandbox(session: Session, ours: environment.Variables) -> environment.Variables:
    installation = session.installation
    port = installation.sandbox_port()
    with session.progress.step("Sandbox (stands in for Stripe)") as step:
        base = environment.completed(session.given, ours)
        stripe_sandbox.start(session.home, session.processes, base, port)
        deliver_to = f"http://{LOOPBACK}:{session.port}{stripe_sandbox.WEBHOOK_PATH}"
        secret = stripe_sandbox.signing_secret(installation, port, deliver_to)
        step.result = f"port {port}"
    return {**environment.stripe(installation, port), "STRIPE_WEBHOOK_SECRET": secret}


def _note(session: Session, ours: environment.Variables) -> None:
    names = {*ours, *(name for name in environment.YIELDING if name in session.environment)}
    session.installation.remember(ENVIRONMENT, {name: session.environment[name] for name in sorted(names)})
