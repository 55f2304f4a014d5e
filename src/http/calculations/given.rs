//! Reading the body of a calculation.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::Fault;
use crate::operations::calculate::{Calculation, CalculationLine, InlineProxy};

use super::super::adjustments::{self, AdjustmentsBody};
use super::super::body::Body;
use super::super::fields::Fields;
use super::super::figures::{self, REPORTED};

/// The most lines of one calculation.
const MOST_LINES: usize = 1000;
/// The most values brought along.
const MOST_PROXIES: usize = 100;
/// The most that a value may already be net of.
const MOST_NET_OF: usize = 20;
/// The longest code, label or title, in characters.
const LONGEST: usize = 300;

/// A line to value: what happened, in the shape its measure takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalculationLineBody {
    /// Code or alias of a measure, or code of an inline proxy.
    pub measure: String,
    /// Label of the period.
    pub period: String,
    /// A plain quantity, as text.
    pub quantity: Option<String>,
    /// Factors of a product and parts of a composite by code, as text.
    pub components: Option<BTreeMap<String, String>>,
    /// Those that meet a ratio, as text.
    pub numerator: Option<String>,
    /// All of a ratio, as text.
    pub denominator: Option<String>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// Words.
    pub text: Option<String>,
    /// Code of the place; chooses among area values.
    pub place: Option<String>,
    /// The part that belongs to this contract, such as `1/3`; all when missing.
    pub contract_share: Option<String>,
    /// Why what is due to others is deducted as well, where only a share counts; refused without.
    pub share_and_attribution: Option<String>,
    /// The unit the quantity is in, where it is not the measure's own.
    pub unit: Option<String>,
    /// First day of the contract; the period's when missing.
    pub contract_starts_on: Option<String>,
    /// Last day of the contract; the period's when missing.
    pub contract_ends_on: Option<String>,
}

/// A value brought along: a plain flow, in the prices it is given in.
#[derive(Debug, Serialize, ToSchema)]
pub struct InlineProxyBody {
    /// Code to use in lines.
    pub code: String,
    /// One of what.
    pub unit: String,
    /// Pounds a unit: a decimal as text, or a fraction such as `37/3`.
    pub value: String,
    /// `social`, `local_economic`, `effort` or `fiscal`.
    pub column: String,
    /// Title of the source.
    pub source_title: String,
    /// The low value, where there is one.
    pub low: Option<String>,
    /// The high value, where there is one.
    pub high: Option<String>,
    /// `each_period`, which it is when missing, or `once_at_event`.
    pub claim: Option<String>,
    /// What the value is already net of, such as `deadweight`; the same is not taken off again.
    pub already_net_of: Option<Vec<String>>,
    /// What is taken off it, and for how long it lasts.
    pub adjustments: Option<AdjustmentsBody>,
}

/// A calculation: at most 1000 lines and 100 inline proxies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "edition": "open-uk/2026",
    "lines": [
        {"measure": "local-job-fte", "period": "2026-27-Q1", "quantity": "10", "place": "halton"},
        {"measure": "car-miles-saved", "period": "2026-27", "quantity": "10000", "contract_share": "1/3"},
        {"measure": "bench-built", "period": "2026-27-Q1", "quantity": "4"}
    ],
    "inline_proxies": [
        {"code": "bench-built", "unit": "bench", "value": "37/3", "column": "effort", "source_title": "A quotation"}
    ]
}))]
pub struct CalculationBody {
    /// The proxy edition.
    pub edition: String,
    /// The lines.
    pub lines: Vec<CalculationLineBody>,
    /// Values brought along.
    pub inline_proxies: Option<Vec<InlineProxyBody>>,
}

/// Reads a body: what is asked, and every fault of form.
pub fn read(body: &Body) -> (Calculation, Vec<Fault>) {
    let (asked, mut faults) = body.take(|fields| Calculation {
        edition: fields.text("edition").unwrap_or_default(),
        lines: fields.list("lines", MOST_LINES, line).unwrap_or_default(),
        inline_proxies: fields
            .list("inline_proxies", MOST_PROXIES, proxy)
            .unwrap_or_default(),
    });
    let mut texts = vec![("/edition".to_owned(), asked.edition.as_str())];
    for (index, line) in asked.lines.iter().enumerate() {
        let at = |key| format!("/lines/{index}/{key}");
        texts.push((at("measure"), &line.measure));
        texts.push((at("period"), &line.period));
    }
    let mut seen = Pointers(&mut faults);
    for (pointer, text) in &texts {
        seen.needed(pointer, text);
    }
    if asked.lines.is_empty() && !seen.has("/lines") {
        seen.fault("/lines", "field_missing", "give at least one line");
    }
    long_texts(&asked, &mut seen);
    (asked, faults)
}

