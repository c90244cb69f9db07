//! The address of the client, as the proxies in between tell it.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};

use super::Network;

/// The right-most address that is none of the trusted proxies'. What stands left of it was told by
/// someone who is not trusted; what cannot be read ends the search. For the records only.
pub(super) fn client(
    headers: &HeaderMap,
    name: &HeaderName,
    trusted: &[Network],
) -> Option<IpAddr> {
    let lines: Vec<&[u8]> = headers
        .get_all(name)
        .iter()
        .map(|value| value.as_bytes())
        .collect();
    let hops = lines
        .into_iter()
        .rev()
        .flat_map(|line| line.rsplit(|byte| *byte == b','));
    for hop in hops {
        let address = address(hop)?;
        if !trusted.iter().any(|network| network.contains(address)) {
            return Some(address);
        }
    }
    None
}

/// An address, with a port or without.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop.trim_ascii()).ok()?;
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = match (text.parse(), text.parse::<SocketAddr>(), bare) {
        (Ok(address), ..) => address,
        (_, Ok(socket), _) => socket.ip(),
        (.., Some(bare)) => IpAddr::V6(bare.parse().ok()?),
        _ => return None,
    };
    Some(address.to_canonical())
}
