//! Clocks that tick as others do, and can be put forward. Each test that puts one forward has a number of its own.

use std::sync::atomic::{AtomicI64, Ordering};

use goodmeasure::domain::moment::Moment;

use super::app::{App, BEGIN, without_limits};
use super::databases::databases;

pub const MINUTE: i64 = 60_000_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

/// How far each was put forward.
static FORWARD: [AtomicI64; 16] = [const { AtomicI64::new(0) }; 16];

/// What a clock says.
pub fn clock<const TEST: usize>() -> Moment {
    Moment::from_micros(BEGIN + FORWARD[TEST].fetch_add(1, Ordering::Relaxed))
}

/// Puts one forward, by microseconds.
pub fn later<const TEST: usize>(micros: i64) {
    FORWARD[TEST].fetch_add(micros, Ordering::Relaxed);
}

/// So far forward that nothing of before can still be on its way.
pub fn settle<const TEST: usize>() {
    later::<TEST>(6 * MINUTE);
}

/// A server on each database, by such a clock.
pub async fn on_each<const TEST: usize>() -> Vec<App> {
    let mut apps = Vec::new();
    for database in databases() {
        apps.push(App::start_at(database, without_limits(), clock::<TEST>).await);
    }
    apps
}
