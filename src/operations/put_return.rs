//! Putting a return: a draft that may be partial, but must be well formed (L6, L7).

use std::collections::BTreeMap;

use crate::domain::amount::{Quantity, Share};
use crate::domain::fault::Fault;
use crate::domain::given::GivenText;
use crate::domain::ledger::standing::Ground;
use crate::domain::measure::{Input, Measure};
use crate::domain::period::Period;
use crate::domain::report::{
    Attestation, Done, Evidence, EvidenceKind, ReportLine, Return, Revision, State,
};
use crate::domain::valuation::Reported;
use crate::storage::{self, Tx};

use super::add_commitment::refuse_library;
use super::audit::{self, Entry, told};
use super::book::{self, Book};
use super::reading::{LONGEST_NOTE, Reading};
use super::seen::Seen;
use super::submit_return::stops_submission;
use super::{Actor, Conflict, Hand, Office, Refusal};

/// The most lines of one return.
pub const MOST_LINES: usize = 500;
/// The most pieces of evidence of one line.
pub const MOST_EVIDENCE: usize = 50;
/// The deepest tier of suppliers.
pub const DEEPEST_TIER: i64 = 9;

/// Evidence as given: a link or a file's SHA-256, and the quantity it supports.
#[derive(Debug, Clone, Default)]
pub struct EvidenceGiven {
    /// An `https` or `http` address.
    pub link: Option<String>,
    /// 64 hexadecimal digits.
    pub sha256: Option<String>,
    /// The quantity it supports; the whole line when missing.
    pub quantity: Option<String>,
}

/// A line as given.
#[derive(Debug, Clone, Default)]
pub struct LineGiven {
    /// Its name; its place in the list, from 1, when missing.
    pub line: Option<String>,
    /// Code or alias of the measure.
    pub measure: Option<String>,
    /// The figures.
    pub figures: GivenText,
    /// New starters.
    pub starters: Option<String>,
    /// Code of the place.
    pub place: Option<String>,
    /// Whom it was for.
    pub target_group: Option<String>,
    /// Tier of the chain of suppliers.
    pub tier: Option<i64>,
    /// Names one real-world activity.
    pub activity: Option<String>,
    /// Part of the activity that belongs to the contract.
    pub contract_share: Option<String>,
    /// Why what is due to others is deducted as well, where only a share counts.
    pub share_and_attribution: Option<String>,
    /// A note.
    pub note: Option<String>,
    /// What supports it.
    pub evidence: Vec<EvidenceGiven>,
}

