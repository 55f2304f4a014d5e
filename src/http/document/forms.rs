//! What a field or a parameter of a name may hold, wherever it stands: said once, as the API reads it.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::Number;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, SchemaType, Type};
use utoipa::openapi::{KnownFormat, OpenApi, Ref, RefOr, Schema, SchemaFormat};

use crate::catalogue::own_series::MOST_ROWS;
use crate::domain::audit::Outcome;
use crate::domain::contract::ContractState;
use crate::domain::effect::check::ALREADY_NET_OF;
use crate::domain::funding::{ContractKind, FundingSource};
use crate::domain::key::KeyState;
use crate::domain::ledger::posting::Stage;
use crate::domain::measure::{Column, Shelf};
use crate::domain::period::Reporting;
use crate::domain::policy::Role;
use crate::domain::proxy::Redistribution;
use crate::domain::report::Progress;
use crate::domain::series::Years;
use crate::operations::add_contract::{LONGEST_REFERENCE, MOST_SHARES};
use crate::operations::appraise::MOST_ITEMS as MOST_ITEMS_APPRAISED;
use crate::operations::put_return::{MOST_EVIDENCE, MOST_LINES};
use crate::operations::reading::{LONGEST_NAME, LONGEST_NOTE};
use crate::operations::roll_up::{Dimension, RECORD_ONLY};

use super::super::bulk::MOST_ITEMS;
use super::super::page::{LARGEST_LIMIT, LONGEST_CURSOR};
use super::super::path_number::LARGEST_NUMBER;
use super::operations;

const SCHEMAS: &str = "#/components/schemas/";

/// Financial years, their quarters, and months.
const PERIOD: &str = "^20[0-9]{2}-([0-9]{2}|[0-9]{2}-Q[1-4])$";
const QUANTITY: &str = r"^-?[0-9]+(\.[0-9]{1,6})?$";
const POUNDS: &str = r"^[0-9]+(\.[0-9]{1,2})?$";
const SIGNED_POUNDS: &str = r"^-?[0-9]+(\.[0-9]{1,2})?$";
const SHARE: &str = r"^[0-9]+(/[0-9]+|\.[0-9]{1,12})?$";
/// A number of a series.
const NUMBER: &str = r"^-?[0-9]+(\.[0-9]{1,50})?$";
const UNIT_VALUE: &str = r"^-?[0-9]+(/[0-9]+|\.[0-9]{1,12})?$";
const PART: &str = r"^(-0+(\.0{1,6})?|0*(0(\.[0-9]{1,6})?|1(\.0{1,6})?))$";
const MULTIPLIER: &str = r"^[0-9]+(\.[0-9]{1,6})?$";
const CODE: &str = "^[A-Za-z0-9._/:-]+$";
/// A set and an edition.
const EDITION: &str = "^[A-Za-z0-9.-]{1,60}/[A-Za-z0-9.-]{1,60}$";
const PLACE_CODE: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";
/// What any text of a query is: no control characters.
const TEXT: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";
const SOME_TEXT: &str = r"^[^\u0000-\u001f\u007f-\u009f]+$";
const IDENTIFIER: &str = r"^[^:\u0000-\u001f\u007f-\u009f]+:[^\u0000-\u001f\u007f-\u009f]+$";
const PLAIN: &str = "^[ -~]+$";
const LINK: &str = "^https?://[!-~]*$";
const SHA256: &str = "^[0-9A-Fa-f]{64}$";
const CURSOR: &str = "^([0-9A-Fa-f]{2})*$";

