//! Lists in pages: a limit and an opaque cursor.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::domain::moment::Moment;

use super::query::Query;

/// Items in a page when nothing is asked.
pub const USUAL_LIMIT: usize = 50;
/// The most items in a page.
pub const LARGEST_LIMIT: usize = 200;
/// The longest cursor taken, in characters.
pub const LONGEST_CURSOR: usize = 400;

/// Which page is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAsked {
    /// Items at most.
    pub limit: usize,
    /// What the page comes after, as the cursor carries it.
    pub after: Option<String>,
}

impl PageAsked {
    /// Reads `limit` and `cursor`.
    pub fn read(query: &mut Query) -> Self {
        let limit = query
            .whole("limit", 1, LARGEST_LIMIT)
            .unwrap_or(USUAL_LIMIT);
        let after = query.text("cursor").and_then(|cursor| {
            let after = decoded(&cursor);
            if after.is_none() {
                query.fault(bad_cursor());
            }
            after
        });
        Self { limit, after }
    }

    /// How many to read, to know whether there is a next page.
    pub fn one_more(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX - 1) + 1
    }

    /// The number that the page comes after, where its items are numbered from 1; 0 on the first page.
    pub fn after_number(&self, query: &mut Query) -> i64 {
        let read = self.after.as_deref().map(str::parse);
        match read {
            None => 0,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                query.fault(bad_cursor());
                0
            }
        }
    }

    /// The moment and the id that the page comes after, where its items are sorted by both: [`time_and_id`].
    pub fn after_time_and_id(&self, query: &mut Query) -> Option<(Moment, String)> {
        let (time, id) = self.after.as_deref()?.split_once(' ').unwrap_or_default();
        match time.parse() {
            Ok(micros) => Some((Moment::from_micros(micros), id.to_owned())),
            Err(_) => {
                query.fault(bad_cursor());
                None
            }
        }
    }

    /// Cuts a list that was read one item longer than the page, and names where the next one begins.
    pub fn cut<T>(
        &self,
        mut items: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let more = items.len() > self.limit;
        items.truncate(self.limit);
        let next = if more {
            items.last().map(|item| encoded(&key(item)))
        } else {
            None
        };
        (items, next)
    }
}

impl PageAsked {
    /// The page of a whole list in the order of its keys.
    pub fn of_sorted<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let comes_after = |item: &T| self.after.as_ref().is_none_or(|after| key(item) > *after);
        let items = items
            .into_iter()
            .filter(comes_after)
            .take(self.limit + 1)
            .collect();
        self.cut(items, key)
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T: ToSchema> {
    /// The items.
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The key of an item that is sorted by its time and its id.
#[must_use]
pub fn time_and_id(at: Moment, id: &str) -> String {
    format!("{} {id}", at.micros())
}

/// A key as a cursor: hexadecimal, so that nobody reads meaning into it.
#[must_use]
pub fn encoded(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn bad_cursor() -> Fault {
    let message = "give a cursor as next_cursor gave it, for the same list";
    Fault::new("?cursor", "bad_cursor", message)
}

fn decoded(cursor: &str) -> Option<String> {
    let fits = cursor.len() <= LONGEST_CURSOR
        && cursor.len().is_multiple_of(2)
        && cursor.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = (0..cursor.len())
        .step_by(2)
        .map(|start| u8::from_str_radix(cursor.get(start..start + 2)?, 16).ok());
    let bytes: Option<Vec<u8>> = pairs.collect();
    let text = String::from_utf8(bytes.filter(|_| fits)?).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}
