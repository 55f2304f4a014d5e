//! Receiving many items: a list in a JSON body, or one a line. Each is cut out as it arrived and read when its turn
//! comes, so that many small things do not take more room than they were sent in.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, dev};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::fault::{Fault, pointer_part};
use crate::http::body::{DEEPEST, LARGEST_BODY, type_of, whole};
use crate::http::edges::accept::{JSON, NDJSON};
use crate::http::problem::Problem;
use crate::http::writing::digest;
use crate::operations::Refusal;
use crate::operations::node::Node;

/// The most items of one call.
pub const MOST_ITEMS: usize = 1_000;
/// The largest body of one call, in bytes.
pub const LARGEST_BULK: usize = 16 * 1024 * 1024;
/// The most unknown fields beside `items` that are told.
const MOST_STRANGERS: usize = 20;

/// What was sent.
#[derive(Debug)]
pub struct Items {
    /// The items, in order.
    pub items: Vec<Item>,
    /// Whether they came one a line.
    pub by_line: bool,
    /// SHA-256 of what arrived, in hexadecimal.
    pub digest: String,
}

/// One item, not read yet.
#[derive(Debug)]
pub struct Item {
    text: Bytes,
    /// Its field `contract`, where that is a text: found without reading the rest.
    pub contract: Option<String>,
    /// Its line, from 1, where each has one.
    line: Option<usize>,
}

impl Item {
    /// What it says.
    ///
    /// # Errors
    /// `body_too_large` where it would be too large alone; `malformed_body` where it is not JSON, with its line.
    pub fn node(&self) -> Result<Node, Problem> {
        if self.text.len() > LARGEST_BODY {
            return Err(Problem::too_large(LARGEST_BODY));
        }
        Node::read(&self.text, DEEPEST).map_err(|error| {
            Problem::malformed(match self.line {
                Some(line) => format!("line {line} of the body is {error} of that line"),
                None => format!("the item is {error}"),
            })
        })
    }

    fn of(text: Bytes, line: Option<usize>) -> Self {
        let contract = serde_json::from_slice(&text).ok();
        Self {
            contract: contract.and_then(|ContractOf(id)| id),
            text,
            line,
        }
    }
}

impl FromRequest for Items {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let by_line = match type_of(&request).as_deref() {
                Some(JSON) => false,
                Some(NDJSON) => true,
                _ => return Err(not_taken()),
            };
            let bytes = whole(&request, payload, LARGEST_BULK).await?;
            let items = match by_line {
                true => lines(&bytes)?,
                false => listed(&bytes)?,
            };
            Ok(Self {
                items,
                by_line,
                digest: digest(&bytes),
            })
        })
    }
}

fn not_taken() -> Problem {
    let detail = "send {\"items\": [...]} as application/json or one item a line as application/x-ndjson, not \
        compressed, and say so: Content-Type";
    Problem {
        detail: detail.to_owned(),
        ..Problem::not_json()
    }
}

fn too_many() -> Fault {
    let message = format!("at most {MOST_ITEMS} items are taken in one call");
    Fault::new("/items", "too_many", message)
}

/// One item a line, ended by a line feed or both signs; lines of nothing but space are passed over.
fn lines(bytes: &Bytes) -> Result<Vec<Item>, Problem> {
    let mut items = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        if items.len() == MOST_ITEMS {
            return Err(Refusal::from(too_many()).into());
        }
        items.push(Item::of(bytes.slice_ref(text), Some(index + 1)));
    }
    Ok(items)
}

fn listed(bytes: &Bytes) -> Result<Vec<Item>, Problem> {
    let outer: Outer<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let expected = "a JSON object with a list of items, in UTF-8";
        Problem::malformed(format!(
            "the body is not {expected}: line {line} column {column}"
        ))
    })?;
    if !outer.faults.is_empty() {
        return Err(Refusal::Invalid(outer.faults).into());
    }
    let item = |raw: &RawValue| Item::of(bytes.slice_ref(raw.get().as_bytes()), None);
    Ok(outer.items.into_iter().map(item).collect())
}

