//! Networks whose members are trusted.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv6Net};

/// One address, or all addresses that share a prefix with it. IPv4 addresses written as IPv6
/// (`::ffff:10.0.0.1`) count as the IPv4 addresses they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl Network {
    /// Whether `address` is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// Whether only this machine itself is in it.
    pub fn is_loopback(&self) -> bool {
        let min_prefix = if self.0.addr().is_ipv4() { 8 } else { 128 };
        self.0.addr().is_loopback() && self.0.prefix_len() >= min_prefix
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        // Not ipnet's own parser: it accepts octets with leading zeros, which others read as octal.
        let address: IpAddr = address
            .parse()
            .map_err(|_| "it is neither an address nor a network in CIDR notation")?;
        if address != address.to_canonical() {
            return Err("it is an IPv4 address written as IPv6: write it as IPv4");
        }
        let network = match prefix {
            None => IpNet::from(address),
            Some(digits) => prefix_length(digits)
                .and_then(|length| IpNet::new(address, length).ok())
                .ok_or("its prefix length is not a number in range")?,
        };
        if network.prefix_len() == 0 {
            return Err("it contains every address");
        }
        if network.network() != address {
            return Err("the address has bits set after its prefix");
        }
        if overlaps_mapped(network) {
            return Err("it contains IPv4 addresses written as IPv6: write those as IPv4");
        }
        Ok(Self(network))
    }
}

/// Whether some of its addresses are IPv4 addresses written as IPv6: those in `::ffff:0:0/96`.
fn overlaps_mapped(network: IpNet) -> bool {
    let IpNet::V6(network) = network else {
        return false;
    };
    let mapped = Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0);
    Ipv6Net::new(mapped, 96)
        .is_ok_and(|mapped| network.contains(&mapped) || mapped.contains(&network))
}

/// `u8::from_str` would accept a sign and any number of leading zeros.
fn prefix_length(digits: &str) -> Option<u8> {
    let plain = (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            write!(f, "{}", self.0.addr())
        } else {
            write!(f, "{}", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_their_addresses_and_no_others() {
        for (network, inside, outside) in [
            ("10.0.3.7", "10.0.3.7", "10.0.3.8"),
            ("10.0.3.7", "::ffff:10.0.3.7", "::10.0.3.7"),
            ("10.0.0.0/8", "10.255.1.2", "11.0.0.0"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("fd00::7", "fd00::7", "fd00::8"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"),
        ] {
            let parsed: Network = network.parse().expect(network);
            assert!(
                parsed.contains(inside.parse().expect("an address")),
                "{network} {inside}"
            );
            assert!(
                !parsed.contains(outside.parse().expect("an address")),
                "{network} {outside}"
            );
            assert_eq!(parsed.to_string(), network);
        }
    }

    #[test]
    fn what_would_trust_too_many_is_not_a_network() {
        for wrong in [
            "",
            "*",
            "all",
            "any",
            "private_ranges",
            "private",
            "localhost",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.1/0",
            "::ffff:10.0.0.1",
            "::ffff:10.0.0.0/104",
            "::ffff:0:0/96",
            "::/64",
            "::/1",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "10.0.0.0/0008",
            "fd00::/129",
            "fd00::1%eth0",
            "10.0.0",
            "010.0.0.1",
            "10.0.0.0 /8",
            "10.0.0.0-10.0.0.9",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong} was accepted");
        }
    }
}
