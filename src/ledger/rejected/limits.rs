//! How many rejected requests are written down: so many at once, then so many a second, then so many
//! a day. What is beyond that is counted.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};

use crate::token_bucket::{Rate, TokenBucket};

/// Of one client.
const CLIENT_RATE: Rate = Rate {
    burst: 50.0,
    per_second: 1.0,
};
/// Of all clients together.
const TOTAL_RATE: Rate = Rate {
    burst: 100.0,
    per_second: 5.0,
};
/// Of all clients together over a day. With 700 bytes each, seven megabytes a day.
const DAILY_RATE: Rate = Rate {
    burst: 10_000.0,
    per_second: 10_000.0 / 86_400.0,
};
/// Clients with a bucket of their own.
const MAX_CLIENTS: usize = 1_024;

#[derive(Default)]
pub(super) struct Limits(Mutex<State>);

#[derive(Default)]
struct State {
    clients: HashMap<Option<IpAddr>, TokenBucket>,
    total: Option<TokenBucket>,
    daily: Option<TokenBucket>,
    suppressed: u64,
}

impl Limits {
    /// Whether one more from this client is written down; one that is not is counted.
    pub(super) fn allow(&self, client: Option<IpAddr>, now: Timestamp) -> bool {
        let now = Duration::from_millis(now.as_millisecond().unsigned_abs());
        let mut state = self.state();
        let allowed = state.take_for(client.map(network), now)
            && take(&mut state.total, TOTAL_RATE, now)
            && take(&mut state.daily, DAILY_RATE, now);
        if !allowed {
            state.suppressed += 1;
        }
        allowed
    }

    /// Counts one that could not be queued.
    pub(super) fn count(&self) {
        self.put_back(1);
    }

    /// How many were only counted since the last time.
    pub(super) fn take_suppressed(&self) -> u64 {
        std::mem::take(&mut self.state().suppressed)
    }

    /// Counts so many again, because their number could not be written.
    pub(super) fn put_back(&self, suppressed: u64) {
        self.state().suppressed += suppressed;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}

impl State {
    fn take_for(&mut self, client: Option<IpAddr>, now: Duration) -> bool {
        if self.clients.len() >= MAX_CLIENTS && !self.clients.contains_key(&client) {
            self.clients
                .retain(|_, bucket| !bucket.is_full(CLIENT_RATE, now));
            if self.clients.len() >= MAX_CLIENTS {
                // The rate of all together still limits them.
                self.clients.clear();
            }
        }
        let bucket = self.clients.entry(client);
        bucket
            .or_insert_with(|| TokenBucket::full(CLIENT_RATE, now))
            .take(CLIENT_RATE, now)
            .is_ok()
    }
}

fn take(bucket: &mut Option<TokenBucket>, rate: Rate, now: Duration) -> bool {
    bucket
        .get_or_insert_with(|| TokenBucket::full(rate, now))
        .take(rate, now)
        .is_ok()
}

/// The client an address counts for: with IPv6, a household has a network of addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn client(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn one_client_has_its_burst_and_then_one_a_second() {
        let limits = Limits::default();
        let allowed = |second| {
            (0..200)
                .filter(|_| limits.allow(client(1), at(second)))
                .count()
        };
        assert_eq!(allowed(0), 50);
        assert_eq!(allowed(3), 3);
        assert_eq!(limits.take_suppressed(), 150 + 197);
        assert_eq!(limits.take_suppressed(), 0);
    }

    #[test]
    fn all_clients_together_have_a_limit_and_so_has_a_day() {
        let limits = Limits::default();
        let allowed = (0..=255).filter(|one| limits.allow(client(*one), at(0)));
        assert_eq!(allowed.count(), 100);
        let mut in_a_day = 0;
        for second in 1..86_400 {
            in_a_day += (0..10)
                .filter(|one| limits.allow(client(*one), at(second)))
                .count();
        }
        assert!((15_000..=20_000).contains(&in_a_day), "{in_a_day}");
    }

    #[test]
    fn a_network_of_addresses_is_one_client_and_the_number_of_clients_is_bounded() {
        let limits = Limits::default();
        for host in 0..5_000u16 {
            let address = Ipv6Addr::new(0x2001, 0xdb8, 0, 1, host, 0, 0, 1);
            limits.allow(Some(address.into()), at(0));
        }
        assert_eq!(limits.state().clients.len(), 1);
        for net in 0..5_000u16 {
            let address = Ipv6Addr::new(0x2001, 0xdb8, 0, net, 0, 0, 0, 1);
            limits.allow(Some(address.into()), at(0));
        }
        assert!(limits.state().clients.len() <= MAX_CLIENTS);
    }
}
