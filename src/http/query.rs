//! Query parameters: known ones only, each once, every fault at once.

use actix_web::HttpRequest;
use actix_web::web::Query as Pairs;

use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::domain::period::{Day, parse_day};

use crate::operations::Refusal;

use super::problem::Problem;

/// A refusal of what a query asked for: its faults are faults of parameters.
pub fn refused(refusal: Refusal) -> Problem {
    let Refusal::Invalid(faults) = refusal else {
        return refusal.into();
    };
    let of_parameter = |mut fault: Fault| {
        fault.pointer = format!("?{}", fault.pointer.trim_start_matches('/'));
        fault
    };
    Problem::bad_query(faults.into_iter().map(of_parameter).collect())
}

/// The parameters of a request, taken one by one.
#[derive(Debug)]
pub struct Query {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl Query {
    /// Reads the query string.
    ///
    /// # Errors
    /// `bad_query` when it is not one.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let pairs =
            Pairs::<Vec<(String, String)>>::from_query(request.query_string()).map_err(|_| {
                Problem::bad_query(vec![Fault::new(
                    "?",
                    "bad_query",
                    "the query string cannot be read",
                )])
            })?;
        Ok(Self {
            pairs: pairs.into_inner(),
            known: Vec::new(),
            faults: Vec::new(),
        })
    }

    /// Adds a fault.
    pub fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let mut found = self.pairs.iter().filter(|(key, _)| key == name);
        let first = found.next().map(|(_, value)| value.clone());
        if found.next().is_some() {
            self.faults.push(Fault::new(
                format!("?{name}"),
                "duplicate_key",
                "this parameter is given twice",
            ));
        }
        let controlled = first
            .as_deref()
            .is_some_and(|text| text.chars().any(char::is_control));
        if controlled {
            self.faults.push(Fault::new(
                format!("?{name}"),
                "control_character",
                "control characters are not taken",
            ));
            return None;
        }
        first
    }

    /// A whole number between two.
    pub fn whole(&mut self, name: &'static str, least: usize, most: usize) -> Option<usize> {
        let text = self.text(name)?;
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok())
            .flatten();
        let number = plain.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.faults.push(Fault::new(
                format!("?{name}"),
                "not_a_number",
                format!("give a whole number from {least} to {most}"),
            ));
        }
        number
    }

    /// A day.
    pub fn day(&mut self, name: &'static str) -> Option<Day> {
        let text = self.text(name)?;
        let day = parse_day(&text);
        if day.is_none() {
            self.faults.push(Fault::new(
                format!("?{name}"),
                "not_a_day",
                "write a day such as 2026-04-01",
            ));
        }
        day
    }

    /// A moment, or a day: then its first moment, or the first one after it, in UTC.
    pub fn moment(&mut self, name: &'static str, after_day: bool) -> Option<Moment> {
        let text = self.text(name)?;
        let of_day = |day: Day| match after_day {
            true => day.succ_opt().map(Moment::first_of),
            false => Some(Moment::first_of(day)),
        };
        let moment = parse_day(&text)
            .and_then(of_day)
            .or_else(|| Moment::parse(&text));
        if moment.is_none() {
            let message = "write a day such as 2026-04-01, or a time such as 2026-04-01T09:30:00Z";
            self.faults
                .push(Fault::new(format!("?{name}"), "not_a_time", message));
        }
        moment
    }

    /// A moment up to which something is known: of a day its last one, in UTC.
    pub fn up_to(&mut self, name: &'static str) -> Option<Moment> {
        let mut pairs = self.pairs.iter();
        let is_day = pairs.any(|(key, text)| key == name && parse_day(text).is_some());
        let moment = self.moment(name, true)?;
        Some(Moment::from_micros(moment.micros() - i64::from(is_day)))
    }

    /// True or false.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.text(name)?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.faults.push(Fault::new(
                    format!("?{name}"),
                    "bad_flag",
                    "give true or false",
                ));
                None
            }
        }
    }

    /// A list of words separated by commas, each read by `parse`.
    pub fn words<T>(
        &mut self,
        name: &'static str,
        choices: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(text) = self.text(name) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for word in text.split(',') {
            match parse(word.trim()) {
                Some(value) => found.push(value),
                None => {
                    let shown: String = word.chars().take(60).collect();
                    let message = format!("{shown:?} is not one of {}", choices.join(", "));
                    self.faults
                        .push(Fault::new(format!("?{name}"), "unknown_word", message));
                }
            }
        }
        found
    }

    /// One word of a closed list.
    pub fn word<T>(
        &mut self,
        name: &'static str,
        choices: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let found = parse(&text);
        if found.is_none() {
            let shown: String = text.chars().take(60).collect();
            let message = format!("{shown:?} is not one of {}", choices.join(", "));
            self.faults
                .push(Fault::new(format!("?{name}"), "unknown_word", message));
        }
        found
    }

    /// Ends: an unknown parameter is a fault too, so that a slip of the pen is not an unfiltered answer.
    ///
    /// # Errors
    /// `bad_query` with every fault.
    pub fn end(mut self) -> Result<(), Problem> {
        for (key, _) in &self.pairs {
            if !self.known.contains(&key.as_str()) {
                let shown: String = key.chars().take(60).collect();
                let message = format!(
                    "this parameter is not known here; known are {}",
                    self.known.join(", ")
                );
                self.faults.push(Fault::new(
                    format!("?{shown}"),
                    "unknown_parameter",
                    message,
                ));
            }
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::bad_query(self.faults))
        }
    }
}
