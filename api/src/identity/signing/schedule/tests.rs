//! Weeks of keys that take over by age and by command, in the eyes of nodes that know of it late.

use proptest::prelude::*;

use super::*;

const DAY: i64 = 24 * 60 * 60;
const SIMULATED: i64 = 16 * DAY;
const AGE: Duration = Duration::from_secs(3 * DAY as u64);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_000_000_000 + second).unwrap()
}

/// The rows as they were from a second on.
struct History(Vec<(i64, Vec<Times>)>);

impl History {
    /// The first key, and every command at its second; a node looks each minute whether something is due.
    fn of(mut commands: Vec<(i64, bool)>) -> Self {
        commands.sort_unstable();
        let first = Times { kid: "0".into(), published_at: at(0), signs_from: Timestamp::UNIX_EPOCH };
        let mut history = Self(vec![(0, vec![first])]);
        let mut commands = commands.into_iter().peekable();
        for minute in 0..SIMULATED / 60 {
            while let Some((second, is_at_once)) = commands.next_if(|(second, _)| *second < (minute + 1) * 60)
            {
                history.want(if is_at_once { Wanted::AtOnce } else { Wanted::Soon }, second);
            }
            history.want(Wanted::ByAge(AGE), minute * 60 + 59);
        }
        history
    }

    fn want(&mut self, wanted: Wanted, second: i64) {
        let before = self.seen(second).to_vec();
        let mut keys = before.clone();
        keys.retain(|key| state(&before, key, at(second)) != State::Retired);
        match decide(&keys, wanted, at(second)) {
            Decision::Publish { signs_from } => {
                let kid = format!("{second}{}", if wanted == Wanted::AtOnce { " at once" } else { "" });
                keys.push(Times { kid, published_at: at(second), signs_from });
            }
            Decision::BringForward { kid, signs_from } => {
                let key = keys.iter_mut().find(|key| key.kid == kid).unwrap();
                *key = Times { signs_from, ..key.clone() };
                // It is told apart below.
                key.published_at = Timestamp::UNIX_EPOCH;
            }
            Decision::Waits { .. } | Decision::Nothing => {}
        }
        if keys != before {
            self.0.push((second, keys));
        }
    }

    fn seen(&self, second: i64) -> &[Times] {
        let later = self.0.partition_point(|(since, _)| *since <= second.max(0));
        &self.0[later - 1].1
    }

    /// Moments at which something is about to happen or has just happened, and some between.
    fn moments(&self) -> Vec<i64> {
        let changes = self.0.iter().flat_map(|(since, keys)| {
            let takes_over = keys.iter().map(|key| key.signs_from.as_second() - 1_000_000_000);
            takes_over.chain([*since]).filter(|second| (0..SIMULATED).contains(second)).collect::<Vec<_>>()
        });
        let near = changes.flat_map(|second| (second - 6..second + 16).chain([second + 300, second + 700]));
        let mut moments: Vec<i64> = near.chain((0..SIMULATED).step_by(3_600)).collect();
        moments.sort_unstable();
        moments.dedup();
        moments
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_signed_is_known_everywhere_until_it_ends(
        commands in prop::collection::vec((0..SIMULATED, any::<bool>()), 0..12),
        signs_late in 0..=5i64,
        reads_late in 0..=5i64,
    ) {
        let history = History::of(commands);
        for second in history.moments().into_iter().filter(|second| *second >= 0) {
            let seen = history.seen(second - signs_late);
            let signs: Vec<&Times> =
                seen.iter().filter(|key| state(seen, key, at(second)) == State::Active).collect();
            prop_assert_eq!(signs.len(), 1);
            let key = signs[0];
            let is_told_ahead = key.published_at + CACHED_FOR <= at(second);
            prop_assert!(is_told_ahead || key.kid == "0" || key.kid.ends_with("at once"), "{:?}", key);
            for read in [second, second + 300, second + tokens::LIFETIME.as_secs() as i64 + 5] {
                let known = history.seen(read - reads_late);
                let found = known.iter().find(|other| other.kid == key.kid);
                let found = found.map(|found| state(known, found, at(read)));
                prop_assert!(
                    matches!(found, Some(State::Next | State::Active | State::Retiring)),
                    "signed at {} by {:?}, {:?} at {}", second, key, found, read
                );
            }
        }
    }

    #[test]
    fn a_key_signs_for_its_age_and_no_longer(commands in prop::collection::vec((0..SIMULATED, any::<bool>()), 0..4)) {
        let history = History::of(commands);
        for second in (0..SIMULATED).step_by(1_800) {
            let seen = history.seen(second);
            let key = active(seen, at(second)).unwrap();
            prop_assert!(key.signs_from.max(at(0)) + AGE + Duration::from_secs(120) >= at(second), "{:?}", key);
            prop_assert!(seen.len() <= 1 + 3 * 4, "what is retired goes");
        }
    }
}

#[test]
fn a_key_is_next_then_active_then_retiring_then_retired() {
    let times = |kid: &str, second| Times { kid: kid.into(), published_at: at(0), signs_from: at(second) };
    let keys = [times("first", 0), times("second", 1_000)];
    let states = |second| keys.each_ref().map(|key| state(&keys, key, at(second)));
    assert_eq!(states(999), [State::Active, State::Next]);
    assert_eq!(states(1_000), [State::Retiring, State::Active]);
    assert_eq!(states(1_659), [State::Retiring, State::Active]);
    assert_eq!(states(1_660), [State::Retired, State::Active]);
}

#[test]
fn one_takes_over_at_a_time_and_may_be_brought_forward() {
    let first = Times { kid: "first".into(), published_at: at(0), signs_from: at(0) };
    let Decision::Publish { signs_from } = decide(std::slice::from_ref(&first), Wanted::Soon, at(50)) else {
        panic!("another is published")
    };
    assert_eq!(signs_from, at(360));
    let keys = [first, Times { kid: "second".into(), published_at: at(50), signs_from }];
    assert_eq!(decide(&keys, Wanted::Soon, at(60)), Decision::Waits { signs_from });
    assert_eq!(decide(&keys, Wanted::ByAge(Duration::ZERO), at(60)), Decision::Nothing);
    let sooner = Decision::BringForward { kid: "second".into(), signs_from: at(70) };
    assert_eq!(decide(&keys, Wanted::AtOnce, at(60)), sooner);
    assert_eq!(decide(&keys, Wanted::AtOnce, at(355)), Decision::Waits { signs_from });
}