enum Form {
    Day,
    Moment,
    Pattern(&'static str, Option<usize>),
    /// Of 1 to so many characters.
    Text(usize),
    Word(Vec<&'static str>),
    /// Words with commas between them.
    Words(Vec<&'static str>),
    Whole(usize, usize),
    /// At most so many items.
    Items(usize),
    /// A list of words, none of them twice.
    WordItems(Vec<&'static str>),
}

/// Says of every field and parameter what it may hold, and of every body that it holds nothing else.
pub fn tell(api: &mut OpenApi) {
    if let Some(known) = &mut api.components {
        part_bodies(&mut known.schemas);
        for (name, schema) in &mut known.schemas {
            fields(name, schema);
        }
    }
    for (path, item) in &mut api.paths.paths {
        for (_, operation) in operations(item) {
            let id = operation.operation_id.clone().unwrap_or_default();
            for one in operation.parameters.iter_mut().flatten() {
                parameter(&id, path, one);
            }
        }
    }
}

/// Gives what a body shares with an answer a schema of its own: an answer may gain a field, and a body takes no field
/// that it does not know. What only bodies hold is called `...Body` already.
fn part_bodies(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let mut found = BTreeMap::new();
    for (_, schema) in schemas
        .iter_mut()
        .filter(|(name, _)| name.ends_with("Body"))
    {
        let RefOr::T(Schema::Object(object)) = schema else {
            continue;
        };
        for one in object.properties.values_mut().filter_map(reference) {
            let shown = one.ref_location.strip_prefix(SCHEMAS).unwrap_or_default();
            if let Some(thing) = shown.strip_suffix("Shown") {
                let name = format!("{thing}Body");
                let shown = shown.to_owned();
                one.ref_location = format!("{SCHEMAS}{name}");
                found.insert(name, shown);
            }
        }
    }
    for (name, shown) in found {
        if let Some(schema) = schemas.get(&shown).cloned() {
            schemas.insert(name, schema);
        }
    }
}

/// The schema that a field names: itself, of the items of a list, or where it is not `null`.
fn reference(field: &mut RefOr<Schema>) -> Option<&mut Ref> {
    match field {
        RefOr::Ref(one) => Some(one),
        RefOr::T(Schema::Array(list)) => match &mut list.items {
            ArrayItems::RefOrSchema(item) => reference(item),
            ArrayItems::False => None,
        },
        RefOr::T(Schema::OneOf(one)) => one.items.iter_mut().find_map(reference),
        RefOr::T(_) => None,
    }
}

fn fields(name: &str, schema: &mut RefOr<Schema>) {
    let body = name.ends_with("Body");
    match schema {
        RefOr::T(Schema::Object(object)) => {
            for (field, one) in &mut object.properties {
                let said = body.then(|| of_body(name, field)).flatten();
                if let Some(form) = said.or_else(|| of_time(name, field)) {
                    form.tell(one);
                }
            }
            if body && object.additional_properties.is_none() {
                object.additional_properties =
                    Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(|part| fields(name, part)),
        _ => {}
    }
}

fn parameter(operation: &str, path: &str, one: &mut RefOr<Parameter>) {
    let RefOr::T(one) = one else { return };
    let Some(RefOr::T(Schema::Object(schema))) = &mut one.schema else {
        return;
    };
    let text = one.parameter_in == ParameterIn::Query
        && schema.schema_type == SchemaType::Type(Type::String);
    let form = of_parameter(operation, path, &one.name).or_else(|| text.then(|| TEXT.into()));
    if let Some(form) = form {
        form.shape(schema);
    }
}

/// Days and times, in bodies and answers.
fn of_time(schema: &str, field: &str) -> Option<Form> {
    match (schema, field) {
        ("UnitConversionShown", _) => None,    // from a unit to another
        ("EditionDifferenceShown", _) => None, // from an edition to another
        (_, "at" | "as_of") => Some(Form::Moment),
        (_, "on" | "from" | "to" | "may_extend_to") => Some(Form::Day),
        (_, "anchor_from" | "anchor_to" | "valid_from" | "valid_to") => Some(Form::Day),
        (_, name) if name.ends_with("_at") => Some(Form::Moment),
        (_, name) if name.ends_with("_on") => Some(Form::Day),
        _ => None,
    }
}

/// What is sent of a series.
fn of_series(schema: &str, field: &str) -> Option<Form> {
    Some(match (schema, field) {
        ("SeriesRowBody", "value" | "low" | "high") | ("SeriesBandBody", "percent") => {
            Form::Pattern(NUMBER, Some(60))
        }
        ("SeriesBandBody", "from_year" | "to_year") => Form::Whole(0, LARGEST_NUMBER),
        ("SeriesBody", "rows" | "bands") => Form::Items(MOST_ROWS),
        ("SeriesBody", "name") => Form::Pattern("^[a-z0-9.-]+$", Some(60)),
        ("SeriesBody", "release") => Form::Pattern("^[A-Za-z0-9.-]+$", Some(60)),
        ("SeriesBody", "years") => Form::Word(words(Years::ALL, Years::word)),
        ("SeriesBody", "redistribution") => {
            Form::Word(words(Redistribution::ALL, Redistribution::word))
        }
        _ => return None,
    })
}

/// What is sent.
fn of_body(schema: &str, field: &str) -> Option<Form> {
    if let Some(form) = of_series(schema, field) {
        return Some(form);
    }
    let form = match (schema, field) {
        ("InlineProxyBody", "value" | "low" | "high") => Form::Pattern(UNIT_VALUE, None),
        ("InlineProxyBody", "already_net_of") => Form::WordItems(ALREADY_NET_OF.to_vec()),
        ("InlineProxyBody", "claim") => Form::Word(vec!["each_period", "once_at_event"]),
        ("AppraisalBody", "costs" | "benefits") => Form::Items(MOST_ITEMS_APPRAISED),
        ("CostBody" | "BenefitBody", "amount") => SIGNED_POUNDS.into(),
        ("CostBody" | "BenefitBody", "label") => Form::Text(LONGEST_NAME),
        ("CostBody" | "BenefitBody", "starts_after_years") => Form::Whole(0, 200),
        ("CostBody" | "BenefitBody", "duration_years") => Form::Whole(1, 201),
        ("BenefitBody", _) => PART.into(),
        ("ReturnBody" | "ContractReturnBody", "lines") => Form::Items(MOST_LINES),
        ("IdentifierBody", _) => Form::Text(100),
        ("PublicationBody" | "PortfolioBody", "by") => {
            Form::WordItems(words(Dimension::ALL, Dimension::word))
        }
        ("PublicationBody" | "PortfolioBody", "stage") => {
            Form::WordItems(words(Stage::ALL, Stage::word))
        }
        ("PublicationBody" | "PortfolioBody", "funding") => {
            Form::WordItems(words(FundingSource::ALL, FundingSource::word))
        }
        ("ContractBody", "kind") => Form::Word(words(ContractKind::ALL, ContractKind::word)),
        ("FundingBody", "source") => Form::Word(words(FundingSource::ALL, FundingSource::word)),
        ("FundingBody", "reference") => Form::Text(LONGEST_REFERENCE),
        ("PlaceBody", "code") => Form::Pattern(PLACE_CODE, Some(100)),
        (_, "period") => Form::Pattern(PERIOD, None),
        (_, "target" | "quantity" | "numerator" | "denominator" | "starters") => QUANTITY.into(),
        (_, "accepted_quantity" | "accepted_numerator" | "accepted_denominator") => QUANTITY.into(),
        (_, "value" | "value_gross") => POUNDS.into(),
        (_, "share" | "contract_share") => SHARE.into(),
        (_, "line" | "target_group" | "gss") => Form::Pattern(CODE, Some(100)),
        (_, "activity") => Form::Pattern(PLAIN, Some(200)),
        (_, "link") => Form::Pattern(LINK, Some(2000)),
        (_, "sha256") => SHA256.into(),
        (_, "reference") => Form::Text(100),
        (_, "ocid") => Form::Text(200),
        (_, "name" | "title" | "source_title" | "funder_name") => Form::Text(LONGEST_NAME),
        (_, "schedule" | "discounted_by") => Form::Text(LONGEST_NAME),
        (_, "reason" | "note" | "counted_separately") => Form::Text(LONGEST_NOTE),
        ("AdjustmentsBody", "starts_after_years") => Form::Whole(0, 200),
        ("AdjustmentsBody", "duration_years") => Form::Whole(1, 201),
        ("AdjustmentsBody", "multiplier") => MULTIPLIER.into(),
        ("AdjustmentsBody", _) => PART.into(),
        (_, "adjusted_because") => Form::Text(LONGEST_NOTE),
        (_, "reporting") => Form::Word(Reporting::ALL.map(Reporting::word).to_vec()),
        (_, "column") => Form::Word(words(Column::ALL, Column::word)),
        ("EditionApprovalBody", "decision") => Form::Word(vec!["approve", "send_back"]),
        ("TableBody", "format") => Form::Word(vec!["csv", "toml"]),
        ("TableBody", "place") => Form::Pattern(PLACE_CODE, Some(100)),
        ("TableBody", "redistribution") => {
            Form::Word(words(Redistribution::ALL, Redistribution::word))
        }
        ("TableBody", "last_reviewed" | "valid_until") => Form::Day,
        (_, "decision") => Form::Word(vec!["accept", "send_back", "reject"]),
        (_, "scale") => Form::Word(vec!["sme", "large"]),
        (_, "tier") => Form::Whole(0, 9),
        (_, "revision") => Form::Whole(1, LARGEST_NUMBER),
        (_, "if_match") => Form::Pattern(PLAIN, None),
        ("ContractsBody" | "CommitmentsBody" | "ReturnsBody", "items") => Form::Items(MOST_ITEMS),
        (_, "evidence") => Form::Items(MOST_EVIDENCE),
        (_, "anchor_institutions") => Form::Items(MOST_SHARES),
        _ => return None,
    };
    Some(form)
}

/// A financial year.
const FINANCIAL_YEAR: &str = r"^\d{4}-\d{2}$";

/// A day, or a time in UTC.
const DAY_OR_TIME: &str = r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z)?$";

/// Of a path or a query.
fn of_parameter(operation: &str, path: &str, name: &str) -> Option<Form> {
    let form = match name {
        "state" => Form::Word(match operation {
            "list_contracts" => words(ContractState::ALL, ContractState::word),
            "list_all_keys" => words(KeyState::ALL, KeyState::word),
            "list_all_returns" => words(Progress::ALL, Progress::word),
            _ => return None,
        }),
        "role" => Form::Word(words(Role::ALL, Role::word)),
        "column" => Form::Word(words(Column::ALL, Column::word)),
        "redistribution" => Form::Word(words(Redistribution::ALL, Redistribution::word)),
        "last_reviewed" | "valid_until" => Form::Day,
        "outcome" => Form::Word(words(Outcome::ALL, Outcome::word)),
        // The audit takes times there as well.
        "from" | "to" if path == "/v1/audit" => Form::Pattern(DAY_OR_TIME, Some(40)),
        "from" if operation == "get_edition_difference" => EDITION.into(),
        "from" | "to" | "due_before" => Form::Day,
        "as_known_at" => Form::Pattern(DAY_OR_TIME, Some(40)),
        "updated_since" => Form::Moment,
        "identifier" => IDENTIFIER.into(),
        "name" if operation == "list_organisations" => Form::Pattern(SOME_TEXT, Some(LONGEST_NAME)),
        "period" => PERIOD.into(),
        "limit" => Form::Whole(1, LARGEST_LIMIT),
        "revision" | "number" | "version" => Form::Whole(1, LARGEST_NUMBER),
        "cursor" => Form::Pattern(CURSOR, Some(LONGEST_CURSOR)),
        "shelf" => Form::Word(words(Shelf::ALL, Shelf::word)),
        "stage" => Form::Words(words(Stage::ALL, Stage::word)),
        "funding" => Form::Words(words(FundingSource::ALL, FundingSource::word)),
        "kind" if operation == "list_contracts" => {
            Form::Word(words(ContractKind::ALL, ContractKind::word))
        }
        "cell_funding" => Form::Word(words(FundingSource::ALL, FundingSource::word)),
        "cell_stage" => Form::Word(words(Stage::ALL, Stage::word)),
        "cell_column" => {
            let mut columns = words(Column::ALL, Column::word);
            columns.push(RECORD_ONLY);
            Form::Word(columns)
        }
        "prices" => Form::Pattern(FINANCIAL_YEAR, None),
        "combine" => Form::Word(vec!["editions"]),
        "by" => Form::Words(words(Dimension::ALL, Dimension::word)),
        _ => return None,
    };
    Some(form)
}

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(word).collect()
}

impl From<&'static str> for Form {
    fn from(pattern: &'static str) -> Self {
        Self::Pattern(pattern, None)
    }
}

impl Form {
    fn tell(self, schema: &mut RefOr<Schema>) {
        match (self, schema) {
            (Self::Items(most), RefOr::T(Schema::Array(list))) => list.max_items = Some(most),
            (Self::WordItems(words), RefOr::T(Schema::Array(list))) => {
                (list.max_items, list.unique_items) = (Some(words.len()), true);
                if let ArrayItems::RefOrSchema(item) = &mut list.items {
                    Self::Word(words).tell(item);
                }
            }
            (form, RefOr::T(Schema::Object(object))) => form.shape(object),
            _ => {} // a reference tells its own
        }
    }

    fn shape(self, object: &mut Object) {
        match self {
            Self::Day => object.format = Some(SchemaFormat::KnownFormat(KnownFormat::Date)),
            Self::Moment => object.format = Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)),
            Self::Pattern(pattern, longest) => {
                object.pattern = Some(pattern.to_owned());
                object.max_length = longest;
            }
            Self::Text(longest) => {
                object.min_length = Some(1);
                object.max_length = Some(longest);
            }
            Self::Word(words) => {
                let mut taken: Vec<Value> = words.into_iter().map(Value::from).collect();
                if matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Null))
                {
                    taken.push(Value::Null);
                }
                object.enum_values = Some(taken);
            }
            Self::Words(words) => {
                let one = words.join("|");
                object.pattern = Some(format!("^({one})(,({one}))*$"));
            }
            Self::Whole(least, most) => {
                object.minimum = Some(Number::UInt(least));
                object.maximum = Some(Number::UInt(most));
            }
            Self::Items(_) | Self::WordItems(_) => {}
        }
    }
}
