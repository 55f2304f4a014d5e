//! From what a token claims to an actor and its grants.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::policy::{Grant, Role};
use crate::domain::seal::Seal;
use crate::operations::{Actor, keys};

use super::rule::{For, Rule};
use super::settings::{Issuer, Tenant};
use super::token::Proven;

/// The longest id of an organisation that is taken from a claim, in bytes.
const LONGEST_ID: usize = 100;

/// Why a good token gives nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoActor {
    /// It names no partnership, or several.
    NoPartnership,
    /// No rule gives it anything.
    NoRole,
}

/// The actor of a token.
pub(super) fn actor(token: &Proven, issuer: &Issuer) -> Result<Actor, NoActor> {
    let partnership = match &issuer.tenant {
        Tenant::Fixed(partnership) => partnership.clone(),
        Tenant::Claimed(path) => match path.texts(&token.claims).as_slice() {
            [one] if keys::is_partnership(one) => (*one).to_owned(),
            _ => return Err(NoActor::NoPartnership),
        },
    };
    let grants = grants(token, &issuer.rules);
    if grants.is_empty() {
        return Err(NoActor::NoRole);
    }
    Ok(Actor {
        partnership,
        id: person(&issuer.issuer, &token.subject),
        grants,
    })
}

/// The same for one person at one issuer, whatever their roles, name and address become: a hash, since some issuers
/// make a subject of an e-mail address. An auditor who knows a subject can find its person, and not the other way.
fn person(issuer: &str, subject: &str) -> String {
    let seal = Seal::new().text(issuer).text(subject).hex();
    format!("person:{}", seal.get(..32).unwrap_or(&seal))
}

/// One grant a role, with all the organisations it is for; a role of organisations without any is none.
fn grants(token: &Proven, rules: &[Rule]) -> Vec<Grant> {
    let mut roles: BTreeMap<Role, BTreeSet<String>> = BTreeMap::new();
    let claimed = |rule: &&Rule| {
        let texts = rule.claim.texts(&token.claims);
        texts.contains(&rule.value.as_str())
    };
    for rule in rules.iter().filter(claimed) {
        let organisations = match &rule.organisations {
            For::Partnership => BTreeSet::new(),
            For::These(organisations) => organisations.clone(),
            For::Claimed(path) => path
                .texts(&token.claims)
                .into_iter()
                .filter(|id| (1..=LONGEST_ID).contains(&id.len()))
                .filter(|id| !id.contains(char::is_control))
                .map(str::to_owned)
                .collect(),
        };
        if !rule.role.is_of_organisations() || !organisations.is_empty() {
            roles.entry(rule.role).or_default().extend(organisations);
        }
    }
    let each = roles.into_iter().map(|(role, organisations)| Grant {
        role,
        organisations,
    });
    each.collect()
}
