//! What was known at a moment of the past (L3): an answer once given never changes.

use crate::domain::fault::Fault;
use crate::domain::moment::Moment;

/// The longest there is between the moment that a change is recorded at and its being kept, in microseconds: what is
/// not kept within four minutes is refused, and one more is for the end of its transaction and for clocks that differ.
pub const LONGEST_TRANSACTION: i64 = 5 * 60 * 1_000_000;

/// After so long a change is refused rather than kept, in microseconds.
const LONGEST_CHANGE: i64 = 4 * 60 * 1_000_000;

/// Whether a change that is recorded at one moment comes too late to be kept at another: somebody may have been told
/// already what was known by then.
pub(super) fn is_too_late(recorded_at: Moment, now: Moment) -> bool {
    now.micros() - recorded_at.micros() > LONGEST_CHANGE
}

/// The last moment of which everything is known for good.
#[must_use]
pub fn settled(now: Moment) -> Moment {
    Moment::from_micros(now.micros() - LONGEST_TRANSACTION)
}

/// Refuses a moment of which not everything is known yet.
pub(super) fn fault(now: Moment, known_at: Option<Moment>) -> Option<Fault> {
    let settled = settled(now);
    known_at.filter(|asked| *asked > settled).map(|_| {
        let message = format!(
            "what was recorded in the last five minutes may still be on its way: ask for {settled} or before, and of a \
             day when it is over (UTC)"
        );
        Fault::new("/as_known_at", "not_settled_yet", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l3_what_is_kept_is_older_than_what_is_told() {
        let now = Moment::from_micros(10 * LONGEST_TRANSACTION);
        let late = Moment::from_micros(now.micros() - LONGEST_CHANGE - 1);
        assert!(is_too_late(late, now));
        assert!(!is_too_late(Moment::from_micros(late.micros() + 1), now));
        assert!(late > settled(now), "and a minute between them");
        assert!(fault(now, None).is_none());
        assert!(fault(now, Some(settled(now))).is_none());
        let next = Moment::from_micros(settled(now).micros() + 1);
        assert_eq!(fault(now, Some(next)).unwrap().code, "not_settled_yet");
    }
}
