"""The jobs of WebSub: of our own hub, and of those whom the owner follows."""

from datetime import datetime, timedelta
from typing import cast

from indie import notices
from indie.errors import FetchFailed
from indie.jobs.workshop import Kind, Workshop, nobody_waits, number
from indie.store.jobs import Job
from indie.websub import arrivals, distribution, intent, leases, publisher, schedule, subscriber


def _notify(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    distribution.notify(shop.store, now, _burst(shop))


def _distribute(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    distribution.distribute(shop.store, shop.render, shop.settings.me, now)


def _deliver(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    distribution.deliver(
        shop.store,
        shop.fetcher,
        shop.settings.me,
        number(job, "subscriber"),
        now,
        patient=bool(job.arguments["patient"]),
        last=last,
    )


def _verify_intent(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    intent.verify(shop.store, shop.fetcher, shop.render, shop.settings.me, number(job, "subscriber"), now)


def _deny(shop: Workshop, job: Job, _now: datetime, last: bool) -> None:
    try:
        intent.deny(shop.fetcher, str(job.arguments["topic"]), str(job.arguments["callback"]))
    except FetchFailed as error:
        if error.again and not last:
            raise


def _expire(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    leases.expire(shop.store, now)


def _ping(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    hub, path = str(job.arguments["hub"]), str(job.arguments["topic"])
    if job.arguments.get("settled"):
        publisher.ping(shop.fetcher, hub, shop.settings.me + path)
    else:
        publisher.want(shop.store, hub, path, now, _burst(shop))


def _burst(shop: Workshop) -> timedelta:
    return distribution.BURST if shop.settings.rate_limit else timedelta()


def _subscribe(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    subscriber.subscribe(shop.store, shop.fetcher, shop.settings.me, number(job, "following"), now, last=last)


def _renew(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    following, lease = number(job, "following"), cast(str, job.arguments["lease"])
    subscriber.renew(shop.store, shop.fetcher, shop.parser, shop.settings.me, following, lease, now, last=last)


def _unsubscribe(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    subscriber.unsubscribe(shop.store, shop.fetcher, shop.settings.me, number(job, "following"), now, last=last)


def _forget(shop: Workshop, job: Job, _now: datetime, _last: bool) -> None:
    subscriber.forget(shop.store, number(job, "following"))


def _poll(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    arrivals.poll(shop.store, shop.fetcher, shop.parser, job.arguments, now)


def _receive(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    arrivals.receive(shop.store, shop.parser, job.arguments, now)


def _unsubscribed(shop: Workshop, job: Job, now: datetime) -> None:
    subscriber.abandon(shop.store, number(job, "following"), now)


KINDS = {
    notices.NOTIFY: Kind(_notify, nobody_waits),
    notices.PING: Kind(_ping, nobody_waits),
    distribution.DISTRIBUTE: Kind(_distribute, nobody_waits),
    distribution.DELIVER: Kind(
        _deliver, lambda shop, job, _now: distribution.abandon(shop.store, number(job, "subscriber"))
    ),
    intent.JOB: Kind(_verify_intent, nobody_waits),
    intent.DENY: Kind(_deny, nobody_waits),
    leases.JOB: Kind(_expire, nobody_waits),
    subscriber.SUBSCRIBE: Kind(_subscribe, _unsubscribed),
    subscriber.RENEW: Kind(_renew, _unsubscribed),
    subscriber.UNSUBSCRIBE: Kind(
        _unsubscribe, lambda shop, job, _now: subscriber.forget(shop.store, number(job, "following"))
    ),
    subscriber.FORGET: Kind(_forget, nobody_waits),
    schedule.POLL: Kind(_poll, lambda shop, job, now: arrivals.abandon(shop.store, number(job, "following"), now)),
    arrivals.RECEIVE: Kind(_receive, nobody_waits),
}
