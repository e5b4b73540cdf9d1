"""RQ's `rq cron`: what is due again and again."""

from rq import cron
from rq_tasks import job

cron.register(job, queue_name="default", args=("tick", 0), interval=1)