/// The object around the items; never more of it is held than may be sent.
struct Outer<'a> {
    items: Vec<&'a RawValue>,
    faults: Vec<Fault>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Outer<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl<'de> Visitor<'de> for Whole {
            type Value = Outer<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut items, mut faults) = (None, Vec::new());
                while let Some(key) = map.next_key::<String>()? {
                    if key != "items" {
                        map.next_value::<IgnoredAny>()?;
                        if faults.len() < MOST_STRANGERS {
                            faults.push(stranger(&key));
                        }
                    } else if items.is_none() {
                        items = Some(map.next_value_seed(Listed(&mut faults))?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                        let message = "this key stands twice in the object";
                        faults.push(Fault::new("/items", "duplicate_key", message));
                        faults.dedup();
                    }
                }
                if items.is_none() {
                    let message = "give a list of items";
                    faults.push(Fault::new("/items", "field_missing", message));
                }
                let items = items.unwrap_or_default();
                Ok(Outer { items, faults })
            }
        }
        deserializer.deserialize_map(Whole)
    }
}

fn stranger(key: &str) -> Fault {
    let message = "this field is not known here; known are items";
    Fault::new(format!("/{}", pointer_part(key)), "unknown_field", message)
}

/// The items of a list, up to as many as are taken.
struct Listed<'f>(&'f mut Vec<Fault>);

impl<'de> DeserializeSeed<'de> for Listed<'_> {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Listed<'_> {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while items.len() < MOST_ITEMS {
            match list.next_element()? {
                Some(item) => items.push(item),
                None => return Ok(items),
            }
        }
        let mut more = false;
        while list.next_element::<IgnoredAny>()?.is_some() {
            more = true;
        }
        self.0.extend(more.then(too_many));
        Ok(items)
    }
}

/// The first `contract` of an object.
struct ContractOf(Option<String>);

impl<'de> Deserialize<'de> for ContractOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct First;
        impl<'de> Visitor<'de> for First {
            type Value = Option<&'de RawValue>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut first = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key == "contract" && first.is_none() {
                        first = Some(map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(first)
            }
        }
        let first = deserializer.deserialize_map(First)?;
        Ok(Self(
            first.and_then(|raw| serde_json::from_str(raw.get()).ok()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(items: &[Item]) -> Vec<(&[u8], Option<usize>)> {
        items
            .iter()
            .map(|item| (item.text.as_ref(), item.line))
            .collect()
    }

    #[test]
    fn items_are_cut_out_as_they_arrived() {
        let body = Bytes::from_static(b" {\"items\" : [ {\"a\": 1e400}, null,\"x\" ]} ");
        let items = listed(&body).unwrap();
        let expected: [(&[u8], _); 3] =
            [(b"{\"a\": 1e400}", None), (b"null", None), (b"\"x\"", None)];
        assert_eq!(texts(&items), expected);
        let body = Bytes::from_static(b"\r\n{}\r\n \n{\"a\":\n[1]");
        let items = lines(&body).unwrap();
        let expected: [(&[u8], _); 3] =
            [(b"{}", Some(2)), (b"{\"a\":", Some(4)), (b"[1]", Some(5))];
        assert_eq!(texts(&items), expected);
    }

    #[test]
    fn what_is_no_list_of_items_is_refused_whole() {
        for (body, expected) in [
            ("", "malformed_body"),
            ("[]", "malformed_body"),
            ("{\"items\":{}}", "malformed_body"),
            ("{\"items\":[],}", "malformed_body"),
            ("{\"items\":[}", "malformed_body"),
            ("{}", "invalid"),
            ("{\"items\":[],\"items\":[]}", "invalid"),
            ("{\"items\":[],\"item\":[]}", "invalid"),
        ] {
            let refused = listed(&Bytes::from_static(body.as_bytes())).unwrap_err();
            assert_eq!(refused.code.word(), expected, "{body}");
        }
    }

    #[test]
    fn the_contract_is_found_without_reading_the_rest() {
        let of = |text: &'static str| Item::of(Bytes::from_static(text.as_bytes()), None).contract;
        assert_eq!(
            of(r#"{"x":[{"contract":"a"}],"\u0063ontract":"b\u0031","contract":"c"}"#),
            Some("b1".to_owned())
        );
        for none in ["", "[]", "{}", r#"{"contract":1}"#, r#"{"contract":null}"#] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
