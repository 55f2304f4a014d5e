//! JSON as it was written: numbers as their own text, keys twice if they stand twice (V3).

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Nothing.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, in the order written, a repeated key repeated.
    Map(Vec<(String, Node)>),
}

/// Why a text is not taken as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotJson {
    /// It is not JSON.
    #[error("not JSON in UTF-8: line {line} column {column}")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// It is nested too deep.
    #[error("nested more than {0} deep")]
    TooDeep(usize),
}

impl From<serde_json::Error> for NotJson {
    fn from(error: serde_json::Error) -> Self {
        Self::Malformed {
            line: error.line(),
            column: error.column(),
        }
    }
}

impl Node {
    /// Reads a text of at most `deepest` levels.
    ///
    /// # Errors
    /// [`NotJson`].
    pub fn read(bytes: &[u8], deepest: usize) -> Result<Self, NotJson> {
        let raw: &RawValue = serde_json::from_slice(bytes)?;
        Self::of(raw.get(), deepest, deepest)
    }

    fn of(text: &str, left: usize, deepest: usize) -> Result<Self, NotJson> {
        let opens = text.starts_with(['[', '{']);
        let Some(left) = (if opens {
            left.checked_sub(1)
        } else {
            Some(left)
        }) else {
            return Err(NotJson::TooDeep(deepest));
        };
        let below = |raw: &RawValue| Self::of(raw.get(), left, deepest);
        match text.as_bytes().first() {
            Some(b'n') => Ok(Self::Null),
            Some(b't') => Ok(Self::Flag(true)),
            Some(b'f') => Ok(Self::Flag(false)),
            Some(b'"') => Ok(Self::Text(serde_json::from_str(text)?)),
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                Ok(Self::List(
                    items.into_iter().map(below).collect::<Result<_, _>>()?,
                ))
            }
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(text)?;
                let read = entries.into_iter().map(|(key, raw)| Ok((key, below(raw)?)));
                Ok(Self::Map(read.collect::<Result<_, NotJson>>()?))
            }
            _ => Ok(Self::Number(text.to_owned())),
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }

    /// The first value of a key; nothing when this is no object, has no such key, or has `null` there.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        let found = entries
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node);
        found.filter(|node| **node != Self::Null)
    }

    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, where it is a list; none otherwise.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

/// The entries of an object, none lost.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keep;
        impl<'de> Visitor<'de> for Keep {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Keep).map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_written() {
        let read = |text: &str| Node::read(text.as_bytes(), 3);
        let number = |text: &str| Node::Number(text.to_owned());
        assert_eq!(
            read(" 44341.250000000000000001 "),
            Ok(number("44341.250000000000000001"))
        );
        let twice = Node::Map(vec![
            ("a".to_owned(), number("1e400")),
            ("a".to_owned(), number("-0")),
        ]);
        assert_eq!(read(r#"{"a":1e400,"\u0061":-0}"#), Ok(twice));
        assert_eq!(read("[[[[]]]]"), Err(NotJson::TooDeep(3)));
        assert!(read("[[[1]]]").is_ok());
        for bad in [
            "",
            "{",
            "[1,]",
            "NaN",
            "01",
            "1.",
            "{\"a\" 1}",
            "\"\u{1}\"",
            "[] []",
            "'a'",
            "\"\\ud800\"",
        ] {
            assert!(matches!(read(bad), Err(NotJson::Malformed { .. })), "{bad}");
        }
        assert!(Node::read(b"\"\xff\"", 3).is_err());
    }
}