/// A return as given.
#[derive(Debug, Clone, Default)]
pub struct ReturnGiven {
    /// Its lines; a measure without a line is not zero.
    pub lines: Vec<LineGiven>,
    /// The ticks.
    pub attestation: Attestation,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct PutReturn {
    /// The return as it is now.
    pub given: Return,
    /// Whether it was not there before.
    pub created: bool,
    /// What would still stop submission; empty when nothing would.
    pub stops_submission: Vec<Fault>,
    /// Whether the period lies after the contract's last day, in a possible extension.
    pub in_extension: bool,
}

/// Puts a return. A draft is replaced; the same content changes nothing; after a decision other
/// content opens the next revision (L7).
///
/// # Errors
/// [`Refusal::Invalid`] with every fault of the body; [`Refusal::Conflict`] `already_submitted`.
pub async fn put_return(
    tx: &mut Tx,
    hand: Hand<'_>,
    (contract_id, label): (&str, &str),
    given: &ReturnGiven,
    seen: &Seen,
    faults: Vec<Fault>,
) -> Result<PutReturn, Refusal> {
    let Hand { office, actor, at } = hand;
    let (_, recorded_at) = book::take_chain(tx, actor, contract_id, at).await?;
    let mut book = book::open_at(tx, office, actor, contract_id, label).await?;
    let period = period_of(&book, label)?;
    let lines = read_lines(&book.ground(), &book, given, Reading::after(faults.clone()))?;
    let revision = Revision {
        number: 1,
        lines,
        attestation: given.attestation,
        saved: Done {
            at: recorded_at,
            by: actor.id.clone(),
        },
        state: State::Draft,
    };
    let created = book.find(period).is_none();
    let (put, stored) = place_revision(book.find(period), period, revision)?;
    match book.find(period).and_then(Return::latest) {
        // What would change nothing overwrites nothing.
        Some(latest) if stored.is_some() => seen.must_be(&latest.version())?,
        Some(_) => {}
        None => seen.may_be_absent()?,
    }
    let before = book.find(period).and_then(Return::latest).cloned();
    book.returns.retain(|one| one.period != period);
    book.returns.push(put.clone());
    if let Some(revision) = stored {
        let replaced = before.as_ref();
        keep(tx, office, actor, contract_id, period, &revision, replaced).await?;
    }
    let stops_submission = match put.latest() {
        Some(latest) if latest.state == State::Draft => {
            let beside = book::claims_beside(tx, actor, contract_id, period, &latest.lines).await?;
            stops_submission(&book, period, latest, &beside)?
        }
        _ => Vec::new(),
    };
    let in_extension = book
        .contract
        .inside(period)
        .is_some_and(|inside| inside.in_extension);
    Ok(PutReturn {
        created,
        given: put,
        stops_submission,
        in_extension,
    })
}

/// Keeps a draft, with its entry in the audit: what differs from the revision before it, or from what it replaces.
async fn keep(
    tx: &mut Tx,
    office: &Office,
    actor: &Actor,
    contract_id: &str,
    period: Period,
    draft: &Revision,
    replaced: Option<&Revision>,
) -> Result<(), Refusal> {
    let partnership = actor.partnership.as_str();
    if !storage::report::put_draft(tx, partnership, contract_id, period, draft).await? {
        return Err(Refusal::changed_meanwhile());
    }
    let id = format!("{contract_id}/{period}");
    let after = told::revision(draft, replaced);
    let entry = Entry {
        before: replaced.map(|replaced| told::revision(replaced, Some(draft))),
        ..Entry::of("put_return", "return", &id)
            .of_contract(contract_id)
            .after(after)
    };
    audit::leave(tx, office, actor, draft.saved.at, entry).await
}

/// Where the new content goes, and what is to be stored; nothing when nothing changes.
fn place_revision(
    there: Option<&Return>,
    period: Period,
    mut revision: Revision,
) -> Result<(Return, Option<Revision>), Refusal> {
    let Some(mut put) = there.cloned() else {
        return Ok((
            Return {
                period,
                revisions: vec![revision.clone()],
            },
            Some(revision),
        ));
    };
    let Some(latest) = put.latest().cloned() else {
        return Err(Refusal::NotFound("return"));
    };
    let same = latest.same_content(&revision.lines, revision.attestation);
    match latest.state {
        State::Draft if same => return Ok((put, None)),
        State::Draft => {
            revision.number = latest.number;
            put.revisions.pop();
        }
        State::Submitted(_) if !same => {
            let message = format!(
                "revision {} of {period} is submitted; it can be changed after a decision",
                latest.number
            );
            return Err(Refusal::conflict(Conflict::AlreadySubmitted, message));
        }
        State::Submitted(_) => return Ok((put, None)),
        State::Accepted(..) | State::Rejected(..) if same => return Ok((put, None)),
        State::Accepted(..) | State::Rejected(..) | State::SentBack(..) => {
            revision.number = latest.number + 1
        }
    }
    put.revisions.push(revision.clone());
    Ok((put, Some(revision)))
}

/// The period of a label in the path; it must be of the contract's calendar and life.
pub(super) fn period_of(book: &Book, label: &str) -> Result<Period, Refusal> {
    let contract = &book.contract;
    let period = Period::parse(label).filter(|period| period.reporting() == contract.reporting);
    let period = period.ok_or_else(|| {
        let example = Period::containing(contract.starts_on, contract.reporting)
            .map(Period::label)
            .unwrap_or_default();
        Refusal::fault(
            "/period",
            "not_a_period",
            format!(
                "this contract reports {}: write a period such as {example}",
                contract.reporting.word()
            ),
        )
    })?;
    if contract.inside(period).is_none() {
        return Err(Refusal::fault(
            "/period",
            "period_outside_contract",
            "no day of this period lies between the contract's first day and its last possible one",
        ));
    }
    Ok(period)
}

fn read_lines(
    ground: &Ground<'_>,
    book: &Book,
    given: &ReturnGiven,
    mut reading: Reading,
) -> Result<Vec<ReportLine>, Refusal> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for (index, one) in given.lines.iter().enumerate() {
        let pointer = format!("/lines/{index}");
        let mut own = Reading::default();
        let line = read_line(ground, book, index, one, &mut own);
        if let Some(line) = &line
            && let Some(first) = names.insert(line.line.clone(), index)
        {
            own.fault("/line", "line_twice", format!("this name is also that of /lines/{first}; a line keeps its name from revision to revision"));
        }
        let own = own.faults.into_iter().map(|fault| fault.under(&pointer));
        reading.faults.extend(own);
        lines.extend(line);
    }
    reading.end(Some(lines))
}

