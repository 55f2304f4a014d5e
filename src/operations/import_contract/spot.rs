//! A place in a document: a value, and the JSON pointer that leads to it.

use std::collections::BTreeSet;

use crate::domain::fault::Fault;

use super::super::node::Node;

/// The most repeated keys that are told.
const MOST_TOLD: usize = 20;

/// A value with its pointer.
#[derive(Debug, Clone)]
pub(super) struct Spot<'a> {
    pub(super) node: &'a Node,
    pub(super) at: String,
}

impl<'a> Spot<'a> {
    /// The top of a document.
    pub(super) fn top(node: &'a Node) -> Self {
        Self {
            node,
            at: String::new(),
        }
    }

    /// The value of a key; nothing where there is none, or `null`.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        Some(Self {
            node: self.node.get(key)?,
            at: format!("{}/{}", self.at, key.replace('~', "~0").replace('/', "~1")),
        })
    }

    /// Down a path of keys.
    pub(super) fn down(&self, keys: &[&str]) -> Option<Self> {
        keys.iter()
            .try_fold(self.clone(), |spot, key| spot.get(key))
    }

    /// The objects of the list under a key.
    pub(super) fn items(&self, key: &str) -> Vec<Self> {
        let Some(list) = self.get(key) else {
            return Vec::new();
        };
        let all = list.node.items().iter().enumerate();
        all.map(|(index, node)| Self {
            node,
            at: format!("{}/{index}", list.at),
        })
        .collect()
    }

    /// The text under a key, trimmed; an empty one is none.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        let text = self.node.get(key)?.text()?.trim();
        Some(text).filter(|text| !text.is_empty())
    }

    /// The id of an object: some publishers write numbers.
    pub(super) fn id(&self) -> Option<&'a str> {
        match self.node.get("id")? {
            Node::Text(text) | Node::Number(text) => Some(text.trim()),
            _ => None,
        }
        .filter(|id| !id.is_empty())
    }

    /// The texts of the list under a key.
    pub(super) fn words(&self, key: &str) -> Vec<&'a str> {
        let items = self.node.get(key).map(Node::items).unwrap_or_default();
        items.iter().filter_map(Node::text).collect()
    }

    /// A fault here.
    pub(super) fn fault(&self, code: &'static str, message: impl Into<String>) -> Fault {
        Fault::new(&self.at, code, message)
    }

    /// Keys that stand twice in one object, anywhere below: which of the two values is meant is not for us to say.
    pub(super) fn repeated_keys(&self, faults: &mut Vec<Fault>) {
        match self.node {
            Node::Map(entries) => {
                let mut seen = BTreeSet::new();
                for (key, node) in entries {
                    let shown: String = key.chars().take(60).collect();
                    let spot = Spot {
                        node,
                        at: format!(
                            "{}/{}",
                            self.at,
                            shown.replace('~', "~0").replace('/', "~1")
                        ),
                    };
                    if !seen.insert(key) && faults.len() < MOST_TOLD {
                        let message = "this key stands twice in the object";
                        faults.push(spot.fault("duplicate_key", message));
                    }
                    spot.repeated_keys(faults);
                }
            }
            Node::List(items) => {
                for (index, node) in items.iter().enumerate() {
                    let at = format!("{}/{index}", self.at);
                    Spot { node, at }.repeated_keys(faults);
                }
            }
            _ => {}
        }
    }
}
