import os

from celery import Celery

broker = os.environ["CELERY_BROKER_URL"]
app = Celery("miniature", broker=broker)
app.conf.broker_transport_options = {
    "init_extension": False,
    "use_notify": True,
    "pool_size": 2,
    # Without it the pgmq client takes DATABASE_URL from the environment, whatever the broker's URL says
    "conn_string": broker.replace("pgmq://", "postgresql://", 1),
}
app.conf.worker_enable_remote_control = False
app.conf.beat_schedule_filename = os.path.join(os.environ["COUNTINGHOUSE_HOME"], "beat")
