//! Reading an open contracting document (OCDS 1.1): a record package, a release package, a record or a release.
//! Pure: what it says, and where; nothing is guessed that it does not say.

use crate::domain::fault::Fault;

use super::super::node::Node;
use super::body::{buyer, supplier};
use super::facts::{Facts, Notes, Said};
use super::spot::Spot;
use super::terms::{days, value};

/// Which contract and supplier of the document are meant, where it holds several.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    /// Id of the contract (or of the award, where the document has no contracts), or the OCID of its record.
    pub contract: Option<&'a str>,
    /// Id of the supplier in the document.
    pub supplier: Option<&'a str>,
}

/// The parts of a release that speak of one contract.
#[derive(Debug)]
pub(super) struct Chosen<'a> {
    pub(super) release: Spot<'a>,
    pub(super) contract: Option<Spot<'a>>,
    pub(super) award: Option<Spot<'a>>,
    pub(super) tender: Option<Spot<'a>>,
}

impl<'a> Chosen<'a> {
    /// The contract, the award and the tender, where there are such, nearest to the contract first.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&'static str, &Spot<'a>)> {
        let named = [
            ("contract", &self.contract),
            ("award", &self.award),
            ("tender", &self.tender),
        ];
        named
            .into_iter()
            .filter_map(|(name, part)| Some((name, part.as_ref()?)))
    }
}

/// Reads one contract.
///
/// # Errors
/// Every fault, each with the JSON pointer to where it is or was looked for.
pub fn read(document: &Node, choice: Choice<'_>) -> Result<Facts, Vec<Fault>> {
    let top = Spot::top(document);
    let mut notes = Notes::default();
    top.repeated_keys(&mut notes.faults);
    if !notes.faults.is_empty() {
        return Err(notes.faults);
    }
    let release = release(&top, choice.contract).map_err(|fault| vec![fault])?;
    let chosen = chosen(release, choice.contract).map_err(|fault| vec![fault])?;
    note_states(&chosen, &mut notes);
    let title = title(&chosen, &mut notes);
    let days = days(&chosen, &mut notes);
    let value = value(&chosen, &mut notes);
    let buyer = buyer(&chosen, &mut notes);
    let supplier = supplier(&chosen, choice.supplier, &mut notes);
    let ocid = chosen.release.text("ocid").map(|ocid| Said {
        value: ocid.to_owned(),
        at: format!("{}/ocid", chosen.release.at),
    });
    match (title, days, buyer, supplier) {
        (Some(title), Some(days), Some(buyer), Some(supplier)) if notes.faults.is_empty() => {
            Ok(Facts {
                ocid,
                title,
                buyer,
                supplier,
                value,
                days,
                warnings: notes.warnings,
            })
        }
        _ => Err(notes.faults),
    }
}

/// The one release that is meant: compiled, or as it stands.
fn release<'a>(top: &Spot<'a>, wanted: Option<&str>) -> Result<Spot<'a>, Fault> {
    if top.node.get("records").is_some() {
        let records = top.items("records");
        return compiled(&one_of(top, "records", records, wanted)?);
    }
    if top.node.get("compiledRelease").is_some() {
        return compiled(top);
    }
    if top.node.get("releases").is_some() {
        let releases = top.items("releases");
        return one_of(top, "releases", releases, wanted);
    }
    let speaks = ["contracts", "awards", "tender", "parties"];
    if speaks.iter().any(|key| top.node.get(key).is_some()) {
        return Ok(top.clone());
    }
    let message = "this is no open contracting document: it has neither records, releases nor compiledRelease, and is no release";
    Err(top.fault("not_open_contracting", message))
}

/// One record or release; where there are several, the one whose OCID or id is wanted.
fn one_of<'a>(
    top: &Spot<'a>,
    key: &str,
    mut all: Vec<Spot<'a>>,
    wanted: Option<&str>,
) -> Result<Spot<'a>, Fault> {
    let named = |one: &Spot<'_>| {
        wanted.is_some() && (one.text("ocid") == wanted || one.text("id") == wanted)
    };
    if all.len() > 1 && all.iter().filter(|one| named(one)).count() == 1 {
        all.retain(named);
    }
    match (all.pop(), all.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => {
            let message = format!("the list {key} is empty");
            Err(top.fault("not_open_contracting", message))
        }
        (Some(last), _) => {
            all.push(last);
            let ids = all.iter().map(|one| {
                let ocid = one.text("ocid").unwrap_or("without OCID");
                let id = one.text("id").map(|id| format!(" ({id})"));
                format!("{ocid}{}", id.unwrap_or_default())
            });
            let message = format!(
                "there are several {key}: {}; choose one by its OCID or id in `contract`",
                listed(ids)
            );
            Err(Fault::new(
                format!("{}/{key}", top.at),
                "several_releases",
                message,
            ))
        }
    }
}

