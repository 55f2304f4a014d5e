//! Who buys and who supplies, with the identifiers that name them beyond one notice.

use crate::domain::organisation::Identifier;

use super::facts::{Body, Notes, Said};
use super::ocds::{Chosen, listed};
use super::spot::Spot;

/// Registers of the United Kingdom whose identifiers name one body everywhere (org-id.guide, and the central
/// platform's PPON). Any other `GB-` or `XI-` scheme, such as `GB-CFS`, names a body within one notice only.
const REGISTERS: &[&str] = &[
    "GB-CHC",
    "GB-COH",
    "GB-EDU",
    "GB-GOR",
    "GB-IRR",
    "GB-LAC",
    "GB-LAE",
    "GB-LAN",
    "GB-LANI",
    "GB-LAS",
    "GB-MPR",
    "GB-NHS",
    "GB-NIC",
    "GB-NIEDU",
    "GB-PPON",
    "GB-REV",
    "GB-SC",
    "GB-SCOTEDU",
    "GB-SHPE",
    "GB-UKPRN",
    "GB-WALEDU",
];

/// The buyer.
pub(super) fn buyer(chosen: &Chosen<'_>, notes: &mut Notes) -> Option<Said<Body>> {
    let release = &chosen.release;
    let mut with_role = role(release, "buyer");
    let named = release
        .get("buyer")
        .or_else(|| (with_role.len() == 1).then(|| with_role.pop()).flatten())
        .or_else(|| chosen.tender.as_ref()?.get("procuringEntity"));
    let Some(named) = named else {
        let message = "no buyer: looked for buyer, one of the parties in the role of buyer, and procuringEntity of the tender";
        notes.faults.push(release.fault("no_buyer", message));
        return None;
    };
    let others = role(release, "buyer").len();
    if others > 1 {
        notes.warn(format!(
            "the document names {others} buyers; the first-named one is read"
        ));
    }
    body(release, &named, Side::Buyer, notes)
}

/// The supplier: the award's, the contract's, or the only party in that role.
pub(super) fn supplier(
    chosen: &Chosen<'_>,
    wanted: Option<&str>,
    notes: &mut Notes,
) -> Option<Said<Body>> {
    let release = &chosen.release;
    let of_award = [&chosen.award, &chosen.contract].into_iter().flatten();
    let mut all = of_award
        .map(|part| part.items("suppliers"))
        .find(|list| !list.is_empty())
        .unwrap_or_else(|| role(release, "supplier"));
    if wanted.is_some() {
        let ids = listed(all.iter().map(named));
        all.retain(|one| one.id() == wanted);
        if all.is_empty() {
            let message =
                format!("none of the suppliers has the id in `supplier`; there are {ids}");
            notes
                .faults
                .push(release.fault("unknown_supplier", message));
            return None;
        }
    }
    match all.as_slice() {
        [] => {
            let message = "no supplier: looked for suppliers of the award and the contract, and for parties in the role of supplier";
            notes.faults.push(release.fault("no_supplier", message));
            None
        }
        [one] => body(release, one, Side::Supplier, notes),
        several => {
            let message = format!(
                "there are several suppliers: {}; choose one by its id in `supplier`",
                listed(several.iter().map(named))
            );
            notes
                .faults
                .push(release.fault("several_suppliers", message));
            None
        }
    }
}

fn named(one: &Spot<'_>) -> String {
    let name = one.text("name").unwrap_or("no name");
    format!("{} ({name})", one.id().unwrap_or("without id"))
}

fn role<'a>(release: &Spot<'a>, role: &str) -> Vec<Spot<'a>> {
    let mut parties = release.items("parties");
    parties.retain(|party| party.words("roles").contains(&role));
    parties
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Buyer,
    Supplier,
}

/// A reference such as `buyer`, with the party it refers to.
fn body(release: &Spot<'_>, named: &Spot<'_>, side: Side, notes: &mut Notes) -> Option<Said<Body>> {
    let party = named.id().and_then(|id| {
        release
            .items("parties")
            .into_iter()
            .find(|party| party.id() == Some(id))
    });
    let party = party.unwrap_or_else(|| named.clone());
    let Some(name) = party.text("name").or_else(|| named.text("name")) else {
        notes
            .faults
            .push(party.fault("no_name", "this body has no name"));
        return None;
    };
    let value = Body {
        name: name.to_owned(),
        identifiers: identifiers(&party, name, notes),
        kind: match side {
            Side::Buyer => buyer_kind(&party),
            Side::Supplier => Some(supplier_kind(&party)),
        },
        scale: match party.down(&["details"]).and_then(|at| at.text("scale")) {
            Some("sme" | "micro" | "small" | "medium") => Some("sme"),
            Some("large") => Some("large"),
            _ => None,
        },
    };
    Some(Said {
        value,
        at: format!("{}/name", party.at),
    })
}

/// Identifiers of registers. What is local to the notice is neither stored nor used to find the body again.
fn identifiers(party: &Spot<'_>, name: &str, notes: &mut Notes) -> Vec<Identifier> {
    let given = party.get("identifier").into_iter();
    let given = given.chain(party.items("additionalIdentifiers"));
    let mut found = Vec::new();
    for one in given {
        let (Some(scheme), Some(id)) = (one.text("scheme"), one.id()) else {
            continue;
        };
        if is_of_a_register(scheme, id) {
            found.push(Identifier {
                scheme: scheme.to_owned(),
                id: id.to_owned(),
            });
        } else {
            let shown: String = format!("{scheme} {id}").chars().take(60).collect();
            notes.warn(format!(
                "{shown} is no identifier of a register and was left out"
            ));
        }
    }
    if found.is_empty() {
        let shown: String = name.chars().take(120).collect();
        notes.warn(format!(
            "{shown} has no identifier of a register: it cannot be found again by one"
        ));
    }
    found.sort();
    found.dedup();
    found
}

fn is_of_a_register(scheme: &str, id: &str) -> bool {
    let british = scheme.starts_with("GB-") || scheme.starts_with("XI-");
    let shaped = scheme.len() <= 60 && id.len() <= 100 && scheme.contains('-');
    let known = if british {
        REGISTERS.contains(&scheme)
    } else {
        true
    };
    // A company number that went through a spreadsheet reads 11111111.0.
    let company = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    known && shaped && (scheme != "GB-COH" || company)
}

fn buyer_kind(party: &Spot<'_>) -> Option<&'static str> {
    let details = party.get("details")?;
    let types = details.items("classifications");
    let mut ids = types
        .iter()
        .filter(|one| matches!(one.text("scheme"), Some("UK_CA_TYPE" | "TED_CA_TYPE")))
        .filter_map(Spot::id);
    ids.find_map(|id| match id {
        "publicAuthoritySubCentralGovernment" | "REGIONAL_AUTHORITY" => Some("council"),
        _ => None,
    })
}

fn supplier_kind(party: &Spot<'_>) -> &'static str {
    use super::super::node::Node;
    let vcse = party.down(&["details", "vcse"]);
    match vcse.map(|at| at.node) {
        Some(Node::Flag(true)) => "vcfse",
        _ => "business",
    }
}
