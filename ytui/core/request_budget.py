"""Rate limit of one site: token buckets of a minute and an hour, a day's count, an adaptive rate.

A minute's bucket holds at most a quarter of its minute, so that no window of a minute sees more than the
budget and a quarter. An hour's refills evenly and holds a fifteenth of it (60 of 900). A day has a reserve
for what a person asks. The whole thing is plain data: it is stored, and a restart does not forget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ytui.core.settings.tables import SiteLimits

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
BURST_OF_MINUTE = 4
BURST_OF_HOUR = 15
KEPT_FOR_ASKED = 0.1
"""The part of every bucket that only what a person asked for may use."""
SLOWEST = 1 / 8
"""The rate is never cut below this part of the configured one."""
RECOVERY = 0.5 / HOUR
"""How much of the configured rate comes back in a second: an hour heals one halving."""


@dataclass
class Bucket:
    """Tokens that come back evenly: ``rate`` a second, at most ``capacity``."""

    rate: float
    capacity: float
    tokens: float
    at: float

    def refill(self, now: float) -> None:
        """Add what has come back since the last look; a clock that went back adds nothing."""
        self.tokens = min(self.capacity, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now

    def wait_for(self, left_over: float) -> float:
        """Seconds until one token can be taken and ``left_over`` remain; 0 if that is now."""
        missing = 1.0 + left_over - self.tokens
        # Far below one request in a year: rounding of time stamps must not ask for another look.
        return missing / self.rate if missing > 1e-9 else 0.0


def _kept(bucket: Bucket) -> float:
    return min(bucket.capacity - 1.0, bucket.capacity * KEPT_FOR_ASKED)


@dataclass(frozen=True)
class Requester:
    """Who asks for a permit: what a person asked for may use the kept part; a listing may have to share."""

    asked: bool = False
    listing: bool = False
    downloads_wait: bool = False


@dataclass
class SiteBudget:
    """The budget of one site (or, in independent mode, of one worker at a site)."""

    limits: SiteLimits
    minute: Bucket
    hour: Bucket
    listings: Bucket
    day: int = 0
    day_used: int = 0
    factor: float = 1.0
    factor_at: float = field(default=0.0)

    @classmethod
    def full(cls, limits: SiteLimits, now: float) -> SiteBudget:
        """A budget of which nothing is used yet."""
        per_minute, per_hour = float(limits.requests_per_minute), float(limits.requests_per_hour)
        burst = max(1.0, per_minute / BURST_OF_MINUTE)
        hourly = max(1.0, per_hour / BURST_OF_HOUR)
        return cls(
            limits,
            Bucket(per_minute / MINUTE, burst, burst, now),
            Bucket(per_hour / HOUR, hourly, hourly, now),
            Bucket(per_minute / MINUTE / 2, max(1.0, burst / 2), max(1.0, burst / 2), now),
            day=int(now // DAY),
            factor_at=now,
        )

    def wait(self, asker: Requester, now: float) -> float:
        """Seconds until this asker may send a request; 0 for now."""
        self._pass(now)
        waits = [
            bucket.wait_for(0.0 if asker.asked else _kept(bucket)) for bucket in (self.minute, self.hour)
        ]
        if asker.listing and asker.downloads_wait and not asker.asked:
            waits.append(self.listings.wait_for(0.0))
        if self._day_left(asker) <= 0:
            waits.append((self.day + 1) * DAY - now)
        return max(waits)

    def take(self, asker: Requester, now: float) -> bool:
        """Use one request of the budget, if this asker may; whether it was taken."""
        if self.wait(asker, now) > 0:
            return False
        self.minute.tokens -= 1
        self.hour.tokens -= 1
        if asker.listing:
            self.listings.tokens = max(0.0, self.listings.tokens - 1)
        self.day_used += 1
        return True

    def push_back(self, now: float) -> None:
        """The site refused: halve the rate and spend the burst: a probe can go, no crowd."""
        self._pass(now)
        self.factor = max(SLOWEST, self.factor / 2)
        self.minute.tokens = min(self.minute.tokens, _kept(self.minute) + 1.0)

    def per_minute(self, now: float) -> float:
        """The effective requests a minute."""
        self._pass(now)
        return self.limits.requests_per_minute * self.factor

    def left(self, now: float) -> tuple[int, int, int]:
        """Requests left of this minute's burst, of the hour's, and of the day."""
        self._pass(now)
        return (
            int(self.minute.tokens),
            int(self.hour.tokens),
            max(0, self.limits.requests_per_day - self.day_used),
        )

    def _day_left(self, asker: Requester) -> int:
        kept = 0 if asker.asked else self.limits.reserve
        return self.limits.requests_per_day - kept - self.day_used

    def _pass(self, now: float) -> None:
        """Let time pass: recover the rate, refill, begin a new day."""
        self.factor = min(1.0, self.factor + max(0.0, now - self.factor_at) * RECOVERY)
        self.factor_at = now
        self.minute.rate = self.limits.requests_per_minute / MINUTE * self.factor
        self.listings.rate = self.minute.rate / 2
        for bucket in (self.minute, self.hour, self.listings):
            bucket.refill(now)
        today = int(now // DAY)
        if today != self.day:
            self.day, self.day_used = today, 0

    def dump(self) -> dict[str, Any]:
        """The state as JSON takes it."""
        return {
            "minute": round(self.minute.tokens, 3),
            "hour": round(self.hour.tokens, 3),
            "listings": round(self.listings.tokens, 3),
            "at": self.minute.at,
            "day": self.day,
            "day_used": self.day_used,
            "factor": round(self.factor, 4),
            "factor_at": self.factor_at,
        }

    @classmethod
    def load(cls, limits: SiteLimits, data: Mapping[str, Any], now: float) -> SiteBudget:
        """A stored state under the limits of today; what cannot be read counts as unused."""
        budget = cls.full(limits, now)
        try:
            at = min(float(data["at"]), now)
            buckets = {"minute": budget.minute, "hour": budget.hour, "listings": budget.listings}
            for name, bucket in buckets.items():
                bucket.tokens, bucket.at = min(bucket.capacity, float(data[name])), at
            budget.day, budget.day_used = int(data["day"]), int(data["day_used"])
            budget.factor = min(1.0, max(SLOWEST, float(data["factor"])))
            budget.factor_at = min(float(data["factor_at"]), now)
        except (KeyError, TypeError, ValueError):
            return cls.full(limits, now)
        return budget
