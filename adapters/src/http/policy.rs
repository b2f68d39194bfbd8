//! What may be spoken to at all.

use std::net::{IpAddr, SocketAddr};

use domain::identity::ports::WebFault;

use super::network::Network;
use super::ranges;
use super::target::{HostOf, Target};

/// The ports of the web; below 1024 are those of other services.
const WEB_PORTS: [u16; 2] = [80, 443];
const FIRST_FREE_PORT: u16 = 1024;

/// Public hosts, on ports where there may be a web server that is not ours.
#[derive(Debug, Clone, Default)]
pub struct EgressPolicy {
    /// Networks that are allowed although they are blocked for everybody: for development and tests.
    allowed: Vec<Network>,
    /// Ports that this deployment itself listens on.
    own_ports: Vec<u16>,
}

impl EgressPolicy {
    /// The ports of the web are never counted as our own: that would leave nothing to speak to.
    pub fn new(allowed: Vec<Network>, own_ports: impl IntoIterator<Item = u16>) -> Self {
        let own_ports = own_ports.into_iter().filter(|port| !WEB_PORTS.contains(port)).collect();
        Self { allowed, own_ports }
    }

    /// What can be said of a URL before a name is looked up.
    pub fn check_target(&self, target: &Target) -> Result<(), WebFault> {
        let is_open = self.opens_port(target.port())
            && match target.host() {
                HostOf::Address(address) => self.opens(address),
                HostOf::Name(_) => true,
            };
        if is_open { Ok(()) } else { Err(WebFault::Blocked) }
    }

    /// One address that is blocked spoils the name: which of them is dialled is nobody's choice.
    pub fn check_addresses(&self, addresses: &[SocketAddr]) -> Result<(), WebFault> {
        let all_open = addresses.iter().all(|address| self.opens(address.ip()));
        if all_open { Ok(()) } else { Err(WebFault::Blocked) }
    }

    fn opens(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        !ranges::is_blocked(address) || self.allowed.iter().any(|network| network.contains(address))
    }

    fn opens_port(&self, port: u16) -> bool {
        (WEB_PORTS.contains(&port) || port >= FIRST_FREE_PORT) && !self.own_ports.contains(&port)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(policy: &EgressPolicy, url: &str) -> Result<(), WebFault> {
        policy.check_target(&Target::parse(url).unwrap())
    }

    #[test]
    fn an_address_in_place_of_a_name_is_checked_like_one_that_a_name_leads_to() {
        let policy = EgressPolicy::default();
        for blocked in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data/",
        ] {
            assert_eq!(check(&policy, blocked), Err(WebFault::Blocked), "{blocked}");
        }
        assert_eq!(check(&policy, "https://1.1.1.1/"), Ok(()));
        assert_eq!(check(&policy, "https://example.org/"), Ok(()));
    }

    /// Each reaches this machine, its network or its cloud for somebody who takes it as browsers, C libraries, or routers do.
    #[test]
    fn no_way_to_write_an_inner_address_is_open() {
        for inner in [
            // In other numbers of parts, and to other bases.
            "127.1",
            "127.0.1",
            "0x7f000001",
            "0x7f.0.0.1",
            "0X7F.1",
            "2130706433",
            "017700000001",
            "0177.0.0.01",
            "00000177.0x0.0.1",
            "0",
            "0.0.0.0",
            "0x0",
            "10.1",
            "192.168.257",
            "3232235777",
            "0xa9fea9fe",
            "2852039166",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.254",
            "172.31.255.255",
            "198.18.0.1",
            "192.0.0.192",
            "255.255.255.255",
            "224.0.0.1",
            // In other letters, and with a dot too many.
            "127.0.0.1.",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
            // As a part of an address of version 6.
            "[::1]",
            "[::]",
            "[::ffff:10.0.0.1]",
            "[::ffff:a00:1]",
            "[::127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::169.254.169.254]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::10.0.0.1]",
            "[2002:7f00:1::]",
            "[2002:a00:1::1]",
            "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[0000:0000:0000:0000:0000:0000:0000:0001]",
        ] {
            for url in [
                format!("http://{inner}/"),
                format!("https://{inner}:8443/x?y#z"),
                format!("HTTP:\\\\{inner}\\"),
            ] {
                assert_eq!(check(&EgressPolicy::default(), &url), Err(WebFault::Blocked), "{url}");
            }
        }
    }

    #[test]
    fn ports_of_other_services_and_our_own_are_closed() {
        let policy = EgressPolicy::new(Vec::new(), [8000, 5432, 443]);
        for closed in ["http://example.org:22/", "http://example.org:25/", "https://example.org:8000/"] {
            assert_eq!(check(&policy, closed), Err(WebFault::Blocked), "{closed}");
        }
        for open in ["http://example.org/", "https://example.org/", "https://example.org:8443/"] {
            assert_eq!(check(&policy, open), Ok(()), "{open}");
        }
    }

    #[test]
    fn what_is_allowed_is_open_and_nothing_beside_it() {
        let policy = EgressPolicy::new(vec!["127.0.0.1/32".parse().unwrap()], []);
        assert_eq!(check(&policy, "http://127.0.0.1:3000/"), Ok(()));
        assert_eq!(check(&policy, "http://[::ffff:127.0.0.1]:3000/"), Ok(()));
        assert_eq!(check(&policy, "http://127.0.0.2:3000/"), Err(WebFault::Blocked));
    }

    #[test]
    fn one_blocked_address_spoils_a_name() {
        let addresses = ["1.1.1.1:443", "10.0.0.1:443"].map(|text| text.parse().unwrap());
        assert_eq!(EgressPolicy::default().check_addresses(&addresses), Err(WebFault::Blocked));
        assert_eq!(EgressPolicy::default().check_addresses(&addresses[..1]), Ok(()));
    }

    proptest! {
        /// In as many numbers as it may be written in, and to any base.
        #[test]
        fn an_inner_address_is_closed_however_its_numbers_are_written(
            bits in prop_oneof![0x0a00_0000..=0x0aff_ffff_u32, 0x7f00_0000..=0x7fff_ffff_u32, 0xa9fe_0000..=0xa9fe_ffff_u32],
            parts in 1..=4_u32, bases in prop::array::uniform4(0..3_u8)
        ) {
            // All parts but the last are one byte each.
            let mut numbers: Vec<u32> = (1..parts).map(|part| bits >> (32 - 8 * part) & 0xff).collect();
            numbers.push(if parts == 1 { bits } else { bits & (u32::MAX >> (8 * (parts - 1))) });
            let written = numbers.iter().zip(bases).map(|(number, base)| match base {
                0 => number.to_string(),
                1 => format!("{number:#x}"),
                _ => format!("0{number:o}"),
            });
            let url = format!("http://{}/", written.collect::<Vec<_>>().join("."));
            prop_assert_eq!(check(&EgressPolicy::default(), &url), Err(WebFault::Blocked), "{}", url);
        }

        #[test]
        fn whatever_comes_is_no_url_or_one_of_the_web(text in "\\PC{0,80}|https?://\\PC{0,40}") {
            if let Ok(target) = Target::parse(&text) {
                prop_assert!(matches!(target.url().scheme(), "http" | "https"));
                prop_assert!(target.url().username().is_empty() && target.url().password().is_none());
                let _ = EgressPolicy::default().check_target(&target);
            }
        }
    }
}
