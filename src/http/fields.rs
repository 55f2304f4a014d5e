//! Taking a body apart field by field, every fault with its JSON pointer (L6).

use crate::domain::fault::{Fault, pointer_part};

use crate::operations::node::Node;

/// The most unknown fields of one object that are told: an answer is not to outgrow its question.
const MOST_STRANGERS: usize = 20;

/// The fields of one object of a body.
pub struct Fields<'a> {
    pointer: String,
    entries: &'a [(String, Node)],
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

/// Reads an object: `read` takes the fields it knows, and any other is a fault.
pub fn object<T>(
    node: &Node,
    pointer: &str,
    read: impl FnOnce(&mut Fields<'_>) -> T,
) -> (Option<T>, Vec<Fault>) {
    let Node::Map(entries) = node else {
        return (None, vec![wrong_type(pointer, "an object", node)]);
    };
    let mut fields = Fields {
        pointer: pointer.to_owned(),
        entries,
        known: Vec::new(),
        faults: Vec::new(),
    };
    let value = read(&mut fields);
    fields.report_strangers();
    (Some(value), fields.faults)
}

impl<'a> Fields<'a> {
    fn at(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, pointer_part(name))
    }

    /// The node of a field; `null` is the same as not given.
    fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        let mut found = self
            .entries
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, node)| node);
        let first = found.next().filter(|node| **node != Node::Null);
        if found.next().is_some() {
            let at = self.at(name);
            self.faults.push(Fault::new(
                at,
                "duplicate_key",
                "this key stands twice in the object",
            ));
        }
        first
    }

    /// Whether a field is given at all, whatever it holds; `null` is the same as not given.
    pub fn has(&self, name: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|(key, node)| key == name && *node != Node::Null)
    }

    /// Whether a field is given as `null`, where that says something.
    pub fn is_null(&self, name: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|(key, node)| key == name && *node == Node::Null)
    }

    fn refuse(&mut self, name: &str, expected: &str, node: &Node) {
        let at = self.at(name);
        self.faults.push(wrong_type(&at, expected, node));
    }

    /// Whatever it is, for a document that is read elsewhere.
    pub fn any(&mut self, name: &'static str) -> Option<Node> {
        self.node(name).cloned()
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        match self.node(name)? {
            Node::Text(text) => Some(text.clone()),
            other => {
                self.refuse(name, "a text", other);
                None
            }
        }
    }

    /// A decimal or an amount, as text; a JSON number is refused with the reason.
    pub fn decimal(&mut self, name: &'static str) -> Option<String> {
        match self.node(name)? {
            Node::Text(text) => Some(text.clone()),
            Node::Number(_) => {
                let at = self.at(name);
                self.faults.push(number_refused(&at));
                None
            }
            other => {
                self.refuse(name, "a decimal as text, such as \"12.5\"", other);
                None
            }
        }
    }

    /// A whole number: the only kind of JSON number that is taken, for counters. `1.0` is one, as JSON Schema has it.
    pub fn whole(&mut self, name: &'static str) -> Option<i64> {
        let node = self.node(name)?;
        let number = match node {
            Node::Number(text) => {
                let nothing = |fraction: &str| fraction.bytes().all(|digit| digit == b'0');
                let whole = text.split_once('.').filter(|(_, rest)| nothing(rest));
                whole.map_or(text.as_str(), |(whole, _)| whole).parse().ok()
            }
            _ => None,
        };
        if number.is_none() {
            self.refuse(name, "a whole number such as 1", node);
        }
        number
    }

    /// True or false.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.node(name)? {
            Node::Flag(flag) => Some(*flag),
            other => {
                self.refuse(name, "true or false", other);
                None
            }
        }
    }

    /// A list of objects, each read by `read`; more than `most` is refused.
    pub fn list<T: Default>(
        &mut self,
        name: &'static str,
        most: usize,
        read: impl Fn(&mut Fields<'_>) -> T,
    ) -> Option<Vec<T>> {
        let items = self.items(name, most)?;
        let at = self.at(name);
        let mut values = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let (value, faults) = object(item, &format!("{at}/{index}"), &read);
            self.faults.extend(faults);
            values.push(value.unwrap_or_default());
        }
        Some(values)
    }

    /// A list of texts; more than `most` is refused. What is no text is `None`, and a fault.
    pub fn texts(&mut self, name: &'static str, most: usize) -> Option<Vec<Option<String>>> {
        let items = self.items(name, most)?;
        let at = self.at(name);
        let mut texts = Vec::new();
        for (index, item) in items.iter().enumerate() {
            texts.push(match item {
                Node::Text(text) => Some(text.clone()),
                other => {
                    let fault = wrong_type(&format!("{at}/{index}"), "a text", other);
                    self.faults.push(fault);
                    None
                }
            });
        }
        Some(texts)
    }

    /// The items of a list, at most so many.
    fn items(&mut self, name: &'static str, most: usize) -> Option<&'a [Node]> {
        let items = match self.node(name)? {
            Node::List(items) => items,
            other => {
                self.refuse(name, "a list", other);
                return None;
            }
        };
        if items.len() > most {
            let given = items.len();
            let message = format!("at most {most} are taken here, and {given} are given");
            let at = self.at(name);
            self.faults.push(Fault::new(at, "too_many", message));
            return None;
        }
        Some(items)
    }

    /// An object inside this one.
    pub fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        let node = self.node(name)?;
        let (value, faults) = object(node, &self.at(name), read);
        self.faults.extend(faults);
        value
    }

    /// An object of decimals by free names, such as components.
    pub fn decimals(&mut self, name: &'static str, most: usize) -> Option<Vec<(String, String)>> {
        let entries = match self.node(name)? {
            Node::Map(entries) if entries.len() <= most => entries,
            Node::Map(_) => {
                let at = self.at(name);
                self.faults.push(Fault::new(
                    at,
                    "too_many",
                    format!("at most {most} are taken here"),
                ));
                return None;
            }
            other => {
                self.refuse(name, "an object of decimals as text", other);
                return None;
            }
        };
        let mut decimals: Vec<(String, String)> = Vec::new();
        for (key, node) in entries {
            let at = format!("{}/{}", self.at(name), pointer_part(key));
            if decimals.iter().any(|(earlier, _)| earlier == key) {
                self.faults.push(Fault::new(
                    &at,
                    "duplicate_key",
                    "this key stands twice in the object",
                ));
            }
            match node {
                Node::Text(text) => decimals.push((key.clone(), text.clone())),
                Node::Number(_) => self.faults.push(number_refused(&at)),
                other => self.faults.push(wrong_type(
                    &at,
                    "a decimal as text, such as \"12.5\"",
                    other,
                )),
            }
        }
        Some(decimals)
    }

    fn report_strangers(&mut self) {
        let known = |key: &str| self.known.contains(&key);
        let strangers = self.entries.iter().filter(|(key, _)| !known(key));
        let message = match self.known.is_empty() {
            true => "no fields are taken here".to_owned(),
            false => format!(
                "this field is not known here; known are {}",
                self.known.join(", ")
            ),
        };
        let faults: Vec<Fault> = strangers
            .take(MOST_STRANGERS)
            .map(|(key, _)| {
                let pointer = format!("{}/{}", self.pointer, pointer_part(key));
                Fault::new(pointer, "unknown_field", &message)
            })
            .collect();
        self.faults.extend(faults);
    }
}

fn number_refused(pointer: &str) -> Fault {
    let message = "write this as text, such as \"12.5\": a JSON number may be changed on its way by programs that read it as floating point";
    Fault::new(pointer, "number_not_text", message)
}

fn wrong_type(pointer: &str, expected: &str, node: &Node) -> Fault {
    Fault::new(
        pointer,
        "wrong_type",
        format!("give {expected}, not {}", node.kind()),
    )
}
