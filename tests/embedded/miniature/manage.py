import json
import os
import sys

import psycopg

command = sys.argv[1]


def say(text):
    sys.stdout.write(f"{text}\n")


def connect():
    owner = os.environ.get("COUNTINGHOUSE_DATABASE_ROLE") == "owner"
    return psycopg.connect(os.environ["DIRECT_URL" if owner else "DATABASE_URL"])


if command == "prepare_installation":
    with connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS seeded (count int NOT NULL)")
    say("table seeded")
elif command == "seed_demo" and "FAIL_SEED" in os.environ:
    sys.exit(3)
elif command == "seed_demo":
    with connect() as connection:
        connection.execute("INSERT INTO seeded VALUES (1)")
    staff = {"username": "support", "password": "demo-password"}
    say("made a company")
    say(json.dumps({"staff": staff, "staff_api_key": "s", "api_key": "k", "organization": "o"}))
elif command == "collectstatic":
    os.makedirs(os.environ["STATIC_ROOT"], exist_ok=True)
elif command == "count":
    with connect() as connection:
        say(connection.execute("SELECT current_user, count(*) FROM seeded").fetchone())
elif command == "fail":
    sys.exit(7)
