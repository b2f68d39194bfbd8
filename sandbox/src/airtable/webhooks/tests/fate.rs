use proptest::prelude::*;
use uuid::Uuid;

use super::*;

/// Each is four times the first 32 bits of a UUID, as others of its bits are always the same.
fn lots() -> impl Iterator<Item = u128> {
    let bits = |number: u64| Uuid::new_v5(&Uuid::nil(), &number.to_be_bytes()).as_u128() >> 96;
    (0..4000).map(move |number| (0..4).fold(0, |lot, part| lot << 32 | bits(4 * number + part)))
}

fn share(faults: Faults, of: impl Fn(Fate) -> bool) -> f64 {
    lots().filter(|lot| of(Fate::drawn(&faults, *lot))).count() as f64 / lots().count() as f64
}

#[test]
fn faults_come_as_often_as_they_are_wanted() {
    let delay_max = Duration::from_secs(3);
    let faults = Faults { lost: 0.2, doubled: 0.5, delayed: 0.3, delay_max };
    for (expected, measured) in [
        (0.2, share(faults, |fate| fate.copies == 0)),
        (0.4, share(faults, |fate| fate.copies == 2)),
        (0.3, share(faults, |fate| fate.delay > Duration::ZERO)),
        (0.15, share(faults, |fate| fate.delay > delay_max / 2)),
        (0.24, share(faults, |fate| fate.copies > 0 && fate.delay > Duration::ZERO)),
    ] {
        assert!((measured - expected).abs() < 0.05, "{measured} of {expected}");
    }
}

proptest! {
    #[test]
    fn without_faults_every_ping_comes_once_and_at_once(lot: u128) {
        prop_assert_eq!(Fate::drawn(&Faults::default(), lot), Fate { copies: 1, delay: Duration::ZERO });
    }

    #[test]
    fn a_certain_fault_always_comes_and_in_its_bounds(lot: u128) {
        let delay_max = Duration::from_secs(3);
        let fate = Fate::drawn(&Faults { lost: 1.0, doubled: 0.0, delayed: 1.0, delay_max }, lot);
        prop_assert!(fate.copies == 0 && fate.delay < delay_max);
        let fate = Fate::drawn(&Faults { doubled: 1.0, ..Faults::default() }, lot);
        prop_assert_eq!(fate.copies, 2);
        prop_assert_eq!(fate, Fate::drawn(&Faults { doubled: 1.0, ..Faults::default() }, lot));
    }
}