fn read_line(
    ground: &Ground<'_>,
    book: &Book,
    index: usize,
    one: &LineGiven,
    reading: &mut Reading,
) -> Option<ReportLine> {
    let measure = reading.measure(ground, one.measure.as_deref());
    let line = match one.line.as_deref() {
        Some(name) => reading.code("/line", Some(name)),
        None => Some((index + 1).to_string()),
    };
    let starters = one
        .starters
        .as_deref()
        .and_then(|text| quantity(reading, "/starters", text));
    let place = reading.place("/place", one.place.as_deref(), &book.places);
    let tier = one.tier.unwrap_or(0);
    if !(0..=DEEPEST_TIER).contains(&tier) {
        reading.fault(
            "/tier",
            "bad_tier",
            format!("0 is the supplier, 1 its subcontractor, at most {DEEPEST_TIER}"),
        );
    }
    let target_group = reading.code("/target_group", one.target_group.as_deref());
    let activity = reading.activity("/activity", one.activity.as_deref());
    let contract_share = reading
        .share("/contract_share", one.contract_share.as_deref())
        .unwrap_or_else(Share::whole);
    let share_and_attribution = reading.text(
        "/share_and_attribution",
        one.share_and_attribution.as_deref(),
        LONGEST_NOTE,
    );
    let note = reading.text("/note", one.note.as_deref(), LONGEST_NOTE);
    let measure = measure?;
    refuse_library(measure, reading);
    let evidence = read_evidence(measure, &one.evidence, reading);
    let reported: Reported = match one.figures.read(measure) {
        Ok(reported) => reported,
        Err(faults) => {
            reading.faults.extend(faults);
            return None;
        }
    };
    Some(ReportLine {
        line: line?,
        measure: measure.code.clone(),
        reported,
        starters,
        place,
        target_group,
        tier,
        activity,
        contract_share,
        share_and_attribution,
        note,
        evidence,
    })
}

fn quantity(reading: &mut Reading, pointer: &str, text: &str) -> Option<Quantity> {
    match Quantity::parse(text) {
        Ok(quantity) if quantity.is_negative() => {
            reading.fault(
                pointer,
                "negative_not_allowed",
                "this may not be below zero",
            );
            None
        }
        Ok(quantity) => Some(quantity),
        Err(error) => {
            reading.fault(pointer, "not_a_quantity", error.to_string());
            None
        }
    }
}

fn read_evidence(
    measure: &Measure,
    list: &[EvidenceGiven],
    reading: &mut Reading,
) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    if list.len() > MOST_EVIDENCE {
        reading.fault(
            "/evidence",
            "too_many",
            format!("at most {MOST_EVIDENCE} pieces of evidence support one line"),
        );
    }
    for (index, one) in list.iter().take(MOST_EVIDENCE).enumerate() {
        let pointer = format!("/evidence/{index}");
        let kind = match (&one.link, &one.sha256) {
            (Some(link), None) => read_link(&format!("{pointer}/link"), link, reading),
            (None, Some(hash)) => read_hash(&format!("{pointer}/sha256"), hash, reading),
            _ => {
                reading.fault(
                    &pointer,
                    "evidence_shape",
                    "give either a link or the sha256 of a file",
                );
                None
            }
        };
        let supports = one.quantity.as_deref();
        if supports.is_some() && (measure.input != Input::Plain || !measure.quantity.adds_up()) {
            let message =
                "evidence of this measure supports the whole line; leave its quantity out";
            reading.fault(format!("{pointer}/quantity"), "field_not_taken", message);
        }
        let quantity =
            supports.and_then(|text| quantity(reading, &format!("{pointer}/quantity"), text));
        let twice = |kind: &EvidenceKind| evidence.iter().any(|one: &Evidence| one.kind == *kind);
        if kind.as_ref().is_some_and(twice) {
            let message = "this supports the line already; name it once, with all it supports";
            reading.fault(&pointer, "evidence_twice", message);
        }
        evidence.extend(kind.map(|kind| Evidence { kind, quantity }));
    }
    evidence
}

fn read_link(pointer: &str, link: &str, reading: &mut Reading) -> Option<EvidenceKind> {
    let plain = link.len() <= 2000 && link.bytes().all(|byte| byte.is_ascii_graphic());
    if plain && (link.starts_with("https://") || link.starts_with("http://")) {
        return Some(EvidenceKind::Link(link.to_owned()));
    }
    reading.fault(
        pointer,
        "bad_link",
        "write an address that begins with https:// and has no spaces, at most 2000 characters",
    );
    None
}

fn read_hash(pointer: &str, hash: &str, reading: &mut Reading) -> Option<EvidenceKind> {
    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(EvidenceKind::Sha256(hash.to_ascii_lowercase()));
    }
    reading.fault(
        pointer,
        "bad_sha256",
        "write the 64 hexadecimal digits of the file's SHA-256",
    );
    None
}
