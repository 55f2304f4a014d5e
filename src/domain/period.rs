//! Reporting periods: months, quarters and financial years, and the part of one that lies in a contract (V4).

use chrono::{Datelike, Days, Months, NaiveDate};

use super::exact::{self, Exact};

/// A calendar day.
pub type Day = NaiveDate;

/// How often a contract reports; decides which labels its periods take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reporting {
    /// `2026-04`.
    Monthly,
    /// `2026-27-Q1`, April to June.
    Quarterly,
    /// `2026-27`, April to March.
    Yearly,
}

impl Reporting {
    /// Every calendar there is.
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Quarterly, Self::Yearly];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }

    /// Reads its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|reporting| reporting.word() == word)
    }

    fn months(self) -> u8 {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }
}

/// One reporting period. Labels before `2012-13` are refused (`2011-12` would be a month too),
/// and so are those past 2099.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first_month: MonthIndex,
    reporting: Reporting,
}

/// Months since year 0: `year * 12 + month - 1`.
type MonthIndex = i32;

const EARLIEST: MonthIndex = 2012 * 12 + 3;
const LATEST: MonthIndex = 2100 * 12 + 2;

impl Period {
    /// Reads a label.
    #[must_use]
    pub fn parse(label: &str) -> Option<Self> {
        let digits = |text: &str, length: usize| -> Option<i32> {
            let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        let mut parts = label.split('-');
        let year = digits(parts.next()?, 4)?;
        let second = digits(parts.next()?, 2)?;
        let period = match (parts.next(), parts.next()) {
            (None, _) if (1..=12).contains(&second) && second != (year + 1) % 100 => {
                Self::at(year * 12 + second - 1, Reporting::Monthly)
            }
            (None, _) if second == (year + 1) % 100 => Self::at(year * 12 + 3, Reporting::Yearly),
            (Some(quarter), None) if second == (year + 1) % 100 => {
                let number = ["Q1", "Q2", "Q3", "Q4"]
                    .iter()
                    .position(|name| *name == quarter)?;
                let number = i32::try_from(number).ok()?;
                Self::at(year * 12 + 3 + 3 * number, Reporting::Quarterly)
            }
            _ => return None,
        };
        let inside = period.first_month >= EARLIEST && period.last_month() <= LATEST;
        inside.then_some(period)
    }

    fn at(first_month: MonthIndex, reporting: Reporting) -> Self {
        Self {
            first_month,
            reporting,
        }
    }

    /// The period of a calendar that a day lies in, where labels reach.
    #[must_use]
    pub fn containing(day: Day, reporting: Reporting) -> Option<Self> {
        let month = day.year() * 12 + i32::try_from(day.month0()).ok()?;
        let length = i32::from(reporting.months());
        let first = match reporting {
            Reporting::Monthly => month,
            _ => (month - 3).div_euclid(length) * length + 3,
        };
        let period = Self::at(first, reporting);
        (first >= EARLIEST && period.last_month() <= LATEST).then_some(period)
    }

    /// The next period of the same calendar.
    #[must_use]
    pub fn next(self) -> Self {
        Self::at(self.last_month() + 1, self.reporting)
    }

    /// All periods of a calendar that touch the days from `from` to `to`.
    #[must_use]
    pub fn touching(from: Day, to: Day, reporting: Reporting) -> Vec<Self> {
        let mut periods = Vec::new();
        let mut period = Self::containing(from, reporting);
        while let Some(current) = period {
            if current.from() > to || current.last_month() > LATEST {
                break;
            }
            periods.push(current);
            period = Some(current.next());
        }
        periods
    }

    /// Its calendar.
    #[must_use]
    pub fn reporting(self) -> Reporting {
        self.reporting
    }

    /// Its label: `2026-27`, `2026-27-Q1` or `2026-04`.
    #[must_use]
    pub fn label(self) -> String {
        match self.reporting {
            Reporting::Monthly => format!(
                "{}-{:02}",
                self.first_month.div_euclid(12),
                self.first_month.rem_euclid(12) + 1
            ),
            Reporting::Quarterly => format!(
                "{}-Q{}",
                self.financial_year(),
                (self.first_month - 3).rem_euclid(12) / 3 + 1
            ),
            Reporting::Yearly => self.financial_year(),
        }
    }

    /// The financial year it lies in, such as `2026-27`.
    #[must_use]
    pub fn financial_year(self) -> String {
        let year = (self.first_month - 3).div_euclid(12);
        format!("{year}-{:02}", (year + 1) % 100)
    }

    fn last_month(self) -> MonthIndex {
        self.first_month + i32::from(self.reporting.months()) - 1
    }

    /// Its first day.
    #[must_use]
    pub fn from(self) -> Day {
        first_day(self.first_month)
    }

    /// Its last day.
    #[must_use]
    pub fn to(self) -> Day {
        last_day(self.last_month())
    }

    /// The months of this period that lie inside `days`, part months by day (V4).
    #[must_use]
    pub fn month_parts(self, days: Span) -> Vec<MonthPart> {
        (self.first_month..=self.last_month())
            .filter_map(|month| MonthPart::of(month, days))
            .collect()
    }

    /// How many months of this period lie inside `days`, part months by day.
    #[must_use]
    pub fn months_inside(self, days: Span) -> Exact {
        self.month_parts(days)
            .into_iter()
            .map(|part| part.part)
            .sum()
    }

    /// The last day of this period that lies inside `days`, if any does.
    #[must_use]
    pub fn last_day_inside(self, days: Span) -> Option<Day> {
        let last = self.to().min(days.to);
        (last >= self.from() && last >= days.from).then_some(last)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.label())
    }
}