fn line(fields: &mut Fields<'_>) -> CalculationLine {
    CalculationLine {
        measure: fields.text("measure").unwrap_or_default(),
        period: fields.text("period").unwrap_or_default(),
        given: figures::read(fields, &REPORTED),
        place: fields.text("place"),
        contract_share: fields.decimal("contract_share"),
        share_and_attribution: fields.text("share_and_attribution"),
        unit: fields.text("unit"),
        contract_starts_on: fields.text("contract_starts_on"),
        contract_ends_on: fields.text("contract_ends_on"),
    }
}

fn proxy(fields: &mut Fields<'_>) -> InlineProxy {
    InlineProxy {
        code: fields.text("code").unwrap_or_default(),
        unit: fields.text("unit").unwrap_or_default(),
        value: fields.decimal("value").unwrap_or_default(),
        column: fields.text("column").unwrap_or_default(),
        source_title: fields.text("source_title").unwrap_or_default(),
        low: fields.decimal("low"),
        high: fields.decimal("high"),
        claim: fields.text("claim"),
        already_net_of: fields
            .texts("already_net_of", MOST_NET_OF)
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .collect(),
        adjustments: fields
            .object("adjustments", adjustments::read)
            .unwrap_or_default(),
    }
}

/// Faults so far, none said twice of one place.
struct Pointers<'a>(&'a mut Vec<Fault>);

impl Pointers<'_> {
    fn has(&self, pointer: &str) -> bool {
        self.0.iter().any(|fault| fault.pointer == pointer)
    }

    fn fault(&mut self, pointer: &str, code: &'static str, message: impl Into<String>) {
        self.0.push(Fault::new(pointer, code, message));
    }

    fn needed(&mut self, pointer: &str, text: &str) {
        if text.is_empty() && !self.has(pointer) && !self.has_object(pointer) {
            self.fault(pointer, "field_missing", "this field is needed");
        }
    }

    /// Whether what holds the field is itself at fault: then nothing in it is missing.
    fn has_object(&self, pointer: &str) -> bool {
        pointer
            .rsplit_once('/')
            .is_some_and(|(object, _)| self.has(object))
    }
}

/// What is echoed in a fault is short: nobody reads a page of it.
fn long_texts(asked: &Calculation, seen: &mut Pointers<'_>) {
    let mut check = |pointer: String, text: &str| {
        if text.chars().count() > LONGEST {
            let message = format!("write at most {LONGEST} characters");
            seen.fault(&pointer, "text_length", message);
        }
    };
    check("/edition".to_owned(), &asked.edition);
    for (index, line) in asked.lines.iter().enumerate() {
        let maybe = [
            ("place", &line.place),
            ("contract_share", &line.contract_share),
            ("share_and_attribution", &line.share_and_attribution),
            ("unit", &line.unit),
            ("contract_starts_on", &line.contract_starts_on),
            ("contract_ends_on", &line.contract_ends_on),
            ("quantity", &line.given.quantity),
            ("numerator", &line.given.numerator),
            ("denominator", &line.given.denominator),
        ];
        check(format!("/lines/{index}/measure"), &line.measure);
        check(format!("/lines/{index}/period"), &line.period);
        for (key, text) in maybe {
            check(
                format!("/lines/{index}/{key}"),
                text.as_deref().unwrap_or_default(),
            );
        }
        for (code, text) in line.given.components.iter().flatten() {
            check(format!("/lines/{index}/components"), code);
            check(format!("/lines/{index}/components"), text);
        }
    }
    let none = String::new();
    for (index, proxy) in asked.inline_proxies.iter().enumerate() {
        for (key, text) in [
            ("code", &proxy.code),
            ("unit", &proxy.unit),
            ("value", &proxy.value),
            ("column", &proxy.column),
            ("source_title", &proxy.source_title),
            ("low", proxy.low.as_ref().unwrap_or(&none)),
            ("high", proxy.high.as_ref().unwrap_or(&none)),
            ("claim", proxy.claim.as_ref().unwrap_or(&none)),
        ] {
            check(format!("/inline_proxies/{index}/{key}"), text);
        }
    }
}

/// Whether nothing can be valued: the body as a whole, its edition or its values brought along are at fault.
pub fn is_hopeless(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| part(&fault.pointer).is_none())
}

/// Faults of form with those of meaning; of a line whose form is at fault its form is told.
pub fn together(form: Vec<Fault>, meaning: Vec<Fault>) -> Vec<Fault> {
    let formless: Vec<String> = form
        .iter()
        .filter_map(|fault| part(&fault.pointer))
        .map(str::to_owned)
        .collect();
    let fresh = meaning.into_iter().filter(|fault| {
        part(&fault.pointer).is_none_or(|line| !formless.iter().any(|known| known == line))
    });
    form.iter().cloned().chain(fresh).collect()
}

/// The line a pointer points into: `2` of `/lines/2/quantity`.
fn part(pointer: &str) -> Option<&str> {
    pointer.strip_prefix("/lines/")?.split('/').next()
}
