//! Where a request comes from: what limits count by, and what listed proxies say about it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Says which addresses are proxies of the operators'.
pub type IsProxy = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// All addresses that one caller is taken to have: of IPv6 a customer has a whole /64 to call from.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// What is written down of an address: so much that attacks can be told apart, and no single person.
pub(crate) fn noted(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// The caller's address. A header is believed from proxies alone, and of it only what the last of them wrote and
/// those before it: anybody can write what stands further left.
pub(super) fn caller(peer: IpAddr, headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let fields = headers.get_all(FORWARDED_FOR).iter().rev();
    let mut hops = fields.flat_map(|field| field.to_str().unwrap_or_default().rsplit(','));
    while is_proxy(nearest) {
        match hops.next().and_then(address) {
            Some(before) => nearest = before,
            None => break,
        }
    }
    nearest
}

/// With or without a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = hop.parse().ok().or_else(|| hop.parse().ok().map(|address: SocketAddr| address.ip()));
    bare.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn caller_of(peer: &str, forwarded: &[&str]) -> IpAddr {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let is_proxy = |address: IpAddr| address.to_string().starts_with("10.");
        caller(ip(peer), &headers, is_proxy)
    }

    #[test]
    fn an_address_of_ipv4_stands_alone_and_a_64_of_ipv6_is_one() {
        assert_eq!(network_of(ip("192.0.2.1")), ip("192.0.2.1"));
        assert_eq!(network_of(ip("::ffff:192.0.2.1")), ip("192.0.2.1"));
        assert_ne!(network_of(ip("192.0.2.1")), network_of(ip("192.0.2.2")));
        assert_eq!(network_of(ip("2001:db8::1")), network_of(ip("2001:db8::ffff:0:0:2")));
        assert_ne!(network_of(ip("2001:db8::1")), network_of(ip("2001:db8:0:1::1")));
    }

    #[test]
    fn a_network_is_written_down_and_no_address() {
        assert_eq!(noted(ip("192.0.2.77")), "192.0.2.0/24");
        assert_eq!(noted(ip("::ffff:192.0.2.77")), "192.0.2.0/24");
        assert_eq!(noted(ip("2001:db8:1:2::3")), "2001:db8:1::/48");
    }

    #[test]
    fn what_strangers_say_of_themselves_changes_nothing() {
        assert_eq!(caller_of("192.0.2.1", &["198.51.100.7"]), ip("192.0.2.1"));
        assert_eq!(caller_of("::ffff:192.0.2.1", &["10.0.0.1"]), ip("192.0.2.1"));
    }

    #[test]
    fn a_proxy_is_believed_and_only_for_whom_it_saw_itself() {
        assert_eq!(caller_of("10.0.0.1", &[]), ip("10.0.0.1"));
        assert_eq!(caller_of("10.0.0.1", &["198.51.100.7"]), ip("198.51.100.7"));
        assert_eq!(caller_of("10.0.0.1", &["1.1.1.1, 198.51.100.7"]), ip("198.51.100.7"));
        assert_eq!(caller_of("10.0.0.1", &["1.1.1.1", "198.51.100.7, 10.0.0.2"]), ip("198.51.100.7"));
        assert_eq!(caller_of("10.0.0.1", &["[2001:db8::1]:443"]), ip("2001:db8::1"));
        assert_eq!(caller_of("10.0.0.1", &["1.1.1.1, unknown"]), ip("10.0.0.1"));
    }

    proptest! {
        #[test]
        fn no_header_of_a_stranger_changes_who_they_are(text in "[ -~]{0,80}", last in any::<u32>()) {
            let stranger = std::net::Ipv4Addr::from_bits(last | 0xc000_0000).to_string();
            prop_assert_eq!(caller_of(&stranger, &[&text]), ip(&stranger));
            // Nor what they put before what a proxy saw.
            let seen = format!("{text},{stranger}");
            prop_assert_eq!(caller_of("10.0.0.1", &[&text, &seen]), ip(&stranger));
        }
    }
}