/// Days from one to another, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// The part of one calendar month that lies inside a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthPart {
    /// Calendar year of the month.
    pub calendar_year: i32,
    /// The part, above 0 and at most 1.
    pub part: Exact,
}

impl MonthPart {
    fn of(month: MonthIndex, days: Span) -> Option<Self> {
        let (first, last) = (first_day(month), last_day(month));
        let (from, to) = (first.max(days.from), last.min(days.to));
        (from <= to).then(|| Self {
            calendar_year: month.div_euclid(12),
            part: exact::ratio(days_counted(from, to), days_counted(first, last)),
        })
    }
}

fn days_counted(from: Day, to: Day) -> i64 {
    (to - from).num_days() + 1
}

fn first_day(month: MonthIndex) -> Day {
    let month0 = u32::try_from(month.rem_euclid(12)).unwrap_or_default();
    NaiveDate::from_ymd_opt(month.div_euclid(12), month0 + 1, 1).unwrap_or(NaiveDate::MIN)
}

fn last_day(month: MonthIndex) -> Day {
    first_day(month)
        .checked_add_months(Months::new(1))
        .and_then(|next| next.checked_sub_days(Days::new(1)))
        .unwrap_or(NaiveDate::MAX)
}

/// Reads an ISO day such as `2026-04-01`, and nothing looser, from 1900 to 2200.
#[must_use]
pub fn parse_day(text: &str) -> Option<Day> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day = shaped
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()?;
    (1900..=2200).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        parse_day(text).unwrap()
    }

    #[test]
    fn labels_read_and_write() {
        for label in [
            "2012-13",
            "2026-27",
            "2026-27-Q1",
            "2026-27-Q4",
            "2026-04",
            "2099-00",
            "2099-00-Q4",
            "2013-11",
        ] {
            assert_eq!(Period::parse(label).unwrap().label(), label);
        }
        for label in [
            "2011-12",
            "2010-11",
            "2012-03",
            "2026-28",
            "2026-13",
            "2026-27-Q5",
            "2026-4",
            "2026-27-q1",
            "2101-02",
            "26-27",
            "2026-27-Q1-",
            "２０２６-27",
        ] {
            assert_eq!(Period::parse(label), None, "{label}");
        }
        assert_eq!(
            Period::containing(day("2027-03-31"), Reporting::Quarterly)
                .unwrap()
                .label(),
            "2026-27-Q4"
        );
        assert_eq!(
            Period::containing(day("2027-04-01"), Reporting::Yearly)
                .unwrap()
                .label(),
            "2027-28"
        );
    }

    #[test]
    fn v4_part_months_go_by_day() {
        let contract = Span {
            from: day("2026-10-05"),
            to: day("2027-03-31"),
        };
        let year = Period::parse("2026-27").unwrap().months_inside(contract);
        let quarters: Exact = ["2026-27-Q3", "2026-27-Q4"]
            .iter()
            .map(|label| Period::parse(label).unwrap().months_inside(contract))
            .sum();
        assert_eq!(year, exact::ratio(27, 31) + exact::whole(5));
        assert_eq!(year, quarters);
        assert_eq!(
            Period::parse("2026-27-Q2").unwrap().months_inside(contract),
            exact::zero()
        );
    }
}
