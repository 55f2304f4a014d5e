//! A moment in UTC, to the microsecond. It is always given, never read here.

use chrono::{DateTime, SecondsFormat};

/// Microseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i64);

impl Moment {
    /// From microseconds, as stored.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Reads a time with its offset from UTC, such as `2026-04-01T12:00:00Z`; finer than a microsecond is cut off.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Self(time.timestamp_micros()))
    }

    /// The first moment of a day in UTC.
    #[must_use]
    pub fn first_of(day: super::period::Day) -> Self {
        Self(
            day.and_time(chrono::NaiveTime::MIN)
                .and_utc()
                .timestamp_micros(),
        )
    }

    /// The calendar day in UTC.
    #[must_use]
    pub fn day(self) -> super::period::Day {
        DateTime::from_timestamp_micros(self.0)
            .unwrap_or_default()
            .date_naive()
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = DateTime::from_timestamp_micros(self.0).unwrap_or_default();
        out.write_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}