fn compiled<'a>(record: &Spot<'a>) -> Result<Spot<'a>, Fault> {
    if let Some(release) = record.get("compiledRelease") {
        return Ok(release);
    }
    let mut releases = record.items("releases");
    releases.retain(|one| one.node.get("ocid").is_some());
    match (releases.pop(), releases.len()) {
        (Some(release), 0) => Ok(release),
        _ => {
            let message =
                "the record has no compiledRelease, and not one whole release in its place";
            Err(record.fault("no_compiled_release", message))
        }
    }
}

/// The contract, its award and the tender.
fn chosen<'a>(release: Spot<'a>, wanted: Option<&str>) -> Result<Chosen<'a>, Fault> {
    let contracts = release.items("contracts");
    let awards = release.items("awards");
    let tender = release.get("tender");
    if contracts.is_empty() {
        let dead =
            |one: &Spot<'_>| matches!(one.text("status"), Some("cancelled" | "unsuccessful"));
        let (mut living, dropped): (Vec<_>, Vec<_>) =
            awards.into_iter().partition(|one| !dead(one));
        if living.is_empty() {
            living = dropped;
        }
        let award = pick(&release, "awards", living, wanted)?;
        return Ok(Chosen {
            release,
            contract: None,
            award,
            tender,
        });
    }
    let contract = pick(&release, "contracts", contracts, wanted)?;
    let named = contract
        .as_ref()
        .and_then(|contract| match contract.node.get("awardID")? {
            Node::Text(text) | Node::Number(text) => Some(text.trim()),
            _ => None,
        });
    let award = match named {
        Some(id) => awards.into_iter().find(|award| award.id() == Some(id)),
        None if awards.len() == 1 => awards.into_iter().next(),
        None => None,
    };
    Ok(Chosen {
        release,
        contract,
        award,
        tender,
    })
}

/// The only one of a list, or the one that is wanted.
fn pick<'a>(
    release: &Spot<'a>,
    key: &str,
    all: Vec<Spot<'a>>,
    wanted: Option<&str>,
) -> Result<Option<Spot<'a>>, Fault> {
    let of_release =
        wanted.is_some() && (release.text("ocid") == wanted || release.text("id") == wanted);
    let named = all
        .iter()
        .position(|one| wanted.is_some() && one.id() == wanted);
    let several = all.len() > 1;
    let ids = || {
        listed(all.iter().map(|one| {
            let title = one.text("title").unwrap_or("no title");
            format!("{} ({title})", one.id().unwrap_or("without id"))
        }))
    };
    let at = format!("{}/{key}", release.at);
    match (named, wanted) {
        (Some(index), _) => Ok(all.into_iter().nth(index)),
        (None, Some(_)) if !of_release && !all.is_empty() => {
            let message = format!(
                "none of the {key} has the id in `contract`; there are {}",
                ids()
            );
            Err(Fault::new(at, "unknown_contract", message))
        }
        _ if several => {
            let message = format!(
                "there are several {key}: {}; choose one by its id in `contract`",
                ids()
            );
            Err(Fault::new(at, "several_contracts", message))
        }
        _ => Ok(all.into_iter().next()),
    }
}

/// A list for a message, cut where nobody reads on.
pub(super) fn listed(items: impl Iterator<Item = String>) -> String {
    const MOST: usize = 20;
    const LONGEST: usize = 120;
    let mut shown: Vec<String> = Vec::new();
    let mut left_out = 0;
    for item in items {
        if shown.len() < MOST {
            shown.push(item.chars().take(LONGEST).collect());
        } else {
            left_out += 1;
        }
    }
    let rest = match left_out {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{rest}", shown.join(", "))
}

fn note_states(chosen: &Chosen<'_>, notes: &mut Notes) {
    for (name, part) in chosen.parts().filter(|(name, _)| *name != "tender") {
        let status = part.text("status");
        let ended = ["cancelled", "unsuccessful", "terminated"];
        if let Some(status) = status.filter(|status| ended.contains(status)) {
            notes.warn(format!("the {name} says that it is {status}"));
        }
    }
}

fn title(chosen: &Chosen<'_>, notes: &mut Notes) -> Option<Said<String>> {
    let found = chosen.parts().find_map(|(_, part)| {
        Some(Said {
            value: part.text("title")?.to_owned(),
            at: format!("{}/title", part.at),
        })
    });
    if found.is_none() {
        let message = "no title: looked for title in the contract, its award and the tender";
        notes.faults.push(chosen.release.fault("no_title", message));
    }
    found
}
