//! Whose tokens are taken, and what they give: the settings, every fault of them at once.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::fault::Fault;
use crate::operations::keys;
use crate::operations::node::Node;

use super::super::fields::{Fields, object};
use super::checking::Checking;
use super::fetch::{Source, is_safe};
use super::rule::{ClaimPath, Rule, RuleGiven};
use super::token::Algorithm;

/// The deepest settings may be nested.
const DEEPEST: usize = 8;
/// The most issuers.
const MOST_ISSUERS: usize = 20;
/// The most rules of one issuer.
const MOST_RULES: usize = 1000;

/// One issuer, with what its tokens give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issuer {
    /// `iss`, exactly.
    pub issuer: String,
    /// One of these must be in `aud`.
    pub audience: Vec<String>,
    /// Where its keys are.
    pub source: Source,
    /// What is taken of it.
    pub algorithms: Vec<Algorithm>,
    /// Whose data its people see.
    pub tenant: Tenant,
    /// What they may be.
    pub rules: Vec<Rule>,
    /// How long its keys are as good as new.
    pub keys_fresh_for: Duration,
    /// How long they go on when it does not answer.
    pub keys_usable_for: Duration,
}

/// The partnership of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tenant {
    /// Always this one.
    Fixed(String),
    /// The one that it claims.
    Claimed(ClaimPath),
}

/// Reads all issuers, or tells every fault.
pub(super) fn issuers(json: &[u8]) -> Result<Vec<Issuer>, Vec<Fault>> {
    let node = Node::read(json, DEEPEST)
        .map_err(|error| vec![Fault::new("", "unreadable", error.to_string())])?;
    let mut faults = Vec::new();
    let (read, form) = object(&node, "", |fields| {
        fields.list("issuer", MOST_ISSUERS, IssuerGiven::take)
    });
    faults.extend(form);
    let given = read.flatten().unwrap_or_default();
    if given.is_empty() && faults.is_empty() {
        let message = "name at least one issuer: [[issuer]]";
        faults.push(Fault::new("/issuer", "field_missing", message));
    }
    let mut names = BTreeSet::new();
    let mut issuers = Vec::new();
    for (index, one) in given.iter().enumerate() {
        let mut checking = Checking::at(format!("/issuer/{index}"), &mut faults);
        if one.issuer.is_some() && !names.insert(one.issuer.clone()) {
            checking.fault("issuer", "taken", "this issuer stands above already");
        }
        issuers.extend(one.check(&mut checking));
    }
    match faults.is_empty() {
        true => Ok(issuers),
        false => Err(faults),
    }
}

/// An issuer as it was written.
#[derive(Default)]
struct IssuerGiven {
    issuer: Option<String>,
    audience: Option<Node>,
    jwks_url: Option<String>,
    algorithms: Option<Node>,
    partnership: Option<String>,
    partnership_claim: Option<Node>,
    keys_fresh_minutes: Option<i64>,
    keys_usable_hours: Option<i64>,
    rules: Vec<RuleGiven>,
}

impl IssuerGiven {
    fn take(fields: &mut Fields<'_>) -> Self {
        Self {
            issuer: fields.text("issuer"),
            audience: fields.any("audience"),
            jwks_url: fields.text("jwks_url"),
            algorithms: fields.any("algorithms"),
            partnership: fields.text("partnership"),
            partnership_claim: fields.any("partnership_claim"),
            keys_fresh_minutes: fields.whole("keys_fresh_minutes"),
            keys_usable_hours: fields.whole("keys_usable_hours"),
            rules: fields
                .list("role", MOST_RULES, RuleGiven::take)
                .unwrap_or_default(),
        }
    }

    fn check(&self, checking: &mut Checking<'_>) -> Option<Issuer> {
        let issuer = checking.some("issuer", self.issuer.as_deref());
        let safe = "give an https address (plain http on this machine only), without a user or `#`";
        if issuer.is_some_and(|issuer| !is_safe(issuer)) {
            checking.fault("issuer", "unsafe_address", safe);
        }
        if self.jwks_url.as_deref().is_some_and(|url| !is_safe(url)) {
            checking.fault("jwks_url", "unsafe_address", safe);
        }
        let audience = checking.texts("audience", self.audience.as_ref());
        let algorithms = self.algorithms(checking);
        let tenant = self.tenant(checking);
        let minutes = checking.within("keys_fresh_minutes", self.keys_fresh_minutes, 10, 24 * 60);
        let hours = checking.within("keys_usable_hours", self.keys_usable_hours, 24, 7 * 24);
        if minutes > hours * 60 {
            let message = "keys cannot be fresh for longer than they are usable";
            checking.fault("keys_fresh_minutes", "out_of_range", message);
        }
        if self.rules.is_empty() {
            let message = "give at least one rule: [[issuer.role]]";
            checking.fault("role", "field_missing", message);
        }
        let rules: Vec<Option<Rule>> = (self.rules.iter().enumerate())
            .map(|(index, rule)| rule.check(&mut checking.under(&format!("role/{index}"))))
            .collect();
        let issuer = issuer?.to_owned();
        let source = match self.jwks_url.clone() {
            Some(address) => Source::Known {
                issuer: issuer.clone(),
                address,
            },
            None => Source::Described {
                issuer: issuer.clone(),
            },
        };
        Some(Issuer {
            issuer,
            audience: audience?,
            source,
            algorithms: algorithms?,
            tenant: tenant?,
            rules: rules.into_iter().collect::<Option<_>>()?,
            keys_fresh_for: Duration::from_secs(minutes * 60),
            keys_usable_for: Duration::from_secs(hours * 60 * 60),
        })
    }

    fn algorithms(&self, checking: &mut Checking<'_>) -> Option<Vec<Algorithm>> {
        let Some(given) = &self.algorithms else {
            return Some(Algorithm::ALL.to_vec());
        };
        let words = checking.texts("algorithms", Some(given))?;
        let read: Option<Vec<Algorithm>> =
            words.iter().map(|word| Algorithm::parse(word)).collect();
        if read.is_none() {
            let message = "taken are RS256, ES256 and EdDSA, and nothing else";
            checking.fault("algorithms", "unknown_word", message);
        }
        read
    }

    fn tenant(&self, checking: &mut Checking<'_>) -> Option<Tenant> {
        match (&self.partnership, &self.partnership_claim) {
            (Some(partnership), None) if keys::is_partnership(partnership) => {
                Some(Tenant::Fixed(partnership.clone()))
            }
            (Some(_), None) => {
                let message = "1 to 40 lower-case letters, digits and hyphens";
                checking.none("partnership", "not_a_partnership", message)
            }
            (None, Some(claim)) => {
                let path = checking.path("partnership_claim", Some(claim));
                path.map(Tenant::Claimed)
            }
            (None, None) => {
                let message = "give `partnership`, or `partnership_claim` where the token says it";
                checking.none("partnership", "field_missing", message)
            }
            (Some(_), Some(_)) => {
                let message = "give `partnership` or `partnership_claim`, not both";
                checking.none("partnership_claim", "one_of_two", message)
            }
        }
    }
}
