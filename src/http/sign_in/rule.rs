//! What a rule of the settings looks at in a token, and what it gives.

use std::collections::BTreeSet;

use crate::domain::policy::Role;
use crate::operations::node::Node;

use super::super::fields::Fields;
use super::checking::Checking;

/// Where in the claims something stands: names of objects inside objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClaimPath(Vec<String>);

impl ClaimPath {
    /// From a text with dots (`realm_access.roles`), or a list of names where a name has dots in it.
    pub(super) fn of(node: &Node) -> Option<Self> {
        let names: Vec<String> = match node {
            Node::Text(text) => text.split('.').map(str::to_owned).collect(),
            Node::List(names) => names
                .iter()
                .map(|name| name.text().map(str::to_owned))
                .collect::<Option<_>>()?,
            _ => return None,
        };
        let named = !names.is_empty() && names.iter().all(|name| !name.is_empty());
        named.then_some(Self(names))
    }

    /// The texts that stand there: one text, or those of a list; none when there is nothing or something else.
    pub(super) fn texts<'a>(&self, claims: &'a Node) -> Vec<&'a str> {
        let found = self.0.iter().try_fold(claims, |node, name| node.get(name));
        match found {
            Some(Node::Text(text)) => vec![text.as_str()],
            Some(node) => node.items().iter().filter_map(Node::text).collect(),
            None => Vec::new(),
        }
    }
}

/// For which organisations a role is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum For {
    /// The whole partnership.
    Partnership,
    /// These, by id.
    These(BTreeSet<String>),
    /// Those whose ids the token claims.
    Claimed(ClaimPath),
}

/// Whose token claims a value has a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// Where it is claimed.
    pub claim: ClaimPath,
    /// What is claimed, exactly.
    pub value: String,
    /// What that gives.
    pub role: Role,
    /// For whom.
    pub organisations: For,
}

/// A rule as it was written.
#[derive(Default)]
pub(super) struct RuleGiven {
    claim: Option<Node>,
    value: Option<String>,
    role: Option<String>,
    organisations: Option<Node>,
    organisations_claim: Option<Node>,
}

impl RuleGiven {
    pub(super) fn take(fields: &mut Fields<'_>) -> Self {
        Self {
            claim: fields.any("claim"),
            value: fields.text("value"),
            role: fields.text("role"),
            organisations: fields.any("organisations"),
            organisations_claim: fields.any("organisations_claim"),
        }
    }

    pub(super) fn check(&self, checking: &mut Checking<'_>) -> Option<Rule> {
        let claim = checking.path("claim", self.claim.as_ref());
        let value = checking.some("value", self.value.as_deref());
        let word = checking.some("role", self.role.as_deref());
        let role = word.and_then(|word| {
            let message = "administrator, commissioner, supplier or analyst";
            Role::parse(word).or_else(|| checking.none("role", "unknown_word", message))
        });
        let organisations = self.organisations(role?, checking);
        Some(Rule {
            claim: claim?,
            value: value?.to_owned(),
            role: role?,
            organisations: organisations?,
        })
    }

    fn organisations(&self, role: Role, checking: &mut Checking<'_>) -> Option<For> {
        let of_organisations = role.is_of_organisations();
        match (&self.organisations, &self.organisations_claim) {
            (None, None) if !of_organisations => Some(For::Partnership),
            (Some(given), None) if of_organisations => {
                let ids = checking.texts("organisations", Some(given))?;
                Some(For::These(ids.into_iter().collect()))
            }
            (None, Some(claim)) if of_organisations => {
                let path = checking.path("organisations_claim", Some(claim));
                path.map(For::Claimed)
            }
            (None, None) => {
                let message = format!(
                    "a {role} is one of organisations: give `organisations` (their ids), or \
                     `organisations_claim` where the token says them"
                );
                checking.none("organisations", "field_missing", &message)
            }
            _ if of_organisations => {
                let message = "give `organisations` or `organisations_claim`, not both";
                checking.none("organisations_claim", "one_of_two", message)
            }
            _ => {
                let message = format!("the role {role} is for the whole partnership");
                checking.none("organisations", "not_taken_here", &message)
            }
        }
    }
}
