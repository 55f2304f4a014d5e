//! What every operation of a kind can answer: said once, from what the program knows of the operation. A route says only
//! what is its own: its good answers, and in `x-problems` the codes that no other operation of its kind has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, Schema};

use super::headers;
use super::kind::Kind;
use crate::http::problem::{Code, PROBLEM_JSON};

/// Where a route says its own codes. The document does not keep it.
const OWN: &str = "x-problems";

/// An answer with more codes than this is the operation's own: its name would be a list.
const MOST_SHARED: usize = 3;

/// Tells of every operation what it can answer.
pub fn tell(api: &mut OpenApi) {
    let mut components = api.components.take().unwrap_or_default();
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in super::operations(item) {
            let own = take_own(operation);
            let kind = Kind::of(method, path, operation, own);
            problems(operation, &kind.codes(), &mut components);
            headers::tell(operation, &kind);
        }
    }
    headers::name(&mut components);
    api.components = Some(components);
}

/// The codes that a route says are its own.
fn take_own(operation: &mut Operation) -> Vec<Code> {
    let found = operation
        .extensions
        .as_mut()
        .and_then(|all| all.remove(OWN));
    if operation
        .extensions
        .as_ref()
        .is_some_and(|all| all.is_empty())
    {
        operation.extensions = None;
    }
    let words = found.as_ref().and_then(Value::as_array);
    let words = words.into_iter().flatten().filter_map(Value::as_str);
    words.filter_map(Code::parse).collect()
}

/// One answer for each status, which names its codes. Operations that can refuse alike share it.
fn problems(operation: &mut Operation, codes: &BTreeSet<Code>, components: &mut Components) {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status
            .entry(code.status().as_u16())
            .or_default()
            .push(*code);
    }
    for (status, codes) in by_status {
        let words: Vec<&str> = codes.iter().map(|code| code.word()).collect();
        let name = words.join("_or_");
        let status = status.to_string();
        for code in &codes {
            let example = || example(*code).into();
            let examples = &mut components.examples;
            examples
                .entry(code.word().to_owned())
                .or_insert_with(example);
        }
        let own = operation.responses.responses.remove(&status);
        let answer = answer(&codes, own.as_ref().and_then(schema));
        let told = if codes.len() > MOST_SHARED || own.is_some() {
            answer.into()
        } else {
            components.responses.insert(name.clone(), answer.into());
            RefOr::Ref(Ref::from_response_name(name))
        };
        operation.responses.responses.insert(status, told);
    }
}

/// The schema of a problem that a route tells itself, because it holds more than others.
fn schema(own: &RefOr<Response>) -> Option<RefOr<Schema>> {
    let RefOr::T(response) = own else { return None };
    match response.content.get(PROBLEM_JSON)? {
        RefOr::T(content) => content.schema.clone(),
        RefOr::Ref(_) => None,
    }
}

fn answer(codes: &[Code], schema: Option<RefOr<Schema>>) -> Response {
    let quoted: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    let description = match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    };
    let problem = || Ref::from_schema_name("Problem").into();
    let mut content = ContentBuilder::new()
        .schema(Some(schema.unwrap_or_else(problem)))
        .build();
    for code in codes {
        let named = Ref::new(format!("#/components/examples/{code}"));
        content
            .examples
            .insert(code.word().to_owned(), RefOr::Ref(named));
    }
    let mut response = ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content)
        .build();
    headers::of_problem(&mut response, codes);
    response
}

/// A problem of a code, as it is answered.
fn example(code: Code) -> Example {
    let told = code.told();
    let value = json!({
        "type": code.page(),
        "title": told.title,
        "status": told.status.as_u16(),
        "code": code,
        "detail": told.meaning.replace('`', ""),
    });
    ExampleBuilder::new()
        .summary(told.title)
        .value(Some(value))
        .build()
}

/// Whether an operation has a parameter in a place.
pub fn has_parameter(operation: &Operation, place: &ParameterIn) -> bool {
    let parameters = operation.parameters.iter().flatten();
    let mut told = parameters.filter_map(|one| match one {
        RefOr::T(one) => Some(&one.parameter_in),
        RefOr::Ref(_) => None,
    });
    told.any(|one| one == place)
}
